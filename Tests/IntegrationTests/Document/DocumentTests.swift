import Foundation
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Every SQL block of the connector's document", .timeLimit(.minutes(8)))
struct DocumentTests {
    @Test("runs in the document's order in one database, gives what it promises, and does so a second time")
    func twice() async throws {
        let blocks = try ConnectorDocument.blocks()
        #expect(
            blocks.map(\.heading) == DocumentPromise.all.map(\.heading), "a block without a promise, or the reverse")
        let world = try await DocumentWorld()
        guard
            [world.kafka, world.secured.kafka, world.older].allSatisfy({
                $0.offers(.sasl, promise: "every block of the connector's document runs")
            })
        else { return }
        let path = FileManager.default.temporaryDirectory.appending(path: "laminar-\(UUID().uuidString).db").path
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        for number in 1...2 {
            // The second one finds what another process has left.
            let laminar = try await Laminar(database: .file(path), secrets: DocumentWorld.secrets)
            for (block, promise) in zip(blocks, DocumentPromise.all) {
                let round = DocumentRound(number: number, world: world, laminar: laminar, path: path)
                do {
                    let results = try await round.execute(block)
                    round.expectChanges(results)
                    try await promise.check(round, results)
                } catch {
                    Issue.record(error, "\(block.heading), run \(number)")
                }
            }
            await laminar.shutdown()
        }
    }
}

/// One run of the document's blocks.
struct DocumentRound: Sendable {
    /// 1, or 2 for the run on what the first one has left.
    let number: Int
    let world: DocumentWorld
    let laminar: Laminar
    let path: String

    /// Executes a block; where its cluster gave no answer in time, which is a notice, again.
    func execute(_ block: ConnectorDocument.Block) async throws -> [StatementResult] {
        let text = try world.placed(block)
        var results = try await laminar.execute(text)
        for _ in 0..<5 where results.contains(where: { $0.notices.contains { $0.contains("kafka_source") } }) {
            results = try await laminar.execute(text)
        }
        return results
    }

    /// A CREATE makes something the first time, and the second time says that it is there.
    func expectChanges(_ results: [StatementResult]) {
        for result in results where result.kind.description.hasPrefix("CREATE") {
            #expect(result.isChange == (number == 1), "run \(number): \(result.message)")
            if number == 2 { #expect(result.message.contains("already"), "\(result.message)") }
        }
    }

    /// What a table over a connection has: the rows of `query`, in which `seen` stands for the table, sorted.
    ///
    /// - Parameter columns: the table's; empty takes them from the registry.
    func seen(
        _ connection: String, _ columns: String = "(id BIGINT, _kafka_topic TEXT)",
        _ query: String = "SELECT id FROM seen"
    ) async throws -> [String] {
        try await laminar.lines(try await over(connection, columns, query))
    }

    /// Makes the table, and gives the query over it.
    func over(_ connection: String, _ columns: String, _ query: String) async throws -> String {
        try await laminar.execute(
            """
            CREATE TABLE IF NOT EXISTS seen_\(connection) \(columns)
            WITH (connector = '\(connection)', include_metadata = 'true')
            """)
        return query.replacing("seen", with: "seen_\(connection)")
    }

    /// Whether every check of a connection passes; else what is wrong.
    func problem(of connection: String) async throws -> String? {
        let report = try await laminar.testConnection(connection)
        return report.isOK ? nil : "\(report)"
    }
}
