/// When a transaction takes the file's lock.
public enum SQLiteTransactionKind: String, Sendable {
    /// At the first statement; a later write can fail with `busy` when another process wrote meanwhile.
    case deferred = "DEFERRED"
    /// At once for writing, waiting up to the busy timeout: right for whatever will write.
    case immediate = "IMMEDIATE"
}

extension SQLiteConnection {
    /// Runs `body` in a transaction: all of it is stored, or nothing where `body` throws.
    ///
    ///     try connection.transaction { try connection.run("UPDATE …"); try connection.run("INSERT …") }
    ///
    /// Inside of a transaction, the host's own on a lent handle included, it is a savepoint: then only what `body` did
    /// is undone, and the outer transaction decides about the rest.
    ///
    /// - Parameter kind: when the lock is taken; ignored inside of a transaction.
    /// - Throws: ``StoreError`` where beginning or committing fails, or what `body` throws.
    public func transaction<Result>(
        _ kind: SQLiteTransactionKind = .immediate, _ body: () throws -> Result
    ) throws -> Result {
        if isInTransaction { return try savepoint(body) }
        try execute("BEGIN \(kind.rawValue)")
        return try finish(body, commit: "COMMIT", rollback: "ROLLBACK")
    }

    /// Runs `body` in a savepoint; outside of a transaction that is a transaction of its own.
    ///
    /// - Throws: ``StoreError``, or what `body` throws.
    public func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        let name = nextSavepoint()
        defer { savepointEnded() }
        try execute("SAVEPOINT \(name)")
        return try finish(body, commit: "RELEASE \(name)", rollback: "ROLLBACK TO \(name); RELEASE \(name)")
    }

    private func finish<Result>(_ body: () throws -> Result, commit: String, rollback: String) throws -> Result {
        do {
            let result = try body()
            try execute(commit)
            return result
        } catch {
            // SQLite rolls some failures back by itself (a full disk, say); then there is nothing to undo here, and the
            // first error is the one that a person needs.
            if isInTransaction { try? execute(rollback) }
            throw error
        }
    }
}
