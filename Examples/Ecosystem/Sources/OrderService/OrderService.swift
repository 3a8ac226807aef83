import Foundation
import GRDB
import InMemoryTracing
import LaminarEcosystem
import LaminarKafka
import Logging
import Metrics
import MetricsTestKit
import ServiceLifecycle
import Tracing
import UnixSignals

/// One service of the Swift server ecosystem: swift-log, swift-metrics and swift-distributed-tracing see what Laminar does, a
/// `ServiceGroup` runs it and stops it, generated Protobuf messages are billed exactly once into a GRDB database.
///
///     swift run OrderService                        a broker in this process; ends by itself
///     swift run OrderService SERVERS TOPIC          until SIGTERM
@main
struct OrderService {
    static func main() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let logger = Logger(label: "order-service")
        // A service in production bootstraps a Prometheus or OTel backend here; these keep what they get in memory.
        let metrics = TestMetrics()
        MetricsSystem.bootstrap(metrics)
        let tracer = InMemoryTracer()
        InstrumentationSystem.bootstrap(tracer)

        let orders = try await Orders(CommandLine.arguments)
        let laminar = try await Laminar(
            database: .inMemory, log: SwiftLogSink(logger), spans: SwiftTracingSink())
        try await Spend.prepare(laminar, orders)
        let database = try DatabaseQueue()
        let billing = try await Billing(orders, into: database, logger)

        let group = ServiceGroup(
            configuration: .init(
                services: [
                    // Stopped from the last one to the first: Laminar commits when nobody needs it any more.
                    .init(service: laminar),
                    .init(service: MetricsExport(recorder: SwiftMetricsRecorder(laminar.metrics))),
                    .init(service: billing),
                    .init(
                        service: Reconciliation(laminar: laminar, database: database, expected: orders.expected),
                        successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()

        let records = metrics.counters.filter { $0.label == "laminar_source_records_total" }
        print("metrics:", records.reduce(0) { $0 + $1.totalValue }, "records were read")
        print("spans:", Set(tracer.finishedSpans.map(\.operationName)).sorted().joined(separator: ", "))
        await orders.close()
    }
}
