import Foundation
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Testing

@Suite("A producer writes records as they are", .timeLimit(.minutes(5)))
struct ProducerTests {
    @Test("key, value, headers, timestamp and partition arrive; null and empty stay apart")
    func fidelity() async throws {
        let topic = try await Topic(records: 0, partitions: 2)
        let producer = try await KafkaProducer(
            KafkaSinkConfiguration(bootstrapServers: topic.kafka.bootstrapServers, topic: topic.name))
        let headers = [
            KafkaHeader("a", text: "1"), KafkaHeader("a", text: ""), KafkaHeader("b", nil), KafkaHeader("c", [0, 255]),
        ]
        let written = [
            ProducedRecord(
                value: "full", key: "k", headers: headers, timestamp: Timestamp(milliseconds: 1_700_000_000_123),
                partition: 1),
            ProducedRecord(value: "", key: "", partition: 1),
            ProducedRecord(value: nil, key: Array("gone".utf8), partition: 1),
            ProducedRecord(value: "no key", partition: 1),
        ]
        for (index, record) in written.enumerated() {
            let delivery = try await producer.send(record)
            #expect(delivery == Delivery(partition: TopicPartition(topic.name, 1), offset: Int64(index)))
        }
        await producer.close()
        var read: [KafkaRecord<Payload>] = []
        for try await record in try topic.source(group: "fidelity", extent: .snapshot).records { read.append(record) }
        #expect(read.map(\.payload) == written.map(\.value))
        #expect(read.map(\.key) == written.map(\.key))
        #expect(read.map(\.headers) == written.map(\.headers))
        #expect(read[0].timestamp == written[0].timestamp)
        #expect(read.allSatisfy { $0.partition == 1 })
    }

    @Test("enqueue is bounded and flush says that all arrived")
    func bulk() async throws {
        let topic = try await Topic(records: 0)
        let producer = try await KafkaProducer(
            KafkaSinkConfiguration(bootstrapServers: topic.kafka.bootstrapServers, topic: topic.name))
        for index in 0..<150_000 { try await producer.enqueue(ProducedRecord(value: "\(index)")) }
        try await producer.flush()
        await producer.close()
        var sum = 0
        for try await payload in try topic.source(group: "bulk", extent: .snapshot) {
            sum += Int(payload.text ?? "") ?? 0
        }
        #expect(sum == 150_000 * 149_999 / 2)
    }

    @Test("a closed producer says so")
    func closed() async throws {
        let producer = try await KafkaProducer(KafkaSinkConfiguration(bootstrapServers: "127.0.0.1:1", topic: "t"))
        await producer.close()
        let error = await #expect(throws: KafkaError.self) { try await producer.send(ProducedRecord(value: "x")) }
        #expect(error?.code == .closed)
    }

    @Test("a failure of an earlier record is told once, and nobody waits for ever")
    func failureOfAnEarlierRecord() async throws {
        var configuration = KafkaSinkConfiguration(bootstrapServers: "127.0.0.1:1", topic: "t")
        configuration.properties["message.timeout.ms"] = "1500"
        let producer = try await KafkaProducer(configuration)
        await #expect(throws: KafkaError.self) { try await producer.send(ProducedRecord(value: "x")) }
        try? await producer.enqueue(ProducedRecord(value: "y"))
        await #expect(throws: KafkaError.self) {
            try await producer.flush()
            try await producer.enqueue(ProducedRecord(value: "z"))
            try await producer.flush()
        }
        await producer.close()
    }

    @Test("a record that is too large is refused with the broker's reason")
    func tooLarge() async throws {
        let topic = try await Topic(records: 0)
        let producer = try await KafkaProducer(
            KafkaSinkConfiguration(bootstrapServers: topic.kafka.bootstrapServers, topic: topic.name))
        let error = await #expect(throws: KafkaError.self) {
            try await producer.send(ProducedRecord(value: [UInt8](repeating: 120, count: 2_000_000)))
        }
        #expect(error?.message.contains(topic.name) == true)
        await producer.close()
    }
}
