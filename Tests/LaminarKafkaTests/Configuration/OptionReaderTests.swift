import LaminarSQL
import Testing

@testable import LaminarKafka

@Suite struct OptionReaderTests {
    /// One wrong option on top of a source that is right, and what its error must say.
    struct Wrong: Sendable, CustomTestStringConvertible {
        let options: StatementOptions
        let code: ConfigurationError.Code
        let option: String?
        let words: [String]

        init(_ options: StatementOptions, _ code: ConfigurationError.Code, _ option: String?, _ words: String...) {
            self.options = options
            self.code = code
            self.option = option
            self.words = words
        }

        var testDescription: String { options.description }
    }

    static let wrongSources: [Wrong] = [
        // missing
        Wrong(["bootstrap_servers": ""], .missingOption, "bootstrap_servers"),
        Wrong(["type": ""], .missingOption, "type", "source", "sink"),
        Wrong(["format": ""], .missingOption, "format"),
        Wrong(["topic": ""], .missingOption, "topic", "'topics'", "'topic_pattern'"),
        // addresses
        Wrong(["bootstrap_servers": "a:9092,b"], .invalidValue, "bootstrap_servers", "'b'", "port"),
        Wrong(["bootstrap_servers": "a:9092,,b:1"], .invalidValue, "bootstrap_servers", "empty"),
        Wrong(["bootstrap_servers": "http://a:9092"], .invalidValue, "bootstrap_servers", "URL"),
        Wrong(["bootstrap_servers": "::1:9092"], .invalidValue, "bootstrap_servers", "brackets"),
        // topics
        Wrong(["topic": "a b"], .invalidValue, "topic", "blank"),
        Wrong(["topic": "a,b"], .invalidValue, "topic", "'topics'"),
        Wrong(["topic": "events-.*"], .invalidValue, "topic", "'topic_pattern'"),
        Wrong(["topics": "a"], .conflict, "topics", "'topic'", "'topics'"),
        Wrong(["topic_pattern": "a.*"], .conflict, "topic_pattern", "'topic'"),
        Wrong(["topic": "", "topics": "a,,b"], .invalidValue, "topics", "empty element"),
        Wrong(["topic": "", "topic_pattern": #"events-\d+"#], .invalidValue, "topic_pattern", "[0-9]"),
        Wrong(["topic": "", "topic_pattern": "(?!x).*"], .invalidValue, "topic_pattern", "negative lookahead"),
        Wrong(["topic": "", "topic_pattern": "(a"], .invalidValue, "topic_pattern", "POSIX"),
        // the kind
        Wrong(["type": "sorce"], .invalidValue, "type", "source"),
        Wrong(["format": "jason"], .invalidValue, "format", "json"),
        Wrong(["format": "debezium_json"], .unsupported, "format", "Debezium"),
        // group and start
        Wrong(["group_id": " "], .invalidValue, "group_id", "empty"),
        Wrong(["group_id": "a", "group_id_prefix": "b-"], .conflict, "group_id_prefix", "'group_id'"),
        Wrong(["offset": "beginn"], .invalidValue, "offset", "earliest"),
        Wrong(["offset": "0:42,1"], .invalidValue, "offset", "'1'"),
        Wrong(["offset": "0:42,0:7"], .duplicateOption, "offset", "partition 0"),
        Wrong(["offset": "0:-1"], .invalidValue, "offset"),
        Wrong(["topic": "", "topics": "a,b", "offset": "0:1"], .conflict, "offset", "single 'topic'"),
        Wrong(["offset": "timestamp"], .missingOption, "timestamp"),
        Wrong(["timestamp": "2024-01-01T00:00:00Z"], .conflict, "timestamp", "'offset'"),
        Wrong(["offset": "latest", "timestamp": "0"], .conflict, "timestamp", "latest"),
        Wrong(["offset": "timestamp", "timestamp": "yesterday"], .invalidValue, "timestamp", "RFC 3339"),
        Wrong(["offset": "timestamp", "timestamp": "2024-02-30T00:00:00Z"], .invalidValue, "timestamp"),
        // batches
        Wrong(["batch_size": "0"], .outOfRange, "batch_size", "1 to 1,000,000"),
        Wrong(["batch_size": "many"], .invalidValue, "batch_size", "integer"),
        Wrong(["batch_size": "1.5"], .invalidValue, "batch_size"),
        Wrong(["batch_timeout_ms": "0"], .outOfRange, "batch_timeout_ms"),
        Wrong(["batch_timeout_ms": "-5"], .outOfRange, "batch_timeout_ms"),
        Wrong(["batch_timeout_ms": "99999999999999999999"], .invalidValue, "batch_timeout_ms"),
        Wrong(["batch_bytes": "2 GiB"], .outOfRange, "batch_bytes"),
        Wrong(["batch_bytes": "16 parsecs"], .invalidValue, "batch_bytes"),
        Wrong(["max.poll.records": "0"], .outOfRange, "max.poll.records"),
        Wrong(["parallelism": "0"], .outOfRange, "parallelism"),
        Wrong(["parallelism": "65"], .outOfRange, "parallelism"),
        // bad data
        Wrong(["bad_data": "ignore"], .invalidValue, "bad_data", "skip"),
        Wrong(["bad_data": "dlq"], .missingOption, "dlq_topic"),
        Wrong(["bad_data": "skip", "dlq_topic": "d"], .conflict, "dlq_topic", "'skip'"),
        Wrong(["dlq_topic": "d"], .conflict, "dlq_topic", "'fail'"),
        Wrong(["bad_data": "dlq", "dlq_topic": "events"], .conflict, "dlq_topic", "reads"),
        Wrong(["max_errors_per_batch": "10"], .conflict, "max_errors_per_batch", "'fail'"),
        Wrong(["bad_data": "skip", "max_errors_per_batch": "-1"], .outOfRange, "max_errors_per_batch"),
        // commits
        Wrong(["enable.auto.commit": "yes"], .invalidValue, "enable.auto.commit", "true or false"),
        Wrong(["commit.interval.ms": "0"], .outOfRange, "commit.interval.ms"),
        Wrong(["auto.offset.reset": "newest"], .invalidValue, "auto.offset.reset"),
        Wrong(["isolation.level": "serializable"], .invalidValue, "isolation.level", "read_committed"),
        // what a secret can't be in
        Wrong(["topic": "${secret:topic}"], .invalidValue, "topic", "secret"),
        Wrong(["group_id": "${secret:"], .malformedSecret, "group_id"),
        // names
        Wrong(["bootstrap_server": "a:1"], .unknownOption, "bootstrap_server"),
        Wrong(["fetch.min.byte": "1"], .unknownOption, "fetch.min.byte"),
        Wrong(["sink.key_field": "id"], .notApplicable, "sink.key_field", "sink's"),
        Wrong(["event_rate": "1"], .notApplicable, "event_rate", "impulse's"),
        Wrong(["include_metadata": "true"], .notApplicable, "include_metadata", "CREATE TABLE"),
        Wrong(["scan.startup.mode": "earliest-offset"], .unsupported, "scan.startup.mode", "'offset'"),
        // subjects
        Wrong(["subject_name_strategy": "topic"], .invalidValue, "subject_name_strategy"),
    ]

    @Test("a wrong option is refused with its name and the cure", arguments: wrongSources)
    func wrongSource(_ wrong: Wrong) throws {
        let error = try #require(StatementOptions.source(wrong.options).refusal())
        #expect(error.code == wrong.code, "\(error)")
        #expect(error.option == wrong.option, "\(error)")
        for word in wrong.words { #expect(error.description.contains(word), "\(error)") }
    }

    static let wrongSinks: [Wrong] = [
        Wrong(["topic": ""], .missingOption, "topic"),
        Wrong(["topic_pattern": "a.*"], .notApplicable, "topic_pattern", "sink"),
        Wrong(["offset": "latest"], .notApplicable, "offset", "source's"),
        Wrong(["group_id": "g"], .notApplicable, "group_id"),
        Wrong(["isolation.level": "read_committed"], .notApplicable, "isolation.level"),
        Wrong(["sink.commit_mode": "exactly-once"], .invalidValue, "sink.commit_mode", "exactly_once"),
        Wrong(["sink.partitioner": "java"], .invalidValue, "sink.partitioner", "murmur2"),
        Wrong(["fetch.min.bytes": "1"], .notApplicable, "fetch.min.bytes", "consumer's"),
        Wrong(["max.poll.records": "1"], .notApplicable, "max.poll.records"),
    ]

    @Test("a source's options on a sink are refused", arguments: wrongSinks)
    func wrongSink(_ wrong: Wrong) throws {
        let error = try #require(StatementOptions.sink(wrong.options).refusal())
        #expect(error.code == wrong.code, "\(error)")
        #expect(error.option == wrong.option, "\(error)")
        for word in wrong.words { #expect(error.description.contains(word), "\(error)") }
    }

    @Test(
        "an alias is the option itself",
        arguments: [
            ("source.group_id", "billing", "group_id", "billing"),
            ("source.group_id_prefix", "x-", "group_id_prefix", "x-"),
            ("source.offset", "latest", "offset", "latest"),
            ("source.read_mode", "READ_UNCOMMITTED", "isolation.level", "read_uncommitted"),
            ("auto.commit.interval.ms", "100", "commit.interval.ms", "100"),
            ("value.subject", "s", "value_subject", "s"), ("key.subject", "s", "key_subject", "s"),
            ("bad_data", "drop", "bad_data", "skip"), ("format", "raw_bytes", "format", "raw"),
            ("format", "JSON", "format", "json"), ("auto.offset.reset", "none", "auto.offset.reset", "error"),
            ("auto.offset.reset", "smallest", "auto.offset.reset", "earliest"),
            ("offset", "group", "offset", "earliest"),
            ("batch_size", "0010", "batch_size", "10"), ("batch_bytes", "1 MiB", "batch_bytes", "1048576"),
            ("enable.auto.commit", "TRUE", "enable.auto.commit", "true"),
            ("offset", "1:7, 0:42", "offset", "0:42,1:7"), ("group_id", " billing ", "group_id", "billing"),
            ("json.timestamp_format", "epoch_ms", "json.timestamp_format", "unix_ms"),
        ])
    func alias(written: String, text: String, key: String, value: String) throws {
        var options = StatementOptions.source()
        options.pairs.removeAll { $0.0 == written }
        options.pairs.append((written, text))
        let connection = try ConnectionOptions(connector: "kafka", options: options.options)
        #expect(connection.options.contains { $0.key == key && $0.value == value }, "\(connection.options)")
    }

    @Test(
        "an option that is there twice is refused, under an alias too",
        arguments: [
            ("batch_size", "batch_size"), ("group_id", "source.group_id"),
            ("commit.interval.ms", "auto.commit.interval.ms"), ("isolation.level", "source.read_mode"),
            ("value_subject", "value.subject"), ("fetch.wait.max.ms", "fetch.max.wait.ms"),
            ("fetch.message.max.bytes", "max.partition.fetch.bytes"),
            ("fetch.min.bytes", "client_configs.fetch.min.bytes"),
        ])
    func duplicates(first: String, second: String) throws {
        let value = first == "isolation.level" ? "read_committed" : "100"
        var options = StatementOptions.source()
        options.pairs += [(first, value), (second, value)]
        let error = try #require(options.refusal())
        #expect(error.code == .duplicateOption, "\(error)")
        #expect(error.message.contains(second.replacing("client_configs.", with: "")), "\(error)")
    }

    @Test(
        "a misspelt name is answered with the right one",
        arguments: [
            ("bootstrap_server", "bootstrap_servers"), ("topic_patern", "topic_pattern"), ("grupid", "group_id"),
            ("auto_offset_reset", "auto.offset.reset"), ("batch.timeout.ms", "batch_timeout_ms"),
            ("fetch_min_bytes", "fetch.min.bytes"), ("schema_registry.endpont", "schema_registry.endpoint"),
            ("auth.pasword", "auth.password"), ("max.poll.interval.sm", "max.poll.interval.ms"),
            ("batch.size", "batch_size"),
        ])
    func suggestions(written: String, meant: String) throws {
        let error = try #require(StatementOptions.source([written: "1"]).refusal())
        #expect(error.suggestion == meant, "\(error)")
    }

    @Test("client_configs takes pairs, JSON and dotted names")
    func clientConfigs() throws {
        let expected = ["fetch.min.bytes": "10", "session.timeout.ms": "6000"]
        let texts = [
            "fetch.min.bytes=10, session.timeout.ms = 6000", #"{"fetch.min.bytes": 10, "session.timeout.ms": "6000"}"#,
        ]
        for text in texts {
            #expect(try StatementOptions.source(["client_configs": text]).source().properties == expected)
        }
        let dotted = StatementOptions.source([
            "client_configs.fetch.min.bytes": "10", "client_configs.session.timeout.ms": "6000",
        ])
        #expect(try dotted.source().properties == expected)
        #expect(StatementOptions.source(["client_configs": "group.id=g"]).refusal()?.code == .denied)
        let refused = StatementOptions.source(["client_configs": "sasl.password=hunter2"]).refusal()
        #expect(refused?.description.contains("hunter2") == false)
        for text in ["hunter2", "{]", "=1"] {
            let error = try #require(StatementOptions.source(["client_configs": text]).refusal())
            #expect(error.code == .invalidValue)
            #expect(!error.description.contains("hunter2"))
        }
    }

    @Test("an error stands where the option does") func positions() throws {
        let key = SQL.Position(line: 3, column: 5, offset: 40)
        let value = SQL.Position(line: 3, column: 20, offset: 55)
        func position(_ name: String, _ text: String) -> SQL.Position? {
            let option = SQL.Option(key: name, value: .string(text), keyPosition: key, valuePosition: value)
            do {
                _ = try ConnectionOptions(connector: "kafka", options: StatementOptions.source().options + [option])
                return nil
            } catch {
                return error.position
            }
        }
        #expect(position("batch_size", "x") == value)
        #expect(position("batch_sise", "1") == key)
        #expect(position("timestamp", "2024-01-01T00:00:00Z") == key)
        #expect(position("session.timeout.ms", "3600000") == key)
    }

    @Test("numbers, flags and texts are the same value") func optionValues() throws {
        var options = StatementOptions.source().options
        options.append(SQL.Option(key: "batch_size", value: .number("10")))
        options.append(SQL.Option(key: "enable.auto.commit", value: .boolean(false)))
        let connection = try ConnectionOptions(connector: "kafka", options: options)
        let texts = StatementOptions.source(["batch_size": "10", "enable.auto.commit": "FALSE"])
        #expect(try ConnectionOptions(connector: "kafka", options: texts.options).options == connection.options)
    }

    @Test("a connector that isn't there is refused by name") func connectors() throws {
        let error = try #require(StatementOptions.source().refusal(connector: "kafak"))
        #expect(error.code == .unknownConnector)
        #expect(error.suggestion == "kafka")
    }

    @Test("a very long value is answered at once") func longValues() throws {
        let topics = (0..<20_000).map { "t\($0)" }.joined(separator: ",")
        let source = try StatementOptions.source(["topic": "", "topics": topics]).source()
        #expect(source.subscription.subscribedNames.count == 20_000)
        let brokers = (0..<10_000).map { "b\($0):9092" }.joined(separator: ",")
        _ = try StatementOptions.source(["bootstrap_servers": brokers]).source()
        let blank = String(repeating: " ", count: 50_000)
        for name in ["topic", "group_id", "batch_size", "offset", "bad_data", "fetch.min.bytes", "client_configs"] {
            _ = StatementOptions.source([name: blank + "x" + blank]).refusal()
            _ = StatementOptions.source([name: String(repeating: "x", count: 200_000)]).refusal()
        }
        let error = try #require(StatementOptions.source([String(repeating: "k", count: 200_000): "1"]).refusal())
        #expect(error.message.utf8.count < 1000)
    }
}
