import LaminarCore

/// What a producer counts. Reports come one a record, so they are added up by whoever holds the outbox's lock anyway, and
/// reach the counters once a turn of the client's thread.
final class SinkMeters: Sendable {
    /// What was reported since the last turn.
    struct Reported: Sendable {
        var records = 0
        var bytes = 0
        var failures = 0
    }

    private let topic: String
    private let registry: MetricsRegistry
    private let records: MetricCounter
    private let bytes: MetricCounter
    private let failures: MetricCounter

    init(_ registry: MetricsRegistry, topic: String) {
        self.topic = topic
        self.registry = registry
        records = registry.counter(.sinkRecords, topic)
        bytes = registry.counter(.sinkBytes, topic)
        failures = registry.counter(.sinkFailures, topic)
    }

    func note(_ reported: Reported) {
        records.add(reported.records)
        bytes.add(reported.bytes)
        failures.add(reported.failures)
    }

    /// What is on its way now.
    func read(records: Int, bytes: Int, into readings: inout MetricReadings) {
        readings.add(.sinkInFlightRecords, [topic], Double(records))
        readings.add(.sinkInFlightBytes, [topic], Double(bytes))
    }

    func committed(since start: ContinuousClock.Instant) {
        registry.counter(.transactions, topic, "committed").add()
        registry.histogram(.transactionSeconds, topic).record(since: start)
    }

    func aborted() { registry.counter(.transactions, topic, "aborted").add() }
}
