import LaminarFormats
import LaminarQuery
import LaminarSQL
import Testing

/// The files beside this one.
@Suite struct CaseTests {
    private static let catalogs: [String: MemoryCatalog] = Dictionary(
        uniqueKeysWithValues: CaseFile.all.compactMap { file in
            (try? MemoryCatalog(file.tables)).map { (file.name, $0) }
        })

    @Test("every file of cases can be read", arguments: CaseFile.all.map(\.name))
    func readable(name: String) throws {
        let file = try #require(CaseFile.all.first { $0.name == name })
        _ = try MemoryCatalog(file.tables)
        #expect(!file.cases.isEmpty)
    }

    @Test("a statement gives what its case says", arguments: CaseFile.all.flatMap(\.cases))
    func gives(example: QueryCase) async throws {
        let catalog = try #require(Self.catalogs[example.file])
        let parameters = example.parameters.map(Self.parameter)
        do {
            let (columns, rows) = try await Query.rows(example.sql, catalog, parameters)
            let header = columns.map { "\($0.name) \($0.type)" }.joined(separator: " | ")
            var texts = rows.map { row in row.map(\.description).joined(separator: " | ") }
            var expected = Array(example.expected.dropFirst())
            if !example.sql.uppercased().contains("ORDER BY") {
                texts.sort()
                expected.sort()
            }
            #expect([header] + texts == [example.expected.first ?? ""] + expected)
        } catch let error as SQLError {
            let first = "error \(error.line):\(error.column) \(error.message)"
            Self.compare(example, first, error.description)
        } catch {
            Self.compare(example, "error \(error)", "\(error)")
        }
    }

    private static func compare(_ example: QueryCase, _ first: String, _ description: String) {
        #expect(first == example.expected.first, "\(description)")
        for line in example.expected.dropFirst() {
            #expect(description.contains(line), "\(description)")
        }
    }

    private static func parameter(_ text: String) -> Value {
        if text == "NULL" { return .null }
        if let number = Int64(text) { return .bigint(number) }
        if let number = Double(text) { return .double(number) }
        return text == "true" || text == "false" ? .boolean(text == "true") : .text(text)
    }
}
