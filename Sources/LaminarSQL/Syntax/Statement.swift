extension SQL {
    /// One statement.
    public enum Statement: Equatable, Sendable {
        /// CREATE CONNECTION.
        case createConnection(CreateConnection)
        /// CREATE TABLE.
        case createTable(CreateTable)
        /// CREATE PIPELINE.
        case createPipeline(CreatePipeline)
        /// SELECT, VALUES or WITH.
        case select(Query)
        /// INSERT INTO.
        case insert(Insert)
        /// DROP CONNECTION, TABLE or PIPELINE.
        case drop(Drop)
        /// START PIPELINE.
        case startPipeline(Identifier)
        /// STOP PIPELINE.
        case stopPipeline(Identifier)
        /// SHOW.
        case show(Show)
        /// DESCRIBE a connection, table, pipeline or system table.
        case describe(ObjectName)
        /// EXPLAIN.
        case explain(Query)
    }

    /// What the catalog keeps under a name.
    public enum ObjectKind: String, Hashable, Sendable, CaseIterable {
        /// A connection.
        case connection
        /// A table.
        case table
        /// A pipeline.
        case pipeline
    }

    /// `DROP kind [IF EXISTS] name`.
    public struct Drop: Hashable, Sendable {
        /// What is dropped.
        public let kind: ObjectKind
        /// Its name.
        public let name: Identifier
        /// Whether IF EXISTS was written.
        public let ifExists: Bool

        /// A DROP statement.
        public init(kind: ObjectKind, name: Identifier, ifExists: Bool = false) {
            self.kind = kind
            self.name = name
            self.ifExists = ifExists
        }
    }

    /// `SHOW CONNECTIONS | TABLES | PIPELINES | CREATE [kind] name`.
    public enum Show: Hashable, Sendable {
        /// All connections.
        case connections
        /// All tables.
        case tables
        /// All pipelines.
        case pipelines
        /// The statement that creates an object; the kind is nil when it was not said.
        case create(ObjectKind?, Identifier)
    }

    /// A statement of a script with its place in it.
    public struct ParsedStatement: Sendable {
        /// The syntax tree.
        public let statement: Statement
        /// Where it begins.
        public let position: Position
        /// Its source, without the semicolon. It may hold literal secrets: don't log it.
        public let text: String
        /// Its number in the script, from 1.
        public let number: Int

        /// A statement with its place.
        public init(statement: Statement, position: Position, text: String, number: Int) {
            self.statement = statement
            self.position = position
            self.text = text
            self.number = number
        }
    }
}
