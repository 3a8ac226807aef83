/// What a host writes its rows with, inside of the transaction that also stores the positions.
///
///     try await source.checkpoint(batch) { db in
///         let insert = try db.prepare("INSERT INTO orders VALUES ($1, $2)")
///         try insert.run(each: batch) { order in [order.id, order.amount] }         // one round trip for many rows
///         try db.run("UPDATE totals SET orders = orders + $1", batch.count)
///     }
///
/// It lives as long as the closure. The transaction is begun and ended by Laminar: COMMIT and ROLLBACK in it fail with
/// `misuse`; savepoints are the host's. Its isolation level is READ COMMITTED.
public final class PostgresTransaction {
    private let connection: PostgresConnection
    private var isOver = false
    /// Whether the host ended the transaction by a statement of its own.
    private(set) var wasEndedByHost = false

    init(_ connection: PostgresConnection) { self.connection = connection }

    /// The closure returned: whatever it kept is of no use any more.
    func end() { isOver = true }

    /// Compiles one statement at the server, or takes the compiled form from an earlier use.
    ///
    /// - Parameter sql: with parameters `$1`, `$2`, …
    /// - Throws: ``PostgresError`` with code `statement` when the text isn't one valid statement.
    public func prepare(_ sql: String) throws(PostgresError) -> PostgresStatement {
        PostgresStatement(
            transaction: self, name: try check(sql) { () throws(PostgresError) in try connection.prepare(sql) },
            sql: sql)
    }

    /// Runs one statement and drops its rows.
    ///
    /// - Parameter values: one a parameter, in order; nil is NULL.
    /// - Returns: how many rows it changed.
    /// - Throws: ``PostgresError``.
    @discardableResult
    public func run(_ sql: String, _ values: (any PostgresBindable)?...) throws(PostgresError) -> Int {
        try answer(sql, values).changedRows
    }

    /// Runs one statement and makes a value of each row.
    ///
    /// - Parameter transform: takes a row, which is lent only for the call.
    /// - Throws: ``PostgresError``, or what `transform` throws.
    public func query<Value>(
        _ sql: String, _ values: (any PostgresBindable)?..., as transform: (borrowing PostgresRow) throws -> Value
    ) throws -> [Value] {
        try rows(of: try answer(sql, values), as: transform)
    }

    /// Runs one statement and makes a value of its first row, nil where there is none or `transform` makes none.
    ///
    /// - Throws: ``PostgresError``, or what `transform` throws.
    public func first<Value>(
        _ sql: String, _ values: (any PostgresBindable)?..., as transform: (borrowing PostgresRow) throws -> Value?
    ) throws -> Value? {
        let result = try answer(sql, values)
        return result.rowCount > 0 ? try transform(PostgresRow(result: result, row: 0)) : nil
    }

    /// Runs a script of statements without parameters; the first failure ends it.
    ///
    /// - Throws: ``PostgresError``.
    public func execute(_ script: String) throws(PostgresError) {
        let results = try check(script) { () throws(PostgresError) in try connection.execute(script) }
        // A script could end the transaction and begin another.
        if results.contains(where: { ["COMMIT", "BEGIN", "PREPARE TRANSACTION"].contains($0.commandTag) }) {
            throw endedByHost(script)
        }
    }

    private func answer(_ sql: String, _ values: [(any PostgresBindable)?]) throws(PostgresError) -> PostgresResult {
        try check(sql) { () throws(PostgresError) in try connection.run(sql, values.map { $0?.postgresValue ?? .null })
        }
    }

    func answer(
        prepared name: String, _ sql: String, _ values: [PostgresValue]
    ) throws(PostgresError) -> PostgresResult {
        try check(sql) { () throws(PostgresError) in try connection.run(prepared: name, sql, values) }
    }

    func answers(
        prepared name: String, _ sql: String, each values: [[PostgresValue]]
    ) throws(PostgresError) -> [PostgresResult] {
        try check(sql) { () throws(PostgresError) in try connection.pipeline(values.map { (name, sql, $0) }) }
    }

    /// Runs what the host asks for, if the transaction is still the one that Laminar began, and looks again behind it.
    private func check<Result>(
        _ sql: String, _ body: () throws(PostgresError) -> Result
    ) throws(PostgresError) -> Result {
        guard !isOver else {
            throw PostgresError(
                code: .closed, message: "The transaction is over: use it only inside of the checkpoint's closure.")
        }
        guard !wasEndedByHost else { throw endedByHost(sql) }
        let result = try body()
        guard connection.isInTransaction || connection.hasFailedTransaction || !connection.isOpen else {
            throw endedByHost(sql)
        }
        return result
    }

    func endedByHost(_ sql: String) -> PostgresError {
        wasEndedByHost = true
        return PostgresError(
            code: .misuse,
            message:
                "\(shortened(sql)): the closure of a checkpoint must not end its transaction, or the rows would be "
                + "stored without their position. Return from it to commit, throw to roll back.")
    }
}

func rows<Value>(
    of result: PostgresResult, as transform: (borrowing PostgresRow) throws -> Value
) throws -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(result.rowCount)
    for row in 0..<result.rowCount { values.append(try transform(PostgresRow(result: result, row: row))) }
    return values
}
