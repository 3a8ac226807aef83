import LaminarKafka

/// Sends dead letters back to the topic that they came from, mended. What can't be mended stays where it is.
///
/// At least once: a replay that is killed may send its last letters again.
struct Replay {
    private let letters: KafkaSource<Payload>
    private let producer: KafkaProducer
    private let topic: String

    init(of letters: String, to topic: String, at servers: String) async throws {
        self.topic = topic
        self.letters = try KafkaSource(
            KafkaSourceConfiguration(
                bootstrapServers: servers, subscription: .topics([letters]), groupID: "replay"),
            decoding: .payload)
        producer = try await KafkaProducer(KafkaSinkConfiguration(bootstrapServers: servers, topic: topic))
    }

    /// Runs until its task is cancelled.
    func run() async throws {
        for try await letter in letters.records {
            // Others may write their letters into the same topic.
            guard letter.headers.last(where: { $0.name == "__connect.errors.topic" })?.text == topic else { continue }
            guard let value = letter.value?.text, let mended = Self.mended(value) else { continue }
            try await producer.send(
                ProducedRecord(
                    value: mended, key: letter.keyText,
                    headers: letter.headers.filter { !$0.name.hasPrefix("__connect.errors.") }))
        }
        await letters.close()
        await producer.close()
    }

    /// `"12,50"` is meant to be 12.50.
    private static func mended(_ value: String) -> String? {
        let mended = value.replacing(/"(\d+),(\d+)"/) { "\($0.output.1).\($0.output.2)" }
        return mended == value ? nil : mended
    }
}
