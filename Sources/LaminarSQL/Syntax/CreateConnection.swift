extension SQL {
    /// `CREATE [OR REPLACE] CONNECTION [IF NOT EXISTS] name TO connector (options)`.
    public struct CreateConnection: Hashable, Sendable {
        /// Whether OR REPLACE was written.
        public let orReplace: Bool
        /// Whether IF NOT EXISTS was written.
        public let ifNotExists: Bool
        /// The connection's name.
        public let name: Identifier
        /// `kafka` or `impulse`.
        public let connector: Identifier
        /// The options in the order they were written; a key may still be there twice.
        public let options: [Option]

        /// A CREATE CONNECTION statement.
        public init(
            orReplace: Bool = false, ifNotExists: Bool = false, name: Identifier, connector: Identifier,
            options: [Option]
        ) {
            self.orReplace = orReplace
            self.ifNotExists = ifNotExists
            self.name = name
            self.connector = connector
            self.options = options
        }
    }
}
