import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@testable import LaminarCLI

@Suite("laminar kafka", .timeLimit(.minutes(5)))
struct KafkaCommandTests {
    @Test("the two commands of the documentation work as written") func documentation() async throws {
        let shell = try await KafkaShell(records: 6, partitions: 2, group: "my-group", connection: "kafka_source")
        try await shell.commit([0: 3, 1: 2])
        let listed = await shell.run(["kafka", "list-groups", "--connection", "kafka_source"])
        #expect(listed.code == .done, "\(listed.errors)")
        #expect(listed.output.contains { $0.contains("my-group") && $0.contains("Empty") }, "\(listed.output)")
        let line = ["kafka", "reset-offset", "--connection", "kafka_source", "--group", "my-group", "--to-earliest"]
        let reset = await shell.run(line + ["--format", "csv"])
        #expect(reset.code == .done, "\(reset.errors)")
        #expect(
            reset.output == [
                "kept_in,topic,partition,old_offset,new_offset,note", "group,\(shell.topic),0,3,0,",
                "group,\(shell.topic),1,2,0,",
            ])
        #expect(reset.errors == ["Group my-group: the offsets of 2 partitions are set."])
        #expect(try await shell.committed == [0: 0, 1: 0])
        // And as a table whose columns line up.
        let drawn = await shell.run(line)
        let places = drawn.output.compactMap { line in
            line.firstRange(of: shell.topic).map { line.distance(from: line.startIndex, to: $0.lowerBound) }
        }
        #expect(places.count == 2 && Set(places).count == 1, "\(drawn.output)")
    }

    @Test("a group with a member is refused by name, and a dry run tells what would be")
    func active() async throws {
        let shell = try await KafkaShell(records: 4, partitions: 2)
        let source = try KafkaSource(shell.configuration, decoding: .payload)
        var iterator = source.makeAsyncIterator()
        _ = try await iterator.next()
        let reset = await shell.reset("--to-latest")
        #expect(reset.code == .failed)
        #expect(reset.output.isEmpty)
        let words = reset.errors.joined()
        #expect(
            words.contains("Group \(shell.group) is active (Stable): laminar at 127.0.0.1 with 2 partitions"),
            "\(words)")
        let dry = await shell.reset("--to-latest", "--dry-run")
        #expect(dry.code == .done, "\(dry.errors)")
        #expect(dry.errors.first?.contains("is active") == true)
        #expect(dry.errors.last?.contains("would be set; nothing was changed") == true)
        #expect(dry.rows.map { $0["new_offset"] } == ["2", "2"])
        await source.close()
        #expect(await shell.reset("--to-latest").code == .done)
        #expect(try await shell.committed == [0: 2, 1: 2])
    }

    @Test("every way to say where to; what lies outside is clamped, and the line says so") func targets() async throws {
        let shell = try await KafkaShell(records: 10, partitions: 2)
        try await shell.commit([0: 4])
        try await shell.kafka.deleteRecords(of: shell.topic, partition: 1, before: 2)
        let earliest = await shell.reset("--to-earliest", "--dry-run")
        #expect(
            earliest.rows.map { $0["old_offset"] } == ["4", nil]
                && earliest.rows.map { $0["new_offset"] } == ["0", "2"])
        #expect(try await shell.committed == [0: 4])
        let offset = await shell.reset("--to-offset", "0:99,1:1")
        #expect(offset.rows.map { $0["new_offset"] } == ["5", "2"])
        #expect(offset.rows.first?["note"]?.contains("99 isn't there yet") == true, "\(offset.output)")
        #expect(offset.rows.last?["note"]?.contains("is gone") == true, "\(offset.output)")
        #expect(try await shell.committed == [0: 5, 1: 2])
        let shift = await shell.reset("--shift-by", "-2")
        #expect(shift.rows.map { $0["new_offset"] } == ["3", "2"])
        let time = await shell.reset("--to-timestamp", "1970-01-01T00:00:03Z")
        #expect(time.rows.map { $0["new_offset"] } == ["2", "2"], "\(time.output)")
        #expect(await shell.reset("--to-timestamp", "2100-01-01").code == .usage)
        let late = await shell.reset("--to-timestamp", "2100-01-01T00:00:00Z")
        #expect(late.rows.map { $0["new_offset"] } == ["5", "5"])
        let named = await shell.reset("--to-offset", "1:3")
        #expect(named.rows.map { $0["note"] } == ["stays: not named", nil])
        #expect(try await shell.committed == [0: 5, 1: 3])
        #expect(await shell.reset("--to-offset", "7:1").errors.joined().contains("no partition 7"))
        #expect(await shell.reset("--to-earliest", "--topic", "not-\(shell.topic)").code == .failed)
    }

    @Test("Laminar's own checkpoints move along, and the next start reads from there") func checkpoints() async throws {
        let shell = try await KafkaShell(records: 8, partitions: 1)
        #expect(try await shell.read(6) == (0..<6).map { "\($0)" })
        let dry = await shell.reset("--to-offset", "0:2", "--dry-run")
        #expect(dry.rows.map { $0["kept_in"] } == ["group", "checkpoint shop"], "\(dry.output) \(dry.errors)")
        #expect(dry.rows.last?["old_offset"] == "6" && dry.rows.last?["new_offset"] == "2")
        #expect(try await shell.read(1) == ["6"])
        let reset = await shell.reset("--to-offset", "0:2")
        #expect(reset.code == .done, "\(reset.errors)")
        #expect(try await shell.read(3) == ["2", "3", "4"])
        // Of another group nothing of the connection's is moved.
        let another = await shell.run(
            ["kafka", "reset-offset", "--connection", "shop", "--group", shell.group + "-2", "--to-earliest"])
        #expect(another.code == .done, "\(another.errors)")
        #expect(another.errors.first?.contains("had no offsets so far") == true)
        #expect(try await shell.read(1) == ["5"])
    }

    @Test("lag, members and topics, for people and programs") func looking() async throws {
        let shell = try await KafkaShell(records: 10, partitions: 2)
        try await shell.commit([0: 2])
        let lag = await shell.run(["kafka", "lag", "--connection", "shop", "--format", "json"])
        #expect(lag.rows.map { $0["lag"] } == ["3"], "\(lag.output)")
        #expect(lag.errors == ["Group \(shell.group) is 3 behind."])
        let described = await shell.run(
            ["kafka", "describe-group", "--connection", "shop", "--group", shell.group, "--format", "json"])
        #expect(described.rows.first?["committed_offset"] == "2" && described.rows.first?["high_watermark"] == "5")
        #expect(described.errors.first?.contains("is Empty") == true)
        let topics = await shell.run(["kafka", "topics", "--connection", "shop", "--format", "json"])
        let row = topics.rows.first { $0["topic"] == shell.topic }
        #expect(
            row == [
                "topic": shell.topic, "partitions": "2", "replicas": "1", "under_replicated": "0", "leaderless": "0",
            ])
        #expect(!topics.rows.contains { $0["topic"]?.hasPrefix("__") == true })
        let nobody = await shell.run(["kafka", "describe-group", "--connection", "shop", "--group", "no-such-group"])
        #expect(nobody.code == .failed && nobody.errors.joined().contains("There is no group no-such-group"))
    }

    @Test(
        "what isn't understood is said before anything is opened",
        arguments: [
            (["kafka"], "there are kafka list-groups"), (["kafka", "list-group"], "Did you mean kafka list-groups?"),
            (["kafka", "list-groups"], "needs --connection"),
            (["kafka", "reset-offset", "--connection", "c", "--group", "g"], "exactly one of"),
            (
                ["kafka", "reset-offset", "--connection", "c", "--group", "g", "--to-latest", "--to-earliest"],
                "not --to-earliest and --to-latest"
            ),
            (
                ["kafka", "reset-offset", "--connection", "c", "--group", "g", "--to-timestamp", "yesterday"],
                "is no time"
            ),
            (["kafka", "reset-offset", "--connection", "c", "--group", "g", "--shift-by", "x"], "no whole number"),
        ])
    func usage(arguments: [String], words: String) async throws {
        let run = try await Run(arguments)
        #expect(run.code == .usage)
        #expect(run.errors.joined(separator: "\n").contains(words), "\(run.errors)")
    }

    @Test("a connection that isn't there, and one without brokers, are errors") func connections() async throws {
        let missing = try await Run(["kafka", "topics", "--connection", "shpo"], setUp: Run.script)
        #expect(missing.code == .failed && missing.errors.joined().contains("Did you mean shop?"))
        let impulse = try await Run(
            ["kafka", "topics", "--connection", "made"], setUp: "CREATE CONNECTION made TO impulse (event_rate = 1)")
        #expect(impulse.code == .failed && impulse.errors.joined().contains("has no brokers"))
    }

    @Test("help of the family is the tool's, and of a command its own") func help() async throws {
        #expect(try await Run(["kafka", "--help"]).output.contains { $0.contains("kafka reset-offset") })
        let own = try await Run(["kafka", "reset-offset", "--help"])
        #expect(
            own.output.joined(separator: " ").contains("laminar kafka reset-offset --connection NAME --group GROUP"))
    }
}
