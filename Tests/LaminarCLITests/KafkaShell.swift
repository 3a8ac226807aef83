import Foundation
import LaminarKafka
import LaminarTesting

@testable import LaminarCLI

/// A topic, a catalog in a file with a connection to it, and command lines that run on both.
final class KafkaShell: Sendable {
    /// What one command line did.
    struct Outcome {
        let code: ExitCode
        let output: [String]
        let errors: [String]

        /// The output's JSON objects, each cell as text; NULL is absent.
        var rows: [[String: String]] {
            output.compactMap { line in
                guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                    return nil
                }
                return object.compactMapValues { $0 is NSNull ? nil : "\($0)" }
            }
        }
    }

    let kafka: KafkaFixture
    let topic: String
    let group: String
    private let connection: String
    private let folder: String

    /// - Parameter count: how many records `0`, `1`, … are written, a second apart, by turns to the partitions: from the
    ///   first millisecond of 1970 on, since 0 would mean now.
    init(records count: Int, partitions: Int, group: String? = nil, connection: String = "shop") async throws {
        kafka = try await KafkaFixture.shared
        topic = "cli-\(UUID().uuidString.lowercased())"
        self.group = group ?? "\(topic)-group"
        self.connection = connection
        folder = NSTemporaryDirectory() + "laminar-cli-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await kafka.createTopic(named: topic, partitions: partitions, configuration: ["retention.ms": "-1"])
        try await kafka.produce(
            (0..<count).map {
                TestRecord(value: "\($0)", timestamp: Int64($0) * 1000 + 1, partition: Int32($0 % partitions))
            }, to: topic)
        let made = await run([
            "sql",
            """
            CREATE CONNECTION \(connection) TO kafka (bootstrap_servers = '\(kafka.bootstrapServers)',
                topic = '\(topic)', type = 'source', format = 'raw_string', group_id = '\(self.group)', batch_size = 1);
            CREATE TABLE lines (value TEXT) WITH (connector = '\(connection)');
            """,
        ])
        guard made.code == .done else { throw InputError(description: made.errors.joined(separator: "\n")) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The connection's source in code.
    var configuration: KafkaSourceConfiguration {
        KafkaSourceConfiguration(
            bootstrapServers: kafka.bootstrapServers, subscription: .topics([topic]), groupID: group)
    }

    private var path: String { folder + "/laminar.db" }

    func run(_ arguments: [String]) async -> Outcome {
        let (output, errors) = (CollectedOutput(), CollectedOutput())
        let code = await CommandLineTool(
            environment: ["LAMINAR_DATABASE": path], output: output, errors: errors, outputTerminal: .none,
            errorTerminal: .none
        ).run(arguments)
        return Outcome(code: code, output: output.lines, errors: errors.lines)
    }

    /// `laminar kafka reset-offset` of the group, in JSON.
    func reset(_ arguments: String...) async -> Outcome {
        let line = ["kafka", "reset-offset", "--connection", connection, "--group", group, "--format", "json"]
        return await run(line + arguments)
    }

    /// Commits for the group from outside.
    func commit(_ offsets: [Int32: Int64]) async throws {
        let admin = try KafkaAdmin(KafkaAdminConfiguration(configuration))
        let pairs = offsets.map { (TopicPartition(topic, $0), CommittedOffset($1)) }
        try await admin.alterOffsets(of: group, to: Dictionary(uniqueKeysWithValues: pairs))
    }

    /// What the group has committed, by partition.
    var committed: [Int: Int64] { get async throws { try await kafka.committedOffsets(of: group, topic: topic) } }

    /// Reads so many records with checkpoints in the catalog's own file, one a batch, and leaves the group.
    func read(_ count: Int) async throws -> [String] {
        let laminar = try await Laminar(database: .file(path))
        let source = try laminar.rows("lines", checkpoint: try await laminar.checkpointStore())
        var texts: [String] = []
        for try await batch in source.batches {
            // A batch is stored whole or not at all, so that it is read to the end only up to the count.
            let values = batch.records.compactMap { record in record.value.map { "\($0["value"])" } }
            texts += values
            try await source.checkpoint(batch) { _ in }
            if texts.count >= count { break }
        }
        await laminar.shutdown()
        return texts
    }
}
