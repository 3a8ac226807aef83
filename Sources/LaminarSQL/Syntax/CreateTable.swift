extension SQL {
    /// `CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name [(columns)] [WITH (options)]`.
    public struct CreateTable: Hashable, Sendable {
        /// Whether OR REPLACE was written.
        public let orReplace: Bool
        /// Whether IF NOT EXISTS was written.
        public let ifNotExists: Bool
        /// The table's name.
        public let name: Identifier
        /// The columns; empty when they are to be taken from the registry's schema.
        public let columns: [ColumnDefinition]
        /// The options; empty for a table without WITH, which belongs to the local database.
        public let options: [Option]

        /// A CREATE TABLE statement.
        public init(
            orReplace: Bool = false, ifNotExists: Bool = false, name: Identifier, columns: [ColumnDefinition],
            options: [Option]
        ) {
            self.orReplace = orReplace
            self.ifNotExists = ifNotExists
            self.name = name
            self.columns = columns
            self.options = options
        }
    }

    /// `name type [NOT NULL] [METADATA FROM 'field']`.
    public struct ColumnDefinition: Hashable, Sendable {
        /// The column's name.
        public let name: Identifier
        /// The column's type.
        public let type: TypeName
        /// Whether NOT NULL was written.
        public let isNotNull: Bool
        /// The record's field that fills the column (`offset`, `timestamp`, …), as it was written; nil for a column of
        /// the payload.
        public let metadataField: String?

        /// A column.
        public init(name: Identifier, type: TypeName, isNotNull: Bool = false, metadataField: String? = nil) {
            self.name = name
            self.type = type
            self.isNotNull = isNotNull
            self.metadataField = metadataField
        }
    }
}
