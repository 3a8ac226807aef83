import LaminarFormats
package import LaminarStore

/// What a query does, in lines for a person: what each table reads and does itself, and SQLite's own plan for the rest.
///
/// Brokers are asked where their partitions begin and end; no record is read.
package enum QueryExplanation {
    /// The lines; blocks the calling thread, which must not be one of the cooperative pool.
    ///
    /// - Throws: what a table throws that can't be asked, ``QueryError``, `StoreError`.
    package static func lines(of query: TranslatedQuery, local: SQLiteDatabase?) throws -> [String] {
        var lines: [String] = []
        for scan in query.scans {
            lines += try scan.table.explain(scan.request).enumerated().map { $0 == 0 ? $1 : "  " + $1 }
        }
        lines.append("SQLite")
        return lines + (try plan(query, local))
    }

    private static func plan(_ query: TranslatedQuery, _ local: SQLiteDatabase?) throws -> [String] {
        var plan = query
        plan.sql = "EXPLAIN QUERY PLAN \(query.sql)"
        plan.columns = [
            ColumnSchema("id", .bigint), ColumnSchema("parent", .bigint), ColumnSchema("unused", .bigint),
            ColumnSchema("detail", .text),
        ]
        let run = try QueryRun(plan, local: local)
        var depths: [Int64: Int] = [:]
        var lines: [String] = []
        while let batch = try run.nextBlocking() {
            for row in batch {
                let depth = depths[try row[1, as: Int64.self]].map { $0 + 1 } ?? 1
                depths[try row[0, as: Int64.self]] = depth
                lines.append(String(repeating: "  ", count: depth) + (try row[3, as: String.self]))
            }
        }
        return lines
    }
}
