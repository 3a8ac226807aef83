import LaminarTesting
import SwiftProtobuf

/// The topic of orders: one that is named, or one in a broker inside of this process with a hundred orders in it.
struct Orders: Sendable {
    let servers: String
    let topic: String
    /// How many there are; nil where more may always come.
    let expected: Int?
    private let broker: EmbeddedBroker?

    init(_ arguments: [String]) async throws {
        guard arguments.count < 3 else {
            servers = arguments[1]
            topic = arguments[2]
            expected = nil
            broker = nil
            return
        }
        let started = try EmbeddedBroker()
        try started.createTopic("orders", partitions: 3)
        let records = try (0..<100).map { number in
            let order = Shop_V1_Order.with {
                $0.id = Int64(number)
                $0.customer = "customer-\(number % 4)"
                $0.cents = Int64(number * 100)
            }
            let bytes: [UInt8] = try order.serializedBytes()
            return TestRecord(value: bytes)
        }
        try await started.produce(records, to: "orders")
        servers = started.bootstrapServers
        topic = "orders"
        expected = records.count
        broker = started
    }

    func close() async { await broker?.close() }
}
