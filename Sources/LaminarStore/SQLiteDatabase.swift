internal import CSQLite
public import LaminarCore
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where a database is kept.
public enum DatabaseLocation: Sendable, Hashable {
    /// A file, created with mode 0600 where there is none. A relative path counts from the working directory.
    case file(String)
    /// In memory: gone with the last reference to it.
    case inMemory
}

/// An SQLite database with one connection, lent to one caller at a time.
///
///     let database = try SQLiteDatabase(.file("shop.db"), schema: schema)
///     let count = try database.use { connection in
///         try connection.first("SELECT count(*) FROM orders") { row in row.int(0) ?? 0 }
///     }
///
/// A file is opened in WAL mode, so that other processes can read while this one writes, with foreign keys checked and
/// a busy timeout.
public final class SQLiteDatabase: Sendable {
    /// Where it is kept.
    public let location: DatabaseLocation
    /// What a person should know about the file: that others can read it, say.
    public let notices: [String]
    private let path: String
    private let connection: Mutex<SQLiteConnection>
    private let user = Atomic<UInt>(0)

    /// Opens a database, creates it where there is none, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - location: a file, or memory.
    ///   - schema: whose database it is and its migrations; nil takes any database as it is.
    ///   - busyTimeout: how long a statement waits for another process's lock.
    ///   - log: the notices go there too, at level `info`.
    /// - Throws: ``StoreError``: `cannotOpen`, `notADatabase`, `foreignFile`, `newerFile`, `busy`.
    public init(
        _ location: DatabaseLocation, schema: SQLiteSchema? = nil, busyTimeout: Duration = .seconds(5),
        log: any LogSink = SilentLogSink()
    ) throws {
        self.location = location
        let (path, notice) = try Self.prepare(location)
        self.path = path
        notices = notice.map { [$0] } ?? []
        for notice in notices { log.log(.info, ["component": "database"], notice) }
        connection = Mutex(try Self.open(path, location, schema: schema, busyTimeout: busyTimeout))
    }

    /// Lends the connection to `body`; other callers wait until it returns, so it should be short.
    ///
    /// - Parameter body: runs once, on the calling thread. It must not call `use` of the same database again.
    /// - Throws: ``StoreError`` with code `misuse` for such a nested call, or what `body` throws.
    @discardableResult
    public func use<Result: Sendable>(_ body: @Sendable (SQLiteConnection) throws -> Result) throws -> Result {
        // Mutex isn't recursive: a nested call would stop the process, so it is found before the lock is asked for. Only
        // this thread can have stored its own id, so the check can't be wrong about it.
        let thread = Self.currentThread
        guard user.load(ordering: .relaxed) != thread else {
            throw StoreError(
                code: .misuse,
                message: "The database is in use by this very call: pass its connection on instead of asking again.")
        }
        return try connection.withLock { connection in
            user.store(thread, ordering: .relaxed)
            defer { user.store(0, ordering: .relaxed) }
            return try body(connection)
        }
    }

    /// Lends the connection inside of a transaction, which is rolled back where `body` throws.
    ///
    /// - Throws: ``StoreError``, or what `body` throws.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ kind: SQLiteTransactionKind = .immediate, _ body: @Sendable (SQLiteConnection) throws -> Result
    ) throws -> Result {
        try use { connection in
            try connection.transaction(kind) { try body(connection) }
        }
    }

    /// The version of the SQLite that is loaded.
    public static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// What another connection of this process opens or attaches to see the same database.
    package func uri(isReadOnly: Bool) -> String {
        guard case .file = location else { return path }
        let escaped = ["%": "%25", "?": "%3F", "#": "%23"]
        let text = path.unicodeScalars.map { escaped[String($0)] ?? String($0) }.joined()
        return "file:" + text + (isReadOnly ? "?mode=ro" : "?mode=rw")
    }

    private static var currentThread: UInt {
        #if canImport(Darwin)
            UInt(bitPattern: pthread_self())
        #else
            UInt(pthread_self())
        #endif
    }

    private static func prepare(_ location: DatabaseLocation) throws(StoreError) -> (path: String, notice: String?) {
        guard case .file(let path) = location else { return (Self.nameInMemory(), nil) }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw StoreError(code: .cannotOpen, message: "The database's path is empty or holds a NUL character.")
        }
        // SQLite reads a leading colon as a name of its own (":memory:").
        let plain = path.hasPrefix(":") ? "./" + path : path
        return (plain, try DatabaseFile.prepare(plain))
    }

    /// A database in memory has a name, so that a query's connection sees it too: SQLite 3.36 and newer.
    private static func nameInMemory() -> String {
        guard sqlite3_libversion_number() >= 3_036_000 else { return ":memory:" }
        return "file:/laminar-\(memoryCount.wrappingAdd(1, ordering: .relaxed).newValue)?vfs=memdb"
    }

    /// SQLite's own limit for a shared database in memory is 1 GiB.
    private static let memoryLimit: Int64 = 1 << 40
    private static let memoryCount = Atomic<UInt64>(0)

    private static func open(
        _ path: String, _ location: DatabaseLocation, schema: SQLiteSchema?, busyTimeout: Duration
    ) throws -> sending SQLiteConnection {
        var raw: OpaquePointer?
        var flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        // A file's name is taken as it is, whatever stands in it.
        if location == .inMemory { flags |= SQLITE_OPEN_URI }
        let result = sqlite3_open_v2(path, &raw, flags, nil)
        guard result == SQLITE_OK, let raw else {
            let error = StoreError(result: result, of: raw, doing: "Opening the database \(path)")
            sqlite3_close_v2(raw)
            throw error
        }
        let connection = SQLiteConnection(owning: raw)
        let milliseconds = busyTimeout / .milliseconds(1)
        sqlite3_busy_timeout(raw, Int32(max(0, min(milliseconds, Double(Int32.max)))))
        laminar_sqlite3_harden(raw)
        do {
            try schema?.check(connection, path: path)
            if case .file = location { try useWriteAheadLog(connection, within: busyTimeout) }
            if location == .inMemory {
                var limit = memoryLimit
                sqlite3_file_control(raw, "main", SQLITE_FCNTL_SIZE_LIMIT, &limit)
            }
            try connection.execute("PRAGMA foreign_keys = ON")
            try schema?.migrate(connection, path: path)
        } catch let error as StoreError where error.code == .notADatabase {
            throw StoreError(
                code: .notADatabase, message: "\(path) isn't an SQLite database, or is damaged: name another file.",
                sqliteCode: error.sqliteCode)
        }
        return connection
    }

    /// SQLite doesn't wait by itself while another process makes the same switch, so this does.
    private static func useWriteAheadLog(_ connection: SQLiteConnection, within timeout: Duration) throws {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        while true {
            do {
                _ = try connection.first("PRAGMA journal_mode = WAL") { $0.text(0) }
                return
            } catch let error as StoreError where error.code == .busy && clock.now < deadline {
                sqlite3_sleep(2)
            }
        }
    }
}
