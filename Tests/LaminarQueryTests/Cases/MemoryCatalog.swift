import Foundation
import LaminarFormats
import LaminarQuery
import LaminarSQL
import LaminarStore

/// Tables in memory, written as CREATE TABLE and INSERT.
struct MemoryCatalog: QueryCatalog {
    private(set) var tables: [String: BatchListTable] = [:]

    var tableNames: [String] { tables.keys.sorted() }

    /// - Throws: `SQLError`, or ``Mistake`` for a value that isn't of its column's type.
    init(_ script: String = "") throws {
        var schemas: [String: RowSchema] = [:]
        var rows: [String: [[Value]]] = [:]
        for parsed in try SQL.parse(script) {
            switch parsed.statement {
            case .createTable(let table):
                schemas[table.name.name] = try RowSchema(
                    table.columns.map {
                        ColumnSchema($0.name.name, ColumnType($0.type), isNullable: !$0.isNotNull)
                    })
            case .insert(let insert):
                guard let schema = schemas[insert.table.name], case .values(let values) = insert.source.body else {
                    throw Mistake("INSERT into \(insert.table.name)")
                }
                for row in values {
                    rows[insert.table.name, default: []].append(
                        try zip(row, schema.columns).map { try Self.value($0, $1.type) })
                }
            default: throw Mistake("a table's data is CREATE TABLE and INSERT")
            }
        }
        for (name, schema) in schemas { try add(name, schema, rows[name] ?? []) }
    }

    mutating func add(_ name: String, _ schema: RowSchema, _ rows: [[Value]]) throws {
        let columns = try schema.columns.enumerated().map { index, column in
            try Column.values(column.type, rows.map { $0[index] })
        }
        tables[name] = BatchListTable(
            schema: schema, [try RecordBatch(schema: schema, columns: columns, count: rows.count)])
    }

    func table(named name: SQL.ObjectName) -> CatalogTable? { tables[name.name].map { .scanned($0) } }

    struct Mistake: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    // MARK: Values

    private static func value(_ expression: SQL.Expression, _ type: ColumnType) throws -> Value {
        switch expression {
        case .literal(.null, _): return .null
        case .literal(.boolean(let flag), _): return .boolean(flag)
        case .literal(.number(let digits), _): return try value(digits, type)
        case .unary(.minus, .literal(.number(let digits), _)): return try value("-" + digits, type)
        case .literal(.string(let text), _): return try value(text, type)
        case .array(let elements):
            guard case .array(let element) = type else { break }
            return .array(try elements.map { try value($0, element) })
        case .row(let values):
            guard case .structure(let fields) = type else { break }
            return .structure(try zip(fields, values).map { NamedValue($0.name, try value($1, $0.type)) })
        default: break
        }
        throw Mistake("\(expression.sql()) as a \(type)")
    }

    static func value(_ text: String, _ type: ColumnType) throws -> Value {
        let value: Value? =
            switch type {
            case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
            case .smallint: Int16(text).map { .smallint($0) }
            case .int: Int32(text).map { .int($0) }
            case .bigint: Int64(text).map { .bigint($0) }
            case .real: Float(text).map { .real($0) }
            case .double: Double(text).map { .double($0) }
            case .decimal(_, let scale): ExactDecimal(text)?.rescaled(to: scale).map { .decimal($0) }
            case .text: .text(text)
            case .bytea: bytes(text).map { .bytea($0) }
            case .date: CalendarDate(text).map { .date($0) }
            case .time: TimeOfDay(text).map { .time($0) }
            case .timestamp: Timestamp(text).map { .timestamp($0) }
            case .interval: CalendarInterval(text).map { .interval($0) }
            case .uuid: UUID(uuidString: text).map { .uuid($0) }
            case .json: .json(text)
            case .array, .structure, .map: nil
            }
        guard let value else { throw Mistake("\(text) as a \(type)") }
        return value
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        guard text.hasPrefix("\\x") else { return Array(text.utf8) }
        let digits = Array(text.dropFirst(2))
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
    }
}

/// A query from its text to its rows.
enum Query {
    /// What NOW() is in tests.
    static let now = Timestamp("2024-06-01T12:00:00Z") ?? Timestamp(microseconds: 0)

    static func parse(_ sql: String) throws -> SQL.Query {
        guard let parsed = try SQL.parse(sql).first, case .select(let query) = parsed.statement else {
            throw MemoryCatalog.Mistake("\(sql) is no query")
        }
        return query
    }

    static func bind(_ sql: String, _ catalog: any QueryCatalog, _ parameters: [Value] = []) throws -> BoundQuery {
        try Binder(catalog: catalog, source: sql, parameters: parameters).bind(parse(sql))
    }

    static func translate(
        _ sql: String, _ catalog: any QueryCatalog, _ parameters: [Value] = []
    ) throws -> TranslatedQuery {
        try Translator.translate(bind(sql, catalog, parameters))
    }

    /// The rows, all of them.
    static func rows(
        _ sql: String, _ catalog: any QueryCatalog, _ parameters: [Value] = []
    ) async throws -> (columns: [ColumnSchema], rows: [[Value]]) {
        let translated = try translate(sql, catalog, parameters)
        let run = try QueryRun(translated, now: now)
        var rows: [[Value]] = []
        while let batch = try await run.next() {
            for row in 0..<batch.count { rows.append(batch.columns.map { $0.value(at: row) }) }
        }
        return (run.schema.columns, rows)
    }
}
