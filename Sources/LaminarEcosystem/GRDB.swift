// The only file that imports GRDB, under the trait of that name.

#if GRDB
    public import GRDB
    public import LaminarKafka

    /// Checkpoints inside of the transaction of a GRDB `DatabaseWriter`: exactly once into the host's GRDB database.
    ///
    ///     let store = try await GRDBCheckpointStore(queue)          // a DatabaseQueue or a DatabasePool
    ///     let source = try laminar.source("orders", as: Order.self, checkpoint: store)
    ///     for try await batch in source.batches {
    ///         try await source.checkpoint(batch) { db in
    ///             for order in batch { try order.insert(db) }
    ///         }
    ///     }
    ///
    /// Observers and `ValueObservation` see the rows as after any other `write`. Two tables whose names begin with
    /// `laminar_checkpoint` are added to the database.
    public struct GRDBCheckpointStore: CheckpointStore {
        /// GRDB's connection, inside of the transaction.
        public typealias Transaction = Database

        private static let statements = CheckpointStatements(.sqlite)
        private let writer: any DatabaseWriter

        /// Adds the tables where they aren't.
        ///
        /// - Throws: `DatabaseError`, or `CheckpointError` with code `newerFormat`.
        public init(_ writer: any DatabaseWriter) async throws {
            self.writer = writer
            try await write { db in try Self.statements.prepareTables { try Self.query($0, db) } }
        }

        /// Takes partitions over.
        ///
        /// - Throws: `CheckpointError` with code `unavailable` where another connection holds the file's lock for too long.
        public func claim(_ partitions: [TopicPartition], for source: String) async throws -> [CheckpointClaim] {
            try await write { db in
                try Self.statements.claim(partitions, for: source) { try Self.query($0, db) }
            }
        }

        /// Runs `body` and stores the positions in one `write`.
        ///
        /// - Throws: as the protocol says; `transactionEnded` where `body` ended the transaction itself.
        public func commit<Result: Sendable>(
            _ checkpoint: Checkpoint, _ body: @escaping @Sendable (Database) throws -> Result
        ) async throws -> Result {
            try await write { db in
                // A savepoint ends with its transaction: where `body` ended that, this name isn't known any more. The
                // positions come last, so that such a closure can't store them without the rest of its rows.
                try db.execute(sql: "SAVEPOINT laminar_checkpoint")
                let result = try body(db)
                do { try db.execute(sql: "RELEASE SAVEPOINT laminar_checkpoint") } catch {
                    throw CheckpointError.transactionEnded(source: checkpoint.source)
                }
                try Self.statements.commit(checkpoint) { statement in
                    try db.cachedStatement(sql: statement.sql).execute(arguments: Self.arguments(statement))
                    return db.changesCount
                }
                return result
            }
        }

        private func write<Result: Sendable>(
            _ body: @escaping @Sendable (Database) throws -> Result
        ) async throws -> Result {
            do { return try await writer.write(body) } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY
            {
                throw CheckpointError(
                    code: .unavailable,
                    message:
                        "The checkpoints' database is locked by another connection for too long: raise GRDB's busyMode.",
                    underlying: error)
            }
        }

        private static func query(_ statement: CheckpointStatement, _ db: Database) throws -> [[CheckpointValue]] {
            try Row.fetchAll(db, sql: statement.sql, arguments: arguments(statement)).map { row in
                row.databaseValues.map { value in
                    switch value.storage {
                    case .int64(let number): .integer(number)
                    case .string(let text): .text(text)
                    case .null, .double, .blob: .null
                    }
                }
            }
        }

        private static func arguments(_ statement: CheckpointStatement) -> StatementArguments {
            StatementArguments(
                statement.parameters.map { parameter -> DatabaseValue in
                    switch parameter {
                    case .null: .null
                    case .integer(let number): number.databaseValue
                    case .text(let text): text.databaseValue
                    }
                })
        }
    }
#endif
