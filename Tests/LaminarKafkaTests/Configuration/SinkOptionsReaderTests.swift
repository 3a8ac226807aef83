import LaminarCore
import Testing

@testable import LaminarKafka

@Suite struct SinkOptionsReaderTests {
    @Test("a sink has safe defaults") func defaults() throws {
        let sink = try StatementOptions.sink().sink()
        #expect(sink.topic == "totals")
        #expect(sink.commitMode == .atLeastOnce)
        #expect(sink.partitioner == .murmur2Random)
        #expect(sink.keyField == nil)
        #expect(sink.timestampField == nil)
    }

    @Test("a sink's options are read") func options() throws {
        let sink = try StatementOptions.sink([
            "sink.commit_mode": "EXACTLY_ONCE", "sink.key_field": "id", "sink.timestamp_field": "at",
            "partitioner": "fnv1a_random", "compression.type": "zstd", "acks": "all",
        ]).sink()
        #expect(sink.commitMode == .exactlyOnce)
        #expect(sink.keyField == "id")
        #expect(sink.timestampField == "at")
        #expect(sink.partitioner == .fnv1aRandom)
        #expect(sink.properties == ["compression.type": "zstd", "acks": "all"])
    }

    @Test("what a producer is told is accepted by librdkafka") func properties() async throws {
        let sink = try StatementOptions.sink(["compression.type": "lz4", "linger.ms": "20"]).sink()
        let properties = try await sink.clientProperties(secrets: .standard)
        #expect(properties["enable.idempotence"] == "true")
        #expect(properties["acks"] == "all")
        #expect(properties["partitioner"] == "murmur2_random")
        #expect(properties["compression.type"] == "lz4")
        var refused: [String] = []
        properties.forEach { name, value in
            if LibrdkafkaProperties.check(name, value) != .accepted { refused.append(name) }
        }
        #expect(refused == [])
    }

    @Test(
        "records of a transaction linger, unless the host says otherwise",
        arguments: [
            ([:], true, "50", nil), (["linger.ms": "5"], true, "5", nil),
            (["queue.buffering.max.ms": "7"], true, "50", "7"), ([:], false, nil, nil),
        ] as [(StatementOptions, Bool, String?, String?)])
    func linger(options: StatementOptions, isTransactional: Bool, linger: String?, alias: String?) async throws {
        let properties = try await StatementOptions.sink(options).sink().clientProperties(
            secrets: .standard, isTransactional: isTransactional)
        #expect(properties["linger.ms"] == linger)
        #expect(properties["queue.buffering.max.ms"] == alias)
        // Librdkafka takes the last one of two names for the same.
        let names = properties.entries.map(\.name)
        if let alias = names.firstIndex(of: "queue.buffering.max.ms") {
            #expect(try #require(names.firstIndex(of: "linger.ms")) < alias)
        }
    }
}
