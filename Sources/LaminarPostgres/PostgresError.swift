/// Why PostgreSQL, or the way to it, refused something. Names the server and the statement, never a bound value.
///
///     do { try db.run("INSERT INTO orders VALUES ($1)", order.id) }
///     catch let error as PostgresError where error.code == .constraint { … }
public struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The connection string isn't one, or contradicts itself.
        public static let configuration = Code("configuration")
        /// The server can't be reached, or the connection broke.
        public static let connection = Code("connection")
        /// The server refuses the user, the password or the database.
        public static let authentication = Code("authentication")
        /// A right is missing, or the server only reads.
        public static let notPermitted = Code("not permitted")
        /// The statement isn't valid SQL, or names what doesn't exist.
        public static let statement = Code("statement")
        /// A constraint of the schema: NOT NULL, UNIQUE, CHECK, a foreign key.
        public static let constraint = Code("constraint")
        /// The number of values isn't the number of parameters, or a value doesn't fit its type.
        public static let binding = Code("binding")
        /// Two transactions were in each other's way; doing it again helps.
        public static let conflict = Code("conflict")
        /// A statement took longer than its bound, here or at the server.
        public static let timeout = Code("timeout")
        /// Disk, memory or connections of the server are used up.
        public static let resources = Code("resources")
        /// The store, or the transaction, is over.
        public static let closed = Code("closed")
        /// The interface was used in a way that it forbids; the message says which.
        public static let misuse = Code("misuse")
        /// Anything else; ``PostgresError/sqlState`` says what.
        public static let other = Code("other")

        /// The code's name.
        public var description: String { name }
    }

    /// What went wrong.
    public let code: Code
    /// One sentence for a person.
    public let message: String
    /// PostgreSQL's five characters ("Appendix A. PostgreSQL Error Codes"), nil where the error isn't the server's.
    public let sqlState: String?

    /// Makes an error; `message` must hold no bound value.
    public init(code: Code, message: String, sqlState: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
    }

    /// The message.
    public var description: String { message }
}

extension PostgresError {
    /// The server's answer to a statement.
    ///
    /// - Parameter primary: the first line of the server's message. Of a data exception (class 22) it quotes the value,
    ///   so there only the state is shown.
    init(sqlState: String, primary: String, doing action: String) {
        let reason =
            sqlState.hasPrefix("22")
            ? "a value doesn't fit its type or its column (SQLSTATE \(sqlState))" : "\(primary) (SQLSTATE \(sqlState))"
        self.init(code: Code(sqlState: sqlState), message: "\(action): \(reason).", sqlState: sqlState)
    }
}

extension PostgresError.Code {
    init(sqlState: String) {
        switch sqlState {
        case "57014", "55P03", "25P03": self = .timeout
        case "42501": self = .notPermitted
        case "25006": self = .notPermitted
        case "3D000": self = .authentication
        default:
            switch sqlState.prefix(2) {
            case "08", "57": self = .connection
            case "28": self = .authentication
            case "23": self = .constraint
            case "22": self = .binding
            case "40": self = .conflict
            case "53": self = .resources
            case "25", "2D": self = .misuse
            case "42", "26", "0A", "3F": self = .statement
            default: self = .other
            }
        }
    }
}
