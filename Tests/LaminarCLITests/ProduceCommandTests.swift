import LaminarKafka
import Testing

@testable import LaminarCLI

@Suite struct ProduceCommandTests {
    private func lines(_ pieces: [String]) -> [String] {
        var lines = InputLines()
        var result: [ArraySlice<UInt8>] = []
        for piece in pieces {
            var bytes = Array(piece.utf8)
            result += lines.take(&bytes, isEnd: false)
        }
        var nothing: [UInt8] = []
        result += lines.take(&nothing, isEnd: true)
        return result.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "lines are the same however the input is cut",
        arguments: [["a\nbc\n\nd"], ["a", "\nb", "c\n", "\n", "d"], ["a\nbc\n\nd\n"], ["a\n", "bc\n\nd", "\n"]])
    func cut(pieces: [String]) {
        #expect(lines(pieces) == ["a", "bc", "", "d"])
    }

    @Test("no input is no record", arguments: [[], [""]])
    func nothing(pieces: [String]) {
        #expect(lines(pieces) == [])
    }

    @Test(
        "a keyed line is a key, a tab and a value",
        arguments: [
            ("k\tv", true, "k", "v"), ("k\tv\tw", true, "k", "v\tw"), ("\tv", true, "", "v"), ("v", true, nil, "v"),
            ("k\t", true, "k", ""), ("k\tv", false, nil, "k\tv"),
        ] as [(String, Bool, String?, String)])
    func keyed(line: String, isKeyed: Bool, key: String?, value: String) {
        let record = ProducedRecord(line: Array(line.utf8)[...], isKeyed: isKeyed)
        #expect(record.key.map { String(decoding: $0, as: UTF8.self) } == key)
        #expect(record.value.map { String(decoding: $0, as: UTF8.self) } == value)
    }

    @Test("lines go to a sink's topic, or to a source's only one, with the same security")
    func target() throws {
        var source = KafkaSourceConfiguration(bootstrapServers: "a:1", subscription: .topics(["t"]), groupID: "g")
        source.security = .awsMSKIAM(region: "eu-central-1")
        let sink = try ConnectionConfiguration.kafkaSource(source).writable("c")
        #expect(sink.topic == "t")
        #expect(sink.security == source.security)
        source.subscription = .pattern("t.*")
        #expect(throws: UsageError.self) { try ConnectionConfiguration.kafkaSource(source).writable("c") }
        #expect(throws: UsageError.self) { try ConnectionConfiguration.impulse(.init()).writable("c") }
    }
}
