import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Keys are placed where Java's clients place them", .timeLimit(.minutes(5)))
struct PlacementTests {
    private struct Vectors: Decodable {
        struct Placement: Decodable {
            let key: String
            let partition_of_7: Int32
            let partition_of_12: Int32
        }
        let placements: [Placement]
    }

    private static let vectors: [Vectors.Placement] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Vectors/murmur2_placement.json")
        let folder = ProcessInfo.processInfo.environment["LAMINAR_VECTORS"].map { URL(filePath: $0) }
        let found = folder?.appending(path: "murmur2_placement.json")
        let data = found.flatMap { try? Data(contentsOf: $0) } ?? (try? Data(contentsOf: file))
        return data.flatMap { try? JSONDecoder().decode(Vectors.self, from: $0).placements } ?? []
    }()

    @Test("by murmur2, over 7 and over 12 partitions", arguments: [7, 12])
    func java(partitions: Int) async throws {
        #expect(Self.vectors.count > 70)
        let broker = try EmbeddedBroker()
        try broker.createTopic("keys", partitions: partitions)
        let producer = try await KafkaProducer(
            KafkaSinkConfiguration(bootstrapServers: broker.bootstrapServers, topic: "keys"))
        for vector in Self.vectors {
            let digits = Array(vector.key)
            let key = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(digits[$0...$0 + 1]), radix: 16)
            }
            let delivery = try await producer.send(ProducedRecord(value: [], key: key))
            let wanted = partitions == 7 ? vector.partition_of_7 : vector.partition_of_12
            #expect(delivery.partition.partition == wanted, "key \(vector.key)")
        }
        await producer.close()
        await broker.close()
    }
}
