// swift-format-ignore-file
import LaminarKafka

// What docs/migrating.md shows.

struct Payment: Codable, Sendable { let id: Int64; let amount: Double? }

struct Ledger { func book(_ payment: Payment) async throws {} }

let payments = KafkaSourceConfiguration(
    bootstrapServers: "localhost:9092", subscription: .topics(["payments"]), groupID: "ledger")

func consume(into ledger: Ledger) async throws {
    let source = try KafkaSource(payments, decoding: .json(Payment.self))
    for try await payment in source {
        try await ledger.book(payment)      // done when the next one is asked for
    }
}

func consumeInAnyOrder(into ledger: Ledger) async throws {
    let source = try KafkaSource(payments, decoding: .json(Payment.self), acknowledgement: .explicit)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        var running = 0
        for try await record in source.records {
            if running < 16 { running += 1 } else { try await tasks.next() }
            tasks.addTask {
                if let payment = record.value { try await ledger.book(payment) }
                source.acknowledge(record)
            }
        }
        try await tasks.waitForAll()
    }
}

func produce(_ payment: Payment) async throws {
    let sink = try await KafkaSink(
        KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "payments"), encoding: .json(Payment.self))
    let delivery = try await sink.send(payment)
    print(delivery.partition, delivery.offset)
    await sink.close()
}
