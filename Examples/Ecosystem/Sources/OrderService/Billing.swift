import GRDB
import LaminarEcosystem
import LaminarKafka
import Logging
import ServiceLifecycle
import SwiftProtobuf

/// A row of the host's own table.
struct Bill: Codable, FetchableRecord, PersistableRecord {
    let id: Int64
    let customer: String
    let cents: Int64

    init(_ order: Shop_V1_Order) {
        id = order.id
        customer = order.customer
        cents = order.cents
    }
}

/// Bills every order exactly once: rows and positions are one transaction of the host's GRDB database.
struct Billing: Service {
    private let source: CheckpointedSource<Shop_V1_Order, GRDBCheckpointStore>
    private let logger: Logger

    init(_ orders: Orders, into database: any DatabaseWriter, _ logger: Logger) async throws {
        try await database.write { db in
            // No key: a second bill for an order would be seen.
            try db.create(table: "bill") { table in
                table.column("id", .integer).notNull()
                table.column("customer", .text).notNull()
                table.column("cents", .integer).notNull()
            }
        }
        source = try CheckpointedSource(
            KafkaSourceConfiguration(
                bootstrapServers: orders.servers, subscription: .topics([orders.topic]), groupID: "billing"),
            decoding: .protobuf(Shop_V1_Order.self), checkpoint: try await GRDBCheckpointStore(database),
            log: SwiftLogSink(logger), spans: SwiftTracingSink())
        self.logger = logger
    }

    func run() async throws {
        try await withGracefulShutdownHandler {
            for try await batch in source.batches {
                do {
                    try await source.checkpoint(batch) { db in
                        for order in batch { try Bill(order).insert(db) }
                    }
                    logger.debug("billed", metadata: ["orders": "\(batch.count)"])
                } catch let error as CheckpointError where error.code == .fenced {
                    continue  // Another process has its partitions by now, and nothing was stored.
                }
            }
        } onGracefulShutdown: {
            // Ends the iteration when what is under way is stored.
            Task { [source] in await source.close() }
        }
        await source.close()
    }
}
