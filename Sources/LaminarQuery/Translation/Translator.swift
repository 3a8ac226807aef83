import LaminarFormats
import LaminarSQL
import LaminarStore

/// Writes a bound query in SQLite's dialect.
///
///     let translated = try Translator.translate(bound)
///
/// Nothing of the user's stands in the text: sources are `s1`, `s2`, …, common tables `t1`, …, columns `c0`, `c1`, …, and
/// texts, doubles and blobs are bound. Only names of stored tables and columns appear, quoted. Where SQLite and PostgreSQL
/// differ, the text says what PostgreSQL means: NULLS FIRST or LAST is always written, no cast of SQLite's own is used
/// (it would give a column an affinity), and rows of scalar subqueries are counted.
///
/// A virtual table is read as it streams where it is read once and in the order of FROM: see ``streams``. Everywhere else
/// its rows are kept first (`m1 AS MATERIALIZED`), since SQLite would scan it anew for each row of the other side.
package final class Translator {
    private var values: [SQLiteValue] = []
    private var places: [SQLiteValue: Int] = [:]
    private var nowIndex: Int?
    private var scans: [Int: (name: String, table: any QueryTable)] = [:]
    private var used: [Int: Set<Int>] = [:]
    private var stored: [Int: [String]] = [:]
    /// Virtual tables whose rows are kept.
    private var kept: Set<Int> = []
    /// Common tables that are named where their rows must be kept, or more than once.
    var commonUses: [Int: (count: Int, isKept: Bool)] = [:]
    /// Whether what is being written is run once: a scan that stands first in its FROM needn't be kept then.
    var streams = true
    /// The keys of the GROUP BY around what is being written, in SQLite's text.
    var keys: [String] = []

    private init() {}

    /// The query in SQLite's text.
    ///
    /// - Throws: ``SQLError`` with code `.tooLong` for more texts than SQLite binds.
    package static func translate(_ query: BoundQuery, notices: [String] = []) throws -> TranslatedQuery {
        let translator = Translator()
        let sql = translator.statement(query)
        guard translator.values.count <= Translator.mostValues else {
            throw SQLError(
                code: .tooLong, message: "the statement has more than \(Translator.mostValues) different constants",
                at: .start, in: "", expected: "fewer of them, or a table to join")
        }
        return TranslatedQuery(
            sql: sql, values: translator.values, nowIndex: translator.nowIndex, columns: query.columns,
            scans: translator.plannedScans, notices: notices)
    }

    /// SQLite's bound.
    private static let mostValues = 32_766

    private var plannedScans: [PlannedScan] {
        scans.sorted { $0.key < $1.key }.map { source, scan in
            PlannedScan(
                name: scan.name, table: scan.table,
                request: ScanRequest(columns: used[source, default: []].sorted()), source: source)
        }
    }

    // MARK: Values

    /// A value that is bound.
    func bind(_ value: SQLiteValue) -> String {
        // Zero and minus zero are equal, but not the same.
        if case .real = value {
            values.append(value)
            return "?\(values.count)"
        }
        if let place = places[value] { return "?\(place + 1)" }
        values.append(value)
        places[value] = values.count - 1
        return "?\(values.count)"
    }

    func bind(_ text: String) -> String { bind(.text(text)) }

    /// A constant: integers as they are, everything else bound.
    func constant(_ value: Value) -> String {
        switch StoredValue.stored(value) {
        case .null: "NULL"
        case .integer(let number) where number >= 0: String(number)
        case .integer(let number) where number != .min: "(\(number))"
        case let other: bind(other)
        }
    }

    /// The time at which the statement begins; never the place of another value.
    func now() -> String {
        if let nowIndex { return "?\(nowIndex + 1)" }
        values.append(.null)
        nowIndex = values.count - 1
        return "?\(values.count)"
    }

    // MARK: Names

    func name(of reference: ColumnReference) -> String {
        used[reference.source, default: []].insert(reference.column)
        if let names = stored[reference.source], names.indices.contains(reference.column) {
            return "s\(reference.source).\(Translator.quoted(names[reference.column]))"
        }
        return "s\(reference.source).c\(reference.column)"
    }

    /// The name of a virtual table, or of its rows where they are kept; each use in FROM has one of its own.
    func scan(_ table: any QueryTable, of source: Int, isKept: Bool) -> String {
        let name = "v\(source)"
        scans[source] = (name, table)
        if isKept { kept.insert(source) }
        return isKept ? "m\(source)" : name
    }

    /// The common tables of the scans whose rows are kept.
    var keptScans: [String] {
        kept.sorted().map { source in
            // A scan of which no column is used still has rows to count.
            guard let used = used[source], !used.isEmpty else {
                return "m\(source)(c0) AS MATERIALIZED (SELECT 0 FROM v\(source))"
            }
            let list = used.sorted().map { "c\($0)" }.joined(separator: ", ")
            return "m\(source)(\(list)) AS MATERIALIZED (SELECT \(list) FROM v\(source))"
        }
    }

    /// A table of the attached database, whose columns keep their names.
    func storedTable(_ name: String, _ columns: [String], of source: Int) -> String {
        stored[source] = columns
        return "local.\(Translator.quoted(name))"
    }

    /// An identifier in double quotes.
    static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" { text += "\"" }
            if scalar != "\0" { text.unicodeScalars.append(scalar) }
        }
        return text + "\""
    }
}
