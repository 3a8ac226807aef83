internal import CSQLite

/// Why the database refused something. Names the file or the statement, never a bound value.
///
///     do { try connection.run("INSERT INTO orders VALUES (?)", 1) }
///     catch let error where error.code == .constraint { … }
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The file can't be opened or created: a missing folder, missing rights, a folder in its place.
        public static let cannotOpen = Code("cannot open")
        /// The file isn't an SQLite database, or is damaged.
        public static let notADatabase = Code("not a database")
        /// The database belongs to another application.
        public static let foreignFile = Code("foreign file")
        /// A newer version of the library has written the file.
        public static let newerFile = Code("newer file")
        /// Another process held the file's lock for longer than the busy timeout.
        public static let busy = Code("busy")
        /// A constraint of the schema: NOT NULL, UNIQUE, CHECK, a foreign key.
        public static let constraint = Code("constraint")
        /// The file, or its folder, can't be written.
        public static let readOnly = Code("read only")
        /// The disk is full.
        public static let full = Code("full")
        /// Reading or writing failed in the operating system.
        public static let inputOutput = Code("input/output")
        /// The statement isn't valid SQL, or names what doesn't exist.
        public static let statement = Code("statement")
        /// The number of values isn't the number of parameters, or a value is larger than SQLite takes.
        public static let binding = Code("binding")
        /// The connection or the statement was closed.
        public static let closed = Code("closed")
        /// The interface was used in a way that it forbids; the message says which.
        public static let misuse = Code("misuse")
        /// The statement was interrupted from another thread.
        public static let interrupted = Code("interrupted")
        /// There is no memory left for it.
        public static let outOfMemory = Code("out of memory")
        /// Anything else that SQLite reports; ``StoreError/sqliteCode`` says what.
        public static let other = Code("other")

        /// The code's name.
        public var description: String { name }
    }

    /// What went wrong.
    public let code: Code
    /// One sentence for a person.
    public let message: String
    /// SQLite's extended result code, 0 where the error isn't SQLite's.
    public let sqliteCode: Int32

    /// Makes an error; `message` must hold no bound value.
    public init(code: Code, message: String, sqliteCode: Int32 = 0) {
        self.code = code
        self.message = message
        self.sqliteCode = sqliteCode
    }

    /// The message.
    public var description: String { message }
}

extension StoreError {
    /// The error of a call that returned `result`.
    init(result: Int32, of handle: OpaquePointer?, doing action: String) {
        let extended = handle.map { sqlite3_extended_errcode($0) } ?? result
        let chosen = extended & 0xff == result & 0xff ? extended : result
        let reason = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(result)
        let text = reason.map { String(cString: $0) } ?? "error \(result)"
        self.init(code: Code(result: result), message: "\(action): \(text).", sqliteCode: chosen)
    }
}

extension StoreError.Code {
    init(result: Int32) {
        switch result & 0xff {
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: self = .cannotOpen
        case SQLITE_NOTADB, SQLITE_CORRUPT: self = .notADatabase
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_CONSTRAINT: self = .constraint
        case SQLITE_READONLY: self = .readOnly
        case SQLITE_FULL: self = .full
        case SQLITE_IOERR: self = .inputOutput
        case SQLITE_ERROR: self = .statement
        case SQLITE_RANGE, SQLITE_TOOBIG, SQLITE_MISMATCH: self = .binding
        case SQLITE_MISUSE: self = .misuse
        case SQLITE_INTERRUPT: self = .interrupted
        case SQLITE_NOMEM: self = .outOfMemory
        default: self = .other
        }
    }
}
