internal import CSQLite

/// A connection to an SQLite database, used by one thread at a time.
///
///     try database.use { connection in
///         try connection.run("INSERT INTO orders VALUES (?, ?)", 1, 9.5)
///         let total = try connection.first("SELECT sum(amount) FROM orders") { row in row.double(0) }
///     }
///
/// It isn't `Sendable`: ``SQLiteDatabase`` lends it under a lock, and ``withLent(_:_:)`` wraps a handle of the host's
/// for the length of a closure. Compiled statements are kept for the next use of the same text.
public final class SQLiteConnection {
    private(set) var raw: OpaquePointer?
    private let isOwned: Bool
    private var handles = PreparedHandles()
    private var savepointDepth = 0
    /// The error of a registered function or a virtual table that ended the running statement.
    let failures = SQLiteFailures()
    var stopCheck: StopCheck?

    /// Takes over an open handle and closes it at the end.
    init(owning raw: OpaquePointer) {
        self.raw = raw
        isOwned = true
    }

    private init(lent raw: OpaquePointer) {
        self.raw = raw
        isOwned = false
    }

    deinit { close() }

    /// Runs `body` on a handle that the host opened, inside whatever transaction the host has begun there.
    ///
    ///     try SQLiteConnection.withLent(sqlite3Handle) { connection in try connection.run("INSERT …") }
    ///
    /// - Parameter handle: a `sqlite3 *` that no other thread uses meanwhile. It isn't closed, and no statement of ours
    ///   is left on it: one that `body` lets escape throws `closed` when it is used.
    /// - Throws: what `body` throws.
    public static func withLent<Result>(
        _ handle: OpaquePointer, _ body: (SQLiteConnection) throws -> Result
    ) rethrows -> Result {
        let connection = SQLiteConnection(lent: handle)
        defer { connection.close() }
        return try body(connection)
    }

    /// The `sqlite3 *` itself, for a library that wants one; nil once closed. It must not be closed by the caller.
    public var handle: OpaquePointer? { raw }

    /// Whether a transaction is open.
    public var isInTransaction: Bool { raw.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    /// How many rows the last INSERT, UPDATE or DELETE changed.
    public var changes: Int { raw.map { Int(sqlite3_changes64($0)) } ?? 0 }

    /// The row id of the last row inserted.
    public var lastInsertedRowID: Int64 { raw.map { sqlite3_last_insert_rowid($0) } ?? 0 }

    /// Compiles one statement, or takes the compiled form from an earlier use.
    ///
    /// - Throws: ``StoreError`` with code `statement` when the text isn't one valid statement.
    public func prepare(_ sql: String) throws(StoreError) -> SQLiteStatement {
        let connection = try open()
        if let handle = handles.take(sql) { return SQLiteStatement(connection: self, handle: handle) }
        var compiled: OpaquePointer?
        var result = SQLITE_OK
        var hasMore = false
        var text = sql
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let count = Int32(exactly: characters.count), let start = characters.baseAddress else {
                    result = characters.isEmpty ? SQLITE_OK : SQLITE_TOOBIG
                    return
                }
                var tail: UnsafePointer<CChar>?
                result = sqlite3_prepare_v3(
                    connection, start, count, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, &tail)
                guard let tail else { return }
                hasMore = characters[(tail - start)...].contains { $0 != 0x20 && $0 != 0x0a && $0 != 0x3b }
            }
        }
        guard result == SQLITE_OK else {
            throw StoreError(result: result, of: connection, doing: "Preparing \(shortened(sql))")
        }
        guard let compiled else {
            throw StoreError(code: .statement, message: "There is no statement in the text given to prepare.")
        }
        let handle = PreparedHandle(sql: sql, raw: compiled)
        guard !hasMore else {
            throw StoreError(
                code: .statement,
                message: "Only the first of several statements would run; use execute(_:): \(shortened(sql)).")
        }
        handles.add(handle)
        return SQLiteStatement(connection: self, handle: handle)
    }

    /// Runs one statement and drops its rows.
    ///
    /// - Parameter values: one a parameter, in order; nil is NULL.
    /// - Returns: how many rows it changed.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func run(_ sql: String, _ values: (any SQLiteBindable)?...) throws(StoreError) -> Int {
        try prepare(sql).run(values)
    }

    /// Runs one statement and makes a value of each row.
    ///
    /// - Throws: ``StoreError``, or what `transform` throws.
    public func query<Value>(
        _ sql: String, _ values: (any SQLiteBindable)?..., as transform: (borrowing SQLiteRow) throws -> Value
    ) throws -> [Value] {
        try prepare(sql).query(values, as: transform)
    }

    /// Runs one statement and makes a value of its first row, nil where there is none or `transform` makes none.
    ///
    /// - Throws: ``StoreError``, or what `transform` throws.
    public func first<Value>(
        _ sql: String, _ values: (any SQLiteBindable)?..., as transform: (borrowing SQLiteRow) throws -> Value?
    ) throws -> Value? {
        try prepare(sql).first(values, as: transform)
    }

    /// Runs a script of statements without parameters; the first failure ends it, and what was done before stands.
    ///
    /// - Throws: ``StoreError``.
    public func execute(_ script: String) throws(StoreError) {
        let connection = try open()
        let result = sqlite3_exec(connection, script, nil, nil, nil)
        guard result == SQLITE_OK else {
            throw StoreError(result: result, of: connection, doing: "Executing \(shortened(script))")
        }
    }

    /// The depth of the savepoints that ``transaction(_:_:)`` has opened.
    func nextSavepoint() -> String {
        savepointDepth += 1
        return "laminar_\(savepointDepth)"
    }

    func savepointEnded() { savepointDepth -= 1 }

    func giveBack(_ handle: PreparedHandle) { handles.giveBack(handle) }

    var idleStatements: Int { handles.idleCount }

    func close() {
        handles.finalizeAll()
        if isOwned { sqlite3_close_v2(raw) }
        raw = nil
    }

    func open() throws(StoreError) -> OpaquePointer {
        guard let raw else { throw StoreError(code: .closed, message: "The database connection was closed.") }
        return raw
    }
}
