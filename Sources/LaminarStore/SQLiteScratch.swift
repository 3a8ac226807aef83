internal import CSQLite

// Connections of queries: nothing of their own to keep, and a Laminar database to read beside it.
extension SQLiteConnection {
    /// A connection to a database of its own that is gone when it's closed. Sorts and materialized results that outgrow
    /// `cacheBytes` go to temporary files, so that memory stays bounded.
    ///
    /// - Throws: ``StoreError`` with code `cannotOpen` or `outOfMemory`.
    package static func scratch(cacheBytes: Int = 16 << 20) throws(StoreError) -> sending SQLiteConnection {
        var raw: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
        let result = sqlite3_open_v2(":memory:", &raw, flags, nil)
        guard result == SQLITE_OK, let raw else {
            let error = StoreError(result: result, of: raw, doing: "Opening a database for a query")
            sqlite3_close_v2(raw)
            throw error
        }
        let connection = SQLiteConnection(owning: raw)
        laminar_sqlite3_harden(raw)
        try connection.execute("PRAGMA temp_store = FILE; PRAGMA cache_size = -\(max(cacheBytes >> 10, 64))")
        return connection
    }

    /// Makes another database readable under a name, not writable: its tables are `name.table`.
    ///
    /// A database in memory that is shared is locked against its writer while a statement reads it. `copying` takes a copy
    /// instead, as it is at this moment, for statements that may take long; a file needs none, since its writers and readers
    /// don't wait for each other.
    ///
    /// - Throws: ``StoreError``: `cannotOpen`, `busy`.
    package func attach(
        _ database: SQLiteDatabase, as name: String, copying: Bool = false, busyTimeout: Duration = .seconds(5)
    ) throws(StoreError) {
        let connection = try open()
        sqlite3_busy_timeout(connection, Int32(clamping: Int(busyTimeout / .milliseconds(1))))
        guard copying, database.location == .inMemory else {
            try run("ATTACH ? AS \(name)", database.uri(isReadOnly: true))
            return
        }
        try run("ATTACH ':memory:' AS \(name)")
        try Self.copy(database.uri(isReadOnly: false), to: connection, name, within: busyTimeout)
    }

    private static func copy(
        _ source: String, to target: OpaquePointer, _ name: String, within timeout: Duration
    ) throws(StoreError) {
        var raw: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
        let opened = sqlite3_open_v2(source, &raw, flags, nil)
        defer { sqlite3_close_v2(raw) }
        guard opened == SQLITE_OK, let raw else {
            throw StoreError(result: opened, of: raw, doing: "Opening the database in memory")
        }
        guard let backup = sqlite3_backup_init(target, name, raw, "main") else {
            throw StoreError(result: sqlite3_errcode(target), of: target, doing: "Copying the database in memory")
        }
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        var result = sqlite3_backup_step(backup, -1)
        while result == SQLITE_BUSY || result == SQLITE_LOCKED, clock.now < deadline {
            sqlite3_sleep(1)
            result = sqlite3_backup_step(backup, -1)
        }
        sqlite3_backup_finish(backup)
        guard result == SQLITE_DONE else {
            throw StoreError(result: result, of: target, doing: "Copying the database in memory")
        }
    }
}
