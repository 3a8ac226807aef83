/// A statement, compiled once by the server and run any number of times.
///
///     let insert = try db.prepare("INSERT INTO orders VALUES ($1, $2)")
///     try insert.run(order.id, order.amount)                                     // one round trip
///     try insert.run(each: batch) { order in [order.id, order.amount] }          // one for 500 rows
///
/// It belongs to its transaction. The compiled form is kept for the next `prepare` of the same text.
public final class PostgresStatement {
    /// The statement's text.
    public let sql: String
    private let transaction: PostgresTransaction
    private let name: String

    /// Enough to make the round trip small beside the work, little enough for any memory.
    private static let pipelineLength = 500

    init(transaction: PostgresTransaction, name: String, sql: String) {
        self.transaction = transaction
        self.name = name
        self.sql = sql
    }

    /// Runs the statement and drops its rows.
    ///
    /// - Parameter values: one a parameter, in order; nil is NULL.
    /// - Returns: how many rows an INSERT, UPDATE, DELETE or MERGE changed; 0 for another statement.
    /// - Throws: ``PostgresError``: `binding`, `constraint` and so on.
    @discardableResult
    public func run(_ values: (any PostgresBindable)?...) throws(PostgresError) -> Int {
        try answer(values).changedRows
    }

    /// The same with the values in an array.
    @discardableResult
    public func run(_ values: [(any PostgresBindable)?]) throws(PostgresError) -> Int {
        try answer(values).changedRows
    }

    /// Runs the statement once for each element, without waiting for one before the next is sent.
    ///
    /// - Parameter values: makes an element's values, one a parameter.
    /// - Returns: how many rows were changed in all.
    /// - Throws: ``PostgresError`` of the first that failed, or what `values` throws. What was sent before it counts
    ///   for nothing, since the transaction can only be rolled back.
    @discardableResult
    public func run<Elements: Sequence>(
        each elements: Elements, _ values: (Elements.Element) throws -> [(any PostgresBindable)?]
    ) throws -> Int {
        var changed = 0
        var waiting: [[PostgresValue]] = []
        func send() throws {
            let results = try transaction.answers(prepared: name, sql, each: waiting)
            for result in results { changed += result.changedRows }
            waiting.removeAll(keepingCapacity: true)
        }
        for element in elements {
            waiting.append(try values(element).map { $0?.postgresValue ?? .null })
            if waiting.count == Self.pipelineLength { try send() }
        }
        if !waiting.isEmpty { try send() }
        return changed
    }

    /// Runs the statement and makes a value of each row.
    ///
    /// - Parameter transform: takes a row, which is lent only for the call.
    /// - Throws: ``PostgresError``, or what `transform` throws.
    public func query<Value>(
        _ values: (any PostgresBindable)?..., as transform: (borrowing PostgresRow) throws -> Value
    ) throws -> [Value] {
        try rows(of: try answer(values), as: transform)
    }

    private func answer(_ values: [(any PostgresBindable)?]) throws(PostgresError) -> PostgresResult {
        try transaction.answer(prepared: name, sql, values.map { $0?.postgresValue ?? .null })
    }
}
