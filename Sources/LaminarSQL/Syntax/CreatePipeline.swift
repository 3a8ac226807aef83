extension SQL {
    /// `CREATE [OR REPLACE] PIPELINE [IF NOT EXISTS] name [WITH (options)] AS SELECT … | INSERT INTO …`.
    public struct CreatePipeline: Equatable, Sendable {
        /// What a pipeline runs.
        public enum Body: Equatable, Sendable {
            /// Rows or groups that the host reads.
            case select(Query)
            /// Rows that go to a sink.
            case insert(Insert)
        }

        /// Whether OR REPLACE was written.
        public let orReplace: Bool
        /// Whether IF NOT EXISTS was written.
        public let ifNotExists: Bool
        /// The pipeline's name.
        public let name: Identifier
        /// The options, often none.
        public let options: [Option]
        /// The query.
        public let body: Body

        /// A CREATE PIPELINE statement.
        public init(
            orReplace: Bool = false, ifNotExists: Bool = false, name: Identifier, options: [Option] = [], body: Body
        ) {
            self.orReplace = orReplace
            self.ifNotExists = ifNotExists
            self.name = name
            self.options = options
            self.body = body
        }
    }

    /// `INSERT INTO table [(columns)] SELECT … | VALUES …`.
    public struct Insert: Equatable, Sendable {
        /// The table that is written to.
        public let table: ObjectName
        /// The columns that are named; empty means all, in order.
        public let columns: [Identifier]
        /// A SELECT or VALUES.
        public let source: Query

        /// An INSERT statement.
        public init(table: ObjectName, columns: [Identifier] = [], source: Query) {
            self.table = table
            self.columns = columns
            self.source = source
        }
    }
}
