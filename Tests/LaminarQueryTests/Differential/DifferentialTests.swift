import LaminarFormats
import LaminarQuery
import LaminarSQL
import Testing

/// Random queries over random rows, answered by DuckDB and by us.
@Suite struct DifferentialTests {
    private static let count = 2_400
    private static let seed: UInt64 = 20_240_601

    @Test("random queries have DuckDB's answers") func answers() async throws {
        let tables = try RandomTables(seed: Self.seed)
        var catalog = try MemoryCatalog()
        for table in tables.tables { try catalog.add(table.name, table.schema, table.rows) }
        var generator = QueryGenerator(seed: Self.seed)
        let queries = (0..<Self.count).map { _ in generator.next() }
        let theirs = try DuckDB.answers(to: queries.map(\.sql), over: tables.script)
        try #require(theirs.count == queries.count)
        var answered = 0
        for (query, answer) in zip(queries, theirs) {
            let ours = await Self.outcome(query.sql, catalog)
            if case .rows = ours, answer.rows != nil { answered += 1 }
            guard let difference = Self.difference(ours, answer, isOrdered: query.isOrdered) else { continue }
            if KnownDifference.all.contains(where: { $0.explains(query.sql, ours, answer) }) { continue }
            Issue.record("\(difference)\n\(query.sql)")
        }
        // Most statements must say something: errors on both sides would hide what they compute.
        #expect(answered > Self.count * 8 / 10, "\(answered) of \(Self.count) were answered by both")
    }

    enum Outcome {
        case rows([[Cell]])
        case failure(String)
    }

    private static func outcome(_ sql: String, _ catalog: MemoryCatalog) async -> Outcome {
        do {
            return .rows(try await Query.rows(sql, catalog).rows.map { $0.map { Cell($0) } })
        } catch {
            return .failure("\(error)")
        }
    }

    /// What is different, nil for nothing. Two errors are the same.
    private static func difference(_ ours: Outcome, _ theirs: DuckDB.Answer, isOrdered: Bool) -> String? {
        switch (ours, theirs.rows) {
        case (.failure, nil): return nil
        case (.failure(let error), _?): return "we fail: \(error)"
        case (.rows, nil): return "DuckDB fails: \(theirs.error ?? "")"
        case (.rows(var mine), let rows?):
            var others = rows.map { $0.map { Cell($0) } }
            guard mine.count == others.count else { return "\(mine.count) rows, DuckDB has \(others.count)" }
            if !isOrdered {
                mine.sort(by: precedes)
                others.sort(by: precedes)
            }
            for (row, other) in zip(mine, others) where !zip(row, other).allSatisfy({ $0.matches($1) }) {
                return "\(row)\nDuckDB has\n\(other)"
            }
            return nil
        }
    }

    private static func precedes(_ left: [Cell], _ right: [Cell]) -> Bool {
        left.map(\.key).lexicographicallyPrecedes(right.map(\.key))
    }
}
