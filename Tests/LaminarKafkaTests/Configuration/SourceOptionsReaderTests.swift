import LaminarCore
import Testing

@testable import LaminarKafka

@Suite struct SourceOptionsReaderTests {
    @Test("four options make a source with safe defaults") func defaults() throws {
        let source = try StatementOptions.source().source()
        var expected = KafkaSourceConfiguration(
            bootstrapServers: "localhost:9092", subscription: .topics(["events"]), groupID: source.groupID)
        expected.format = .json()
        #expect(source == expected)
        #expect(source.groupID.hasPrefix("laminar-"))
        #expect(source.batch == .init(records: 1000, bytes: 16 << 20, timeout: .seconds(1), fills: false))
        #expect(source.badData == .fail)
        #expect(source.commits == .automatic(every: .seconds(5)))
        #expect(source.offsetOutOfRange == .fail)
        #expect(source.isolation == .readCommitted)
        #expect(source.start == .earliest)
        #expect(source.security == .plaintext)
        #expect(source.parallelism == 1)
    }

    @Test("topics, patterns and addresses are read as they are meant") func subscriptions() throws {
        let list = StatementOptions.source(["topic": "", "topics": "events, orders,users,events"])
        #expect(try list.source().subscription == .topics(["events", "orders", "users"]))
        let pattern = StatementOptions.source(["topic": "", "topic_pattern": "events-.*"])
        #expect(try pattern.source().subscription == .pattern("events-.*"))
        let brokers = StatementOptions.source(["bootstrap_servers": " b1:9092 , [::1]:9093,b1:9092"])
        #expect(try brokers.source().bootstrapServers == "b1:9092,[::1]:9093")
    }

    @Test(
        "offset says where a first start begins",
        arguments: [
            ("earliest", .earliest), ("LATEST", .latest), ("group", .earliest), ("0:42,1:7", .offsets([0: 42, 1: 7])),
        ] as [(String, KafkaSourceConfiguration.StartPosition)])
    func offsets(text: String, start: KafkaSourceConfiguration.StartPosition) throws {
        #expect(try StatementOptions.source(["offset": text]).source().start == start)
    }

    @Test(
        "a timestamp is RFC 3339 or milliseconds",
        arguments: [
            ("2024-01-01T00:00:00Z", 1_704_067_200_000), ("2024-01-01T00:00:00", 1_704_067_200_000),
            ("2024-01-01 01:30:00.25+01:30", 1_704_067_200_250), ("1704067200000", 1_704_067_200_000),
        ] as [(String, Int64)])
    func timestamps(text: String, milliseconds: Int64) throws {
        let source = try StatementOptions.source(["offset": "timestamp", "timestamp": text]).source()
        #expect(source.start == .timestamp(milliseconds: milliseconds))
    }

    @Test("a batch fills only where its timeout is written") func batches() throws {
        #expect(try StatementOptions.source(["batch_timeout_ms": "1000"]).source().batch.fills)
        let batch = try StatementOptions.source(["batch_size": "10", "batch_bytes": "1024"]).source().batch
        #expect(batch == .init(records: 10, bytes: 1024))
        #expect(try StatementOptions.source(["max.poll.records": "500"]).source().batch.records == 500)
        let both = StatementOptions.source(["max.poll.records": "500", "batch_size": "100"])
        #expect(try both.source().batch.records == 100)
    }

    @Test("bad data is skipped or kept as told") func badData() throws {
        let skip = StatementOptions.source(["bad_data": "skip", "max_errors_per_batch": "10"])
        #expect(try skip.source().badData == .skip(maxErrorsPerBatch: 10))
        let dlq = StatementOptions.source(["bad_data": "dlq", "dlq_topic": "events-dlq"])
        #expect(try dlq.source().badData == .deadLetter(topic: "events-dlq"))
    }

    @Test("commits are timed, or left to checkpoints") func commits() throws {
        let timed = StatementOptions.source(["commit.interval.ms": "250"])
        #expect(try timed.source().commits == .automatic(every: .milliseconds(250)))
        let manual = StatementOptions.source(["enable.auto.commit": "false", "commit.interval.ms": "5000"])
        #expect(try manual.source().commits == .manual(checkpointEvery: .seconds(5)))
    }

    @Test("a generated group id is kept, and begins with the prefix") func groups() throws {
        let kept = ConfigurationContext(keptGroupID: "laminar-1")
        #expect(try StatementOptions.source().source(context: kept).groupID == "laminar-1")
        #expect(try StatementOptions.source(["group_id": "mine"]).source(context: kept).groupID == "mine")
        let prefixed = StatementOptions.source(["group_id_prefix": "team-"])
        #expect(try prefixed.source(context: kept).groupID.hasPrefix("team-"))
        let first = try ConnectionOptions(connector: "kafka", options: StatementOptions.source().options)
        let second = try ConnectionOptions(connector: "kafka", options: StatementOptions.source().options)
        #expect(first.generatedGroupID != nil)
        #expect(first.generatedGroupID != second.generatedGroupID)
        #expect(first.options == second.options)
        let named = StatementOptions.source(["group_id": "mine"])
        #expect(try ConnectionOptions(connector: "kafka", options: named.options).generatedGroupID == nil)
    }

    @Test("a decoder of the host's is a format with options of its own") func plugIns() throws {
        let context = ConfigurationContext(formats: ["csv"])
        let options = StatementOptions.source(["format": "CSV", "csv.delimiter": ";", "csv.header": "true"])
        let source = try options.source(context: context)
        #expect(source.format == .plugIn(name: "csv", options: ["delimiter": ";", "header": "true"]))
        #expect(options.refusal()?.option == "format" || options.refusal()?.option == "csv.delimiter")
        let connection = try ConnectionOptions(connector: "kafka", options: options.options, context: context)
        #expect(connection.options.map(\.key).contains("csv.delimiter"))
        let again = try ConnectionOptions(connector: "kafka", options: connection.options, context: context)
        #expect(again.options == connection.options)
    }
}
