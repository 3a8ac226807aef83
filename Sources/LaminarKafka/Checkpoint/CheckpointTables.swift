internal import LaminarStore

/// The checkpoint tables of an SQLite database, whoever owns the file and the transaction.
///
/// The format's number stands in a table of its own: `user_version` belongs to whoever owns the file. Published steps never
/// change; a new one is added at the end, and never drops a row.
struct CheckpointTables {
    private static let statements = CheckpointStatements(.sqlite)

    /// What each step after the first does to the tables of the format before.
    private let steps: [[String]]

    /// - Parameter steps: from format 1 to the next ones, oldest first.
    init(steps: [[String]] = []) { self.steps = steps }

    static func prepare(_ connection: SQLiteConnection) throws {
        try CheckpointTables().prepare(connection)
    }

    /// Brings the tables to the format that this library knows, inside of a transaction.
    ///
    /// - Throws: ``CheckpointError`` with code `newerFormat`.
    func prepare(_ connection: SQLiteConnection) throws {
        for statement in Self.statements.schema { try connection.run(statement.sql) }
        let version = try Self.query(Self.statements.readFormat, connection).first?.first
        guard case .integer(let version) = version else { return }
        let known = CheckpointStatements.formatVersion + Int64(steps.count)
        if version > known { try Self.statements.checkFormat(version) }
        for step in steps.dropFirst(Int(version - CheckpointStatements.formatVersion)) {
            for statement in step { try connection.run(statement) }
        }
        if version < known { try connection.run("UPDATE laminar_checkpoint_format SET version = ?", known) }
    }

    static func claim(
        _ partitions: [TopicPartition], for source: String, _ connection: SQLiteConnection
    ) throws -> [CheckpointClaim] {
        try statements.claim(partitions, for: source) { try query($0, connection) }
    }

    /// Runs the host's writes and stores the positions behind them, if the transaction is still the one that is open now.
    ///
    /// The positions come last: a closure that commits by itself could otherwise store them without the rest of its rows.
    ///
    /// - Throws: ``CheckpointError`` with code `fenced` or `transactionEnded`, or what `body` throws; then the transaction
    ///   must be rolled back.
    static func commit<Result>(
        _ checkpoint: Checkpoint, _ connection: SQLiteConnection, after body: (SQLiteConnection) throws -> Result
    ) throws -> Result {
        // A savepoint ends with its transaction: where the host began another one, this name isn't known in it.
        try connection.execute("SAVEPOINT laminar_checkpoint")
        let result = try body(connection)
        do { try connection.execute("RELEASE laminar_checkpoint") } catch {
            throw CheckpointError.transactionEnded(source: checkpoint.source)
        }
        try commit(checkpoint, connection)
        return result
    }

    static func commit(_ checkpoint: Checkpoint, _ connection: SQLiteConnection) throws {
        try statements.commit(checkpoint) { try connection.prepare($0.sql).run($0.parameters.map(\.bindable)) }
    }

    private static func query(
        _ statement: CheckpointStatement, _ connection: SQLiteConnection
    ) throws -> [[CheckpointValue]] {
        try connection.prepare(statement.sql).query(statement.parameters.map(\.bindable)) { row in
            (0..<row.count).map { column in
                switch row.value(column) {
                case .integer(let value): .integer(value)
                case .text(let value): .text(value)
                case .null, .real, .blob: .null
                }
            }
        }
    }
}

extension CheckpointValue {
    fileprivate var bindable: (any SQLiteBindable)? {
        switch self {
        case .null: nil
        case .integer(let value): value
        case .text(let value): value
        }
    }
}
