import Foundation
import LaminarKafka
import Testing

/// The user's document: its DDL as it stands there, with only what the document leaves out put in.
@Suite struct RequirementDDLTests {
    /// Every CREATE CONNECTION and CREATE TABLE, in the document's order.
    private static let definitions: [String] = {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let document =
            (try? String(contentsOf: tests.appending(path: "Vectors/kafka-source-connector.md"), encoding: .utf8)) ?? ""
        let blocks = document.split(separator: "```").filter { $0.hasPrefix("sql\n") }.map { String($0.dropFirst(4)) }
        return blocks.flatMap { block in
            ((try? SQL.parse(block)) ?? []).compactMap { parsed in
                switch parsed.statement {
                case .createConnection, .createTable: parsed.text
                default: nil
                }
            }
        }
    }()

    @Test("all of it executes in one database file, and a second run changes nothing")
    func twice() async throws {
        #expect(Self.definitions.count == 25)
        let script = Self.definitions.joined(separator: ";\n")
        try await withDatabaseFile { path in
            let first = try await Laminar(database: .file(path)).execute(script)
            #expect(first.map(\.isChange) == first.map { _ in true })
            let before = try await Laminar(database: .file(path)).texts("SHOW CONNECTIONS")
            let second = try await Laminar(database: .file(path)).execute(script)
            #expect(second.count == Self.definitions.count)
            #expect(second.filter(\.isChange).map(\.message) == [])
            #expect(try await Laminar(database: .file(path)).texts("SHOW CONNECTIONS") == before)
        }
    }

    @Test("every definition is shown as a statement that makes the same")
    func showCreate() async throws {
        let laminar = try await catalog(Self.definitions.joined(separator: ";\n"))
        for kind in ["CONNECTION", "TABLE"] {
            for row in try await laminar.texts("SHOW \(kind)S") {
                let name = try #require(row.first ?? nil)
                let shown = try #require(try await laminar.texts("SHOW CREATE \(kind) \(name)").first?.first ?? nil)
                let again = try await laminar.execute(shown)
                #expect(again.map(\.isChange) == [false], "\(shown)")
            }
        }
    }

    @Test("the tables mean what the document says")
    func resolved() async throws {
        let laminar = try await catalog(Self.definitions.joined(separator: ";\n"))
        let raw = try laminar.resolveTable("raw_events")
        #expect(raw.schema.columns.map(\.metadata) == [.key, .value, .timestamp, .partition, .offset])
        let metadata = try laminar.resolveTable("events_with_metadata")
        #expect(
            metadata.schema.columns.map(\.metadata)
                == [nil, nil, .topic, .partition, .offset, .timestamp, .key, .headers])
        guard case .source(let source) = metadata.connector else {
            Issue.record("not a source")
            return
        }
        #expect(source.groupID == "laminar-consumer-group")
        #expect(metadata.format?.name == "json")
    }
}
