import Foundation
import LaminarSQL
import Testing

/// The SQL blocks of the user's document, which is kept beside the tests.
enum RequirementDocument {
    struct Block: CustomTestStringConvertible, Sendable {
        let number: Int
        let text: String
        var testDescription: String { "block \(number)" }
    }

    static let url: URL = {
        let vectors = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return vectors.appending(path: "Vectors/kafka-source-connector.md")
    }()

    static let blocks: [Block] = {
        let document = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        var blocks: [Block] = []
        var lines: [Substring]?
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            if let collected = lines {
                if line.hasPrefix("```") {
                    blocks.append(Block(number: blocks.count + 1, text: collected.joined(separator: "\n")))
                    lines = nil
                } else {
                    lines?.append(line)
                }
            } else if line == "```sql" {
                lines = []
            }
        }
        return blocks
    }()
}

@Suite struct RequirementDocumentTests {
    @Test("the document is there with all its blocks") func extraction() throws {
        #expect(RequirementDocument.blocks.count == 26)
        let statements = try RequirementDocument.blocks.flatMap { try SQL.parse($0.text) }
        #expect(statements.count == 34)
    }

    @Test("the copy is the document, wherever the document itself can be read") func copy() throws {
        let copy = try Data(contentsOf: RequirementDocument.url)
        let package = RequirementDocument.url.deletingLastPathComponent().appending(path: "../..")
        let named = ProcessInfo.processInfo.environment["LAMINAR_SPEC"].map { URL(filePath: $0) }
        for folder in [named, package.appending(path: "../shared/spec")].compactMap({ $0 }) {
            guard let original = try? Data(contentsOf: folder.appending(path: "kafka-source-connector.md")) else {
                continue
            }
            #expect(copy == original)
        }
    }

    @Test("every block parses, prints and parses back equal", arguments: RequirementDocument.blocks)
    func roundTrip(block: RequirementDocument.Block) throws {
        let parsed = try SQL.parse(block.text)
        #expect(!parsed.isEmpty)
        for statement in parsed {
            let printed = statement.statement.sql()
            #expect(try SQL.parse(printed).map(\.statement) == [statement.statement], "\(printed)")
            #expect(try SQL.parse(statement.text).map(\.statement) == [statement.statement])
        }
    }
}
