/// One step from a version of a database's schema to the next.
public struct SQLiteMigration: Sendable {
    /// What the step does, for a log line.
    public let name: String
    /// The statements of the step.
    public let script: String

    /// - Parameters:
    ///   - name: what the step does.
    ///   - script: SQL statements; they run once for each database, in one transaction with the new version's number.
    public init(name: String, script: String) {
        self.name = name
        self.script = script
    }
}

/// The schema of a database: whose it is, and the steps that made it what it is.
///
///     let schema = SQLiteSchema(applicationID: 0x4c61_6d31, application: "Laminar", migrations: [
///         SQLiteMigration(name: "connections", script: "CREATE TABLE connections (…)"),
///     ])
///
/// The version is the number of steps taken, kept in `user_version`; published steps never change, new ones are added
/// at the end.
public struct SQLiteSchema: Sendable {
    /// Kept in the file's `application_id`, so that no other application's file is written by mistake.
    public let applicationID: Int32
    /// The application's name in errors.
    public let application: String
    /// All steps, oldest first.
    public let migrations: [SQLiteMigration]

    /// - Parameters:
    ///   - applicationID: not 0.
    ///   - application: the name in errors.
    ///   - migrations: all steps, oldest first.
    public init(applicationID: Int32, application: String, migrations: [SQLiteMigration]) {
        self.applicationID = applicationID
        self.application = application
        self.migrations = migrations
    }

    /// Refuses a database that isn't this schema's, without changing it.
    ///
    /// - Throws: ``StoreError`` with code `foreignFile` or `newerFile`.
    func check(_ connection: SQLiteConnection, path: String) throws {
        let id = try connection.first("PRAGMA application_id") { $0.int64(0) ?? 0 } ?? 0
        let version = try connection.first("PRAGMA user_version") { $0.int(0) ?? 0 } ?? 0
        if id != Int64(applicationID) {
            let objects = try connection.first("SELECT count(*) FROM sqlite_schema") { $0.int(0) ?? 0 } ?? 0
            // Another connection may just have made it ours, between these questions.
            let now = try connection.first("PRAGMA application_id") { $0.int64(0) ?? 0 } ?? 0
            guard now == Int64(applicationID) || (id == 0 && version == 0 && objects == 0) else {
                throw StoreError(
                    code: .foreignFile,
                    message: "\(path) is a database of another application, not of \(application): name another file.")
            }
        }
        guard version <= migrations.count else {
            throw StoreError(
                code: .newerFile,
                message: "\(path) was written by a newer \(application) (its schema is \(version), this one knows "
                    + "\(migrations.count)): upgrade \(application), or name another file.")
        }
    }

    /// Takes the steps that the database lacks, all or none.
    ///
    /// - Throws: ``StoreError``.
    func migrate(_ connection: SQLiteConnection, path: String) throws {
        let current = try connection.first("PRAGMA user_version") { $0.int(0) ?? 0 } ?? 0
        guard current < migrations.count else { return }
        try connection.transaction(.immediate) {
            // Another process may have been faster: what counts is what the lock shows.
            try check(connection, path: path)
            let version = try connection.first("PRAGMA user_version") { $0.int(0) ?? 0 } ?? 0
            for migration in migrations.dropFirst(version) { try connection.execute(migration.script) }
            try connection.execute(
                "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(migrations.count)")
        }
    }
}
