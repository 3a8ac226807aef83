import Foundation

/// The SQL blocks of the connector's document, from the copy beside the tests, in its order.
enum ConnectorDocument {
    /// A block, known by the heading that it stands under.
    struct Block: Sendable {
        let heading: String
        let text: String
    }

    static func blocks() throws -> [Block] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let document = try String(
            contentsOf: tests.appending(path: "Vectors/kafka-source-connector.md"), encoding: .utf8)
        var blocks: [Block] = []
        var heading = ""
        var fence: String?
        var lines: [Substring] = []
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            switch fence {
            case nil where line.hasPrefix("```"):
                fence = String(line)
                lines = []
            case nil:
                if line.hasPrefix("#") { heading = line.drop { $0 == "#" || $0 == " " }.description }
            case "```sql" where line.hasPrefix("```"):
                blocks.append(Block(heading: heading, text: lines.joined(separator: "\n")))
                fence = nil
            case .some where line.hasPrefix("```"): fence = nil
            case .some: lines.append(line)
            }
        }
        return blocks
    }
}
