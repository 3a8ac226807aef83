import Foundation
import LaminarTesting

/// A record as confluent-kafka for Python reads it: bytes in hexadecimal, null apart from empty.
struct ForeignRecord: Decodable, Sendable {
    let key: String?
    let value: String?
    /// Name and value, in order.
    let headers: [[String?]]
    let timestamp: Int64

    /// Reads a topic from its beginning, partition by partition, until `count` records came.
    static func read(_ count: Int, from topic: String, _ kafka: KafkaFixture) async throws -> [ForeignRecord] {
        let script = """
            import json, sys
            from confluent_kafka import Consumer, TopicPartition
            servers, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
            consumer = Consumer({'bootstrap.servers': servers, 'group.id': 'reader', 'enable.auto.commit': False})
            consumer.assign([TopicPartition(topic, p, 0) for p in consumer.list_topics(topic, 20).topics[topic].partitions])
            text = lambda value: None if value is None else bytes(value).hex()
            while count:
                m = consumer.poll(30)
                if m is None: sys.exit('records are missing')
                if m.error(): sys.exit(str(m.error()))
                print(json.dumps({'key': text(m.key()), 'value': text(m.value()), 'timestamp': m.timestamp()[1],
                    'headers': [[name, text(value)] for name, value in m.headers() or []]}))
                count -= 1
            consumer.close()
            """
        let result = try await Peers.python(script, [kafka.bootstrapServers, topic, "\(count)"])
            .success(within: .seconds(60))
        return try result.output.split(separator: "\n").map {
            try JSONDecoder().decode(ForeignRecord.self, from: Data($0.utf8))
        }
    }

    static func hex(_ bytes: [UInt8]?) -> String? {
        bytes.map { $0.map { String(format: "%02x", $0) }.joined() }
    }

    /// The text of the last header of that name, as Kafka Connect's readers take it.
    func text(_ name: String) -> String? {
        guard let value = headers.last(where: { $0[0] == name })?[1] else { return nil }
        let digits = Array(value)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
