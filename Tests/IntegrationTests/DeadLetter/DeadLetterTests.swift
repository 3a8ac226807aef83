import Foundation
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Bad records are in the dead letter topic before they count as processed", .timeLimit(.minutes(5)))
struct DeadLetterTests {
    struct Order: Codable, Sendable, Equatable {
        let id: Int64
    }

    /// A topic of orders, a topic for the bad ones, and sources between them.
    struct Orders {
        let topic: Topic
        let letters: String

        init(
            partitions: Int = 1, letterConfiguration: [String: String] = [:], _ records: [TestRecord] = []
        ) async throws {
            topic = try await Topic(records: 0, partitions: partitions)
            letters = try await topic.kafka.createTopic("dlq", partitions: 1, configuration: letterConfiguration)
            if !records.isEmpty { try await topic.kafka.produce(records, to: topic.name) }
        }

        /// `count` orders of which every tenth, from the fourth on, isn't one.
        static func mixed(_ count: Int, partitions: Int = 1) -> [TestRecord] {
            (0..<count).map {
                TestRecord(
                    value: $0 % 10 == 3 ? "no order \($0)" : "{\"id\":\($0)}", key: "k\($0)",
                    partition: Int32($0 % partitions))
            }
        }

        func source(
            group: String = "g", acknowledgement: Acknowledgement = .automatic, extent: SourceExtent = .group,
            limit: Int? = nil, timeout: Duration = .seconds(60), letters: String? = nil,
            configure: (inout KafkaSourceConfiguration) -> Void = { _ in }
        ) throws -> KafkaSource<Order> {
            var configuration = KafkaSourceConfiguration(
                bootstrapServers: topic.kafka.bootstrapServers, subscription: .topics([topic.name]),
                groupID: topic.group(group))
            configuration.badData = .deadLetter(
                topic: letters ?? self.letters, maxErrorsPerBatch: limit, timeout: timeout)
            configure(&configuration)
            return try KafkaSource(
                configuration, decoding: .json(Order.self), acknowledgement: acknowledgement, extent: extent)
        }

        func committed(_ group: String = "g") async throws -> [Int: Int64] {
            try await topic.kafka.committedOffsets(of: topic.group(group), topic: topic.name)
        }

        /// Offsets of the records that the letters tell of, by what stands in them.
        func writtenLetters(_ name: String? = nil) async throws -> [String] {
            var texts: [String] = []
            let source = try KafkaSource(
                KafkaSourceConfiguration(
                    bootstrapServers: topic.kafka.bootstrapServers, subscription: .topics([name ?? letters])),
                decoding: .payload, extent: .snapshot)
            for try await payload in source { texts.append(payload.text ?? "") }
            return texts
        }
    }

    /// Reads values until the one that ends it, stops by cancelling its own task: all of them are processed.
    private func read(_ source: KafkaSource<Order>, until last: Int64) async throws -> [Int64] {
        let reading = Task {
            var ids: [Int64] = []
            for try await order in source {
                ids.append(order.id)
                if order.id == last { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return ids
        }
        let ids = try await withTaskCancellationHandler {
            try await reading.value
        } onCancel: {
            reading.cancel()
        }
        await source.close()
        return ids
    }

    @Test("key, value, headers and timestamp stay as they were, with Kafka Connect's headers behind them; from DDL")
    func fidelity() async throws {
        let bad: [TestRecord] = [
            TestRecord(
                value: [0xff, 0x00, 0x7b], key: [0x00, 0xfe],
                headers: [("a", [1]), ("a", []), ("none", nil), ("bytes", [0, 255])], timestamp: 1_700_000_000_123),
            TestRecord(value: [], key: [], timestamp: 1_700_000_000_456),
            TestRecord(
                value: Array("{\"id\":\"payload text\"}".utf8), key: nil,
                headers: [("__connect.errors.topic", Array("older".utf8))], timestamp: 1_700_000_000_789),
        ]
        let orders = try await Orders(bad + [TestRecord(value: "{\"id\":7}")])
        let laminar = try await Laminar(database: .inMemory)
        try await laminar.execute(
            """
            CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(orders.topic.kafka.bootstrapServers)',
                topic = '\(orders.topic.name)', type = 'source', format = 'json', group_id = '\(orders.topic.group("g"))',
                bad_data = 'dlq', dlq_topic = '\(orders.letters)');
            CREATE TABLE orders (id BIGINT NOT NULL) WITH (connector = 'shop');
            """)
        for try await order in try laminar.source("orders", as: Order.self) {
            #expect(order.id == 7)
            break
        }
        let letters = try await ForeignRecord.read(3, from: orders.letters, orders.topic.kafka)
        for (offset, (letter, record)) in zip(letters, bad).enumerated() {
            #expect(letter.key == ForeignRecord.hex(record.key))
            #expect(letter.value == ForeignRecord.hex(record.value))
            #expect(letter.timestamp == record.timestamp)
            let own = letter.headers.prefix(record.headers.count)
            #expect(own.map { $0[0] } == record.headers.map(\.name))
            #expect(own.map { $0[1] } == record.headers.map { ForeignRecord.hex($0.value) })
            #expect(
                letter.headers.dropFirst(own.count).map { $0[0] }
                    == [
                        "topic", "partition", "offset", "connector.name", "task.id", "stage", "class.name",
                        "exception.class.name", "exception.message",
                    ].map { "__connect.errors.\($0)" })
            #expect(letter.text("__connect.errors.topic") == orders.topic.name)
            #expect(letter.text("__connect.errors.partition") == "0")
            #expect(letter.text("__connect.errors.offset") == "\(offset)")
            #expect(letter.text("__connect.errors.connector.name") == "shop")
            #expect(letter.text("__connect.errors.task.id") == "0")
            #expect(letter.text("__connect.errors.stage") == "VALUE_CONVERTER")
            #expect(letter.text("__connect.errors.class.name") == "laminar.json")
            #expect(letter.text("__connect.errors.exception.class.name") == "LaminarKafka.DecodeError")
        }
        let message = letters[2].text("__connect.errors.exception.message")
        #expect(message?.contains("id") == true && message?.contains("payload text") == false)
        #expect(laminar.errors.map(\.offset) == [0, 1, 2])
        #expect(laminar.errors.allSatisfy { $0.source == "shop" && $0.outcome == .deadLettered })
        await laminar.shutdown()
    }

    @Test("positions pass over dead letters, a restart re-reads nothing, and everything is counted", arguments: [1, 2])
    func goesOn(members: Int) async throws {
        let orders = try await Orders(partitions: 2, Orders.mixed(2_000, partitions: 2))
        let source = try orders.source { $0.parallelism = members }
        let reading = Task {
            var ids: Set<Int64> = []
            for try await order in source {
                ids.insert(order.id)
                if ids.count == 1_800 { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return ids
        }
        #expect(try await reading.value == Set((0..<2_000).filter { $0 % 10 != 3 }))
        await source.close()
        #expect(try await orders.committed() == [0: 1_000, 1: 1_000])
        #expect(
            Set(try await orders.writtenLetters()) == Set((0..<2_000).filter { $0 % 10 == 3 }.map { "no order \($0)" }))
        let counters = source.counters
        #expect(counters.records == 1_800 && counters.badRecords == 200)
        #expect(counters.deadLettered == [.syntax: 200] && counters.skipped.isEmpty && counters.failed.isEmpty)
        #expect(source.recentErrors.count == 200)
    }

    @Test("a topic of nothing but bad records is passed, and its end is committed")
    func nothingButBad() async throws {
        let orders = try await Orders((0..<300).map { TestRecord(value: "bad \($0)") })
        let source = try orders.source { $0.commits = .automatic(every: .milliseconds(50)) }
        let events = source.events
        let reading = Task { for try await _ in source { Issue.record("there is no value") } }
        for await case .committed(let positions) in events where positions.values.contains(300) { break }
        await source.close()
        try await reading.value
        #expect(try await orders.writtenLetters().count == 300)
    }

    @Test("with explicit acknowledgement the position passes a dead letter with the records around it")
    func explicit() async throws {
        let orders = try await Orders(Orders.mixed(10))
        let source = try orders.source(acknowledgement: .explicit)
        var records: [KafkaRecord<Order>] = []
        for try await record in source.records {
            records.append(record)
            if records.count == 9 { break }
        }
        for record in records.reversed() where record.offset < 8 { source.acknowledge(record) }
        await source.close()
        #expect(records.map(\.offset) == [0, 1, 2, 4, 5, 6, 7, 8, 9])
        #expect(try await orders.committed() == [0: 8])
    }

    @Test("beyond max_errors_per_batch the source fails, nothing of the batch is delivered, written or committed")
    func tooMany() async throws {
        let orders = try await Orders(Orders.mixed(100))
        let tolerant = try orders.source(group: "tolerant", limit: 10)
        #expect(try await read(tolerant, until: 99).count == 90)
        let other = try await orders.topic.kafka.createTopic("dlq")
        let strict = try orders.source(group: "strict", limit: 9, letters: other)
        let error = await #expect(throws: DecodeError.self) {
            for try await _ in strict { Issue.record("nothing of the batch is delivered") }
        }
        await strict.close()
        #expect(error?.offset == 93)
        #expect(try await orders.committed("strict").isEmpty)
        #expect(try await orders.writtenLetters(other).isEmpty)
        #expect(strict.counters.failed == [.syntax: 1] && strict.counters.badRecords == 1)
        #expect(strict.recentErrors.map(\.outcome) == [.failed])
    }

    @Test("a letter that is refused stops the source before its batch, and a restart resumes there")
    func refused() async throws {
        let orders = try await Orders((0..<5).map { TestRecord(value: "{\"id\":\($0)}") })
        let kafka = orders.topic.kafka
        guard kafka.offers(.sasl, promise: "a source whose dead letters are refused stops and resumes") else { return }
        let source = try orders.source { configuration in
            configuration.bootstrapServers = kafka.bootstrapServers(.saslPlaintext)
            if let password = try? SecretText(parsing: KafkaFixture.User.alice.password) {
                configuration.security = .sasl(.plain(username: "alice", password: password), tls: nil)
            }
        }
        var ids: [Int64] = []
        let error = await #expect(throws: KafkaError.self) {
            for try await order in source {
                ids.append(order.id)
                guard order.id == 4 else { continue }
                // From the first rule on nobody else may write.
                try await kafka.allow(.admin, to: .write, orders.letters)
                try await kafka.produce(
                    [TestRecord(value: "bad"), TestRecord(value: "{\"id\":5}")], to: orders.topic.name)
            }
        }
        await source.close()
        #expect(ids == [0, 1, 2, 3, 4])
        #expect(error?.code == .delivery)
        for part in [orders.letters, "\(orders.topic.name)[0]@5", "Allow Write"] {
            #expect(error?.message.contains(part) == true, "\(part) in \(String(describing: error))")
        }
        #expect(try await orders.committed() == [0: 5])
        #expect(try await orders.writtenLetters().isEmpty)
        let better = try await kafka.createTopic("dlq", partitions: 1)
        #expect(try await read(orders.source(letters: better), until: 5) == [5])
        #expect(try await orders.writtenLetters(better) == ["bad"])
    }

    @Test("a record that the dead letter topic finds too large stops the source, with the cure")
    func tooLarge() async throws {
        let orders = try await Orders(
            letterConfiguration: ["max.message.bytes": "2000"],
            [TestRecord(value: String(repeating: "x", count: 5_000))])
        let source = try orders.source()
        let error = await #expect(throws: KafkaError.self) { for try await _ in source {} }
        await source.close()
        #expect(error?.code == .delivery && error?.message.contains("max.message.bytes") == true)
    }

    @Test("a record of 3 MB is written whole where the topic takes it")
    func large() async throws {
        let kafka = try await KafkaFixture.shared
        let name = try await kafka.createTopic("large", partitions: 1, configuration: ["max.message.bytes": "6000000"])
        let letters = try await kafka.createTopic("dlq", partitions: 1, configuration: ["max.message.bytes": "6000000"])
        try await kafka.produce([TestRecord(value: String(repeating: "x", count: 3_000_000))], to: name)
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: kafka.bootstrapServers, subscription: .topics([name]), groupID: "\(name)-g")
        configuration.badData = .deadLetter(topic: letters)
        let source = try KafkaSource(configuration, decoding: .json(Order.self))
        let events = source.events
        let reading = Task { for try await _ in source {} }
        for await case .deadLettered(let error) in events {
            #expect(error.offset == 0)
            break
        }
        await source.close()
        try await reading.value
    }

    @Test("a snapshot skips what it can't decode and writes nothing")
    func snapshot() async throws {
        let orders = try await Orders(Orders.mixed(50))
        let source = try orders.source(extent: .snapshot)
        var count = 0
        for try await _ in source { count += 1 }
        await source.close()
        #expect(count == 45 && source.counters.skipped == [.syntax: 5] && source.counters.deadLettered.isEmpty)
        #expect(try await orders.writtenLetters().isEmpty)
    }

    @Test("a pattern never matches the source's own dead letters")
    func pattern() async throws {
        let kafka = try await KafkaFixture.shared
        let family = "family\(UUID().uuidString.prefix(6).lowercased())"
        for name in ["\(family)-a", "\(family)-dlq"] { try await kafka.createTopic(named: name, partitions: 1) }
        try await kafka.produce([TestRecord(value: "bad"), TestRecord(value: "{\"id\":1}")], to: "\(family)-a")
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: kafka.bootstrapServers, subscription: .pattern("\(family)-.*"), groupID: "\(family)-g")
        configuration.badData = .deadLetter(topic: "\(family)-dlq")
        let source = try KafkaSource(configuration, decoding: .json(Order.self))
        let events = source.events
        for try await order in source {
            #expect(order.id == 1)
            break
        }
        await source.close()
        for await case .assigned(let partitions) in events {
            #expect(partitions == [TopicPartition("\(family)-a", 0)])
        }
    }
}
