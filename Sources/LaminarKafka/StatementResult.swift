public import LaminarFormats

/// What one statement of a script did.
///
///     for result in try await laminar.execute("SHOW TABLES") {
///         print(result.message, result.table?.rows.count ?? 0)
///     }
public struct StatementResult: Sendable, Hashable {
    /// Which statement it was; open, so that new ones break nobody.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// The statement's first words.
        public let description: String
        private init(_ description: String) { self.description = description }

        /// CREATE CONNECTION.
        public static let createConnection = Kind("CREATE CONNECTION")
        /// CREATE TABLE.
        public static let createTable = Kind("CREATE TABLE")
        /// DROP CONNECTION.
        public static let dropConnection = Kind("DROP CONNECTION")
        /// DROP TABLE.
        public static let dropTable = Kind("DROP TABLE")
        /// CREATE PIPELINE.
        public static let createPipeline = Kind("CREATE PIPELINE")
        /// DROP PIPELINE.
        public static let dropPipeline = Kind("DROP PIPELINE")
        /// START PIPELINE.
        public static let startPipeline = Kind("START PIPELINE")
        /// STOP PIPELINE.
        public static let stopPipeline = Kind("STOP PIPELINE")
        /// SELECT, VALUES or WITH.
        public static let select = Kind("SELECT")
        /// INSERT INTO.
        public static let insert = Kind("INSERT")
        /// EXPLAIN.
        public static let explain = Kind("EXPLAIN")
        /// SHOW CONNECTIONS, TABLES, PIPELINES or CREATE.
        public static let show = Kind("SHOW")
        /// DESCRIBE.
        public static let describe = Kind("DESCRIBE")
    }

    /// Which statement it was.
    public let kind: Kind
    /// What it did, as a sentence.
    public let message: String
    /// Whether the catalog is another one than before: false for a CREATE of what is there already.
    public let isChange: Bool
    /// What a person should know all the same.
    public let notices: [String]
    /// The rows of a SHOW, DESCRIBE, SELECT or EXPLAIN.
    public let table: ResultTable?

    /// A result.
    public init(
        kind: Kind, message: String, isChange: Bool = false, notices: [String] = [], table: ResultTable? = nil
    ) {
        self.kind = kind
        self.message = message
        self.isChange = isChange
        self.notices = notices
        self.table = table
    }
}

/// Rows that a statement gives back at once.
public struct ResultTable: Sendable, Hashable {
    /// Names and types of the columns.
    public let columns: [ColumnSchema]
    /// A value for each column in each row.
    public let rows: [[Value]]

    /// - Parameters:
    ///   - columns: names and types.
    ///   - rows: as many values in each as there are columns.
    public init(columns: [ColumnSchema], rows: [[Value]]) {
        self.columns = columns
        self.rows = rows
    }

    /// Rows of texts; nil is NULL.
    init(_ names: [String], _ rows: [[String?]]) {
        columns = names.map { ColumnSchema($0, .text) }
        self.rows = rows.map { row in row.map { $0.map(Value.text) ?? .null } }
    }
}
