internal import CSQLite

/// A statement, compiled once and run any number of times.
///
///     let insert = try connection.prepare("INSERT INTO orders VALUES (?, ?)")
///     for order in batch { try insert.run(order.id, order.amount) }
///
/// It belongs to its connection and to the thread that uses it. When the last reference goes away, the connection
/// keeps the compiled form for the next ``SQLiteConnection/prepare(_:)`` of the same text.
public final class SQLiteStatement {
    let connection: SQLiteConnection
    let handle: PreparedHandle
    /// The statement's text.
    public var sql: String { handle.sql }

    init(connection: SQLiteConnection, handle: PreparedHandle) {
        self.connection = connection
        self.handle = handle
    }

    deinit { connection.giveBack(handle) }

    /// How many parameters the statement has.
    public var parameterCount: Int { handle.raw.map { Int(sqlite3_bind_parameter_count($0)) } ?? 0 }

    /// The names of the result's columns; empty for a statement without a result.
    public var columnNames: [String] {
        guard let raw = handle.raw else { return [] }
        return (0..<sqlite3_column_count(raw)).map { column in
            sqlite3_column_name(raw, column).map { String(cString: $0) } ?? ""
        }
    }

    /// Runs the statement and drops its rows.
    ///
    /// - Parameter values: one a parameter, in order; nil is NULL.
    /// - Returns: how many rows an INSERT, UPDATE or DELETE changed; 0 for another statement.
    /// - Throws: ``StoreError``: `binding` when the count isn't ``parameterCount``, `constraint`, `busy` and so on.
    @discardableResult
    public func run(_ values: (any SQLiteBindable)?...) throws(StoreError) -> Int {
        try run(values)
    }

    /// The same with the values in an array.
    @discardableResult
    public func run(_ values: [(any SQLiteBindable)?]) throws(StoreError) -> Int {
        let raw = try ready(values)
        defer { handle.reset() }
        while try step(raw) {}
        return sqlite3_stmt_readonly(raw) == 0 ? connection.changes : 0
    }

    /// Runs the statement and makes a value of each row.
    ///
    /// - Parameters:
    ///   - values: one a parameter, in order; nil is NULL.
    ///   - transform: takes a row, which is lent only for the call.
    /// - Throws: ``StoreError``, or what `transform` throws.
    public func query<Value>(
        _ values: (any SQLiteBindable)?..., as transform: (borrowing SQLiteRow) throws -> Value
    ) throws -> [Value] {
        try query(values, as: transform)
    }

    /// The same with the values in an array.
    public func query<Value>(
        _ values: [(any SQLiteBindable)?], as transform: (borrowing SQLiteRow) throws -> Value
    ) throws -> [Value] {
        let raw = try ready(values)
        defer { handle.reset() }
        var results: [Value] = []
        while try step(raw) { results.append(try transform(SQLiteRow(raw: raw))) }
        return results
    }

    /// Runs the statement and makes a value of its first row, nil where there is none or `transform` makes none.
    ///
    /// - Throws: ``StoreError``, or what `transform` throws.
    public func first<Value>(
        _ values: [(any SQLiteBindable)?], as transform: (borrowing SQLiteRow) throws -> Value?
    ) throws -> Value? {
        let raw = try ready(values)
        defer { handle.reset() }
        return try step(raw) ? try transform(SQLiteRow(raw: raw)) : nil
    }

    func ready(_ values: [(any SQLiteBindable)?]) throws(StoreError) -> OpaquePointer {
        guard let raw = handle.raw else {
            throw StoreError(code: .closed, message: "The statement's connection was closed: \(shortened(sql)).")
        }
        guard sqlite3_stmt_busy(raw) == 0 else {
            throw StoreError(
                code: .misuse,
                message: "The statement is run while its own rows are being read; prepare it a second time: "
                    + "\(shortened(sql)).")
        }
        let expected = Int(sqlite3_bind_parameter_count(raw))
        guard values.count == expected else {
            throw StoreError(
                code: .binding,
                message: "The statement takes \(expected) values and got \(values.count): \(shortened(sql)).")
        }
        for (index, value) in values.enumerated() {
            let result = bind(value?.sqliteValue ?? .null, to: raw, at: Int32(index + 1))
            if result != SQLITE_OK {
                handle.reset()
                throw StoreError(
                    result: result, of: connection.raw, doing: "Parameter \(index + 1) of \(shortened(sql))")
            }
        }
        return raw
    }

    private func bind(_ value: SQLiteValue, to raw: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(raw, index)
        case .integer(let integer): return sqlite3_bind_int64(raw, index, integer)
        case .real(let real): return sqlite3_bind_double(raw, index, real)
        case .text(var text):
            return text.withUTF8 { bytes in
                guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
                return laminar_sqlite3_bind_text(raw, index, bytes.baseAddress, count)
            }
        case .blob(let blob):
            return blob.withUnsafeBytes { bytes in
                guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
                return laminar_sqlite3_bind_blob(raw, index, bytes.baseAddress, count)
            }
        }
    }

    /// True while there is a row to read.
    private func step(_ raw: OpaquePointer) throws(StoreError) -> Bool {
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result:
            throw StoreError(result: result, of: connection.raw, doing: "Running \(shortened(sql))")
        }
    }
}

/// The start of a statement's text, enough to find it.
func shortened(_ sql: String) -> String {
    let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 80 ? line.prefix(79) + "…" : line
}
