import LaminarSQL
import Testing

@Suite struct MutationTests {
    private static let seeds: [String] =
        RequirementDocument.blocks.map(\.text)
        + StatementParserTests.canonical.map(\.0) + ExpressionParserTests.canonical.map { "SELECT \($0.0) FROM t" }
        + RefusalTests.refusals.map(\.0) + SQLErrorTests.guarded

    private static let pieces = [
        "'", "\"", "(", ")", "[", "]", ",", ";", ".", "-", "--", "/*", "*/", "::", "->>", "$1", "?", "E'\\", "\\", "é",
        "\u{0}", "1e",
        " SELECT ", " FROM ", " NOT ", " AND ", " WITH ", " AS ", "<", ">", "INTERVAL", "VALUES", "\n", "\r\n", "😀",
        "=",
    ].map { Array($0.utf8) }

    /// Changes a text in one to four places: bytes are replaced, taken out, doubled, or pieces of SQL put in.
    private static func mutate(_ text: String, _ random: inout RandomTree) -> String {
        var bytes = Array(text.utf8)
        for _ in 0...random.number(4) where !bytes.isEmpty {
            let place = random.number(bytes.count)
            switch random.number(5) {
            case 0: bytes[place] = UInt8(random.number(256))
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.number(8)))
            case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + random.number(20))], at: place)
            case 3: bytes.insert(contentsOf: pieces[random.number(pieces.count)], at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a broken script gives a tree or an error with a place in it, never a crash", arguments: 0..<8)
    func mutations(seed: Int) {
        var random = RandomTree(seed: UInt64(1000 + seed))
        for _ in 0..<1500 {
            let text = MutationTests.mutate(MutationTests.seeds[random.number(MutationTests.seeds.count)], &random)
            do throws(SQLError) {
                let statements = try SQL.parse(text)
                let printed = statements.map { $0.statement.sql() }.joined(separator: ";\n")
                let again = try SQL.parse(printed)
                #expect(again.map(\.statement) == statements.map(\.statement), "\(text)\nprinted \(printed)")
            } catch {
                let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                #expect((1...lines.count).contains(error.line), "\(text)\n\(error)")
                #expect(
                    (1...(lines[min(error.line, lines.count) - 1].count + 1)).contains(error.column),
                    "\(text)\n\(error)")
                #expect((0...text.utf8.count).contains(error.position.offset), "\(text)\n\(error)")
                #expect(error.sourceLine.count <= 130)
                #expect((0...error.sourceLine.count).contains(error.caretOffset))
                #expect(!error.message.isEmpty && !error.description.isEmpty)
            }
        }
    }
}
