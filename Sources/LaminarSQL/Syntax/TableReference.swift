extension SQL {
    /// One element of FROM: a table and what is joined to it, from left to right.
    public struct TableReference: Equatable, Sendable {
        /// The first table.
        public let table: TableFactor
        /// The joins, in order.
        public let joins: [Join]

        /// A table with its joins.
        public init(_ table: TableFactor, joins: [Join] = []) {
            self.table = table
            self.joins = joins
        }
    }

    /// A table, or what stands for one.
    public indirect enum TableFactor: Equatable, Sendable {
        /// A table, pipeline, system table or common table expression.
        case table(ObjectName, alias: TableAlias?)
        /// `(SELECT …) AS alias`.
        case subquery(Query, alias: TableAlias?)
        /// `generate_series(1, 10) AS alias`.
        case function(FunctionCall, alias: TableAlias?)
        /// Joins in parentheses.
        case nested(TableReference)
    }

    /// `AS name [(columns)]`.
    public struct TableAlias: Hashable, Sendable {
        /// The name that the table is known by.
        public let name: Identifier
        /// New names for its columns, empty to keep them.
        public let columns: [Identifier]

        /// An alias.
        public init(_ name: Identifier, columns: [Identifier] = []) {
            self.name = name
            self.columns = columns
        }
    }

    /// One join.
    public struct Join: Equatable, Sendable {
        /// How rows without a partner are treated.
        public enum Kind: String, Hashable, Sendable, CaseIterable {
            /// They are dropped.
            case inner = "JOIN"
            /// Those of the left are kept.
            case left = "LEFT JOIN"
            /// Those of the right are kept.
            case right = "RIGHT JOIN"
            /// Those of both are kept.
            case full = "FULL JOIN"
            /// Every row is a partner of every row.
            case cross = "CROSS JOIN"
        }

        /// What makes two rows partners.
        public enum Constraint: Equatable, Sendable {
            /// Nothing: a cross join.
            case none
            /// A condition.
            case on(Expression)
            /// Equal columns, which then are there once.
            case using([Identifier])
            /// All columns of the same name are equal.
            case natural
        }

        /// The kind.
        public let kind: Kind
        /// The table that is joined.
        public let table: TableFactor
        /// The constraint; `.none` for a cross join and only there.
        public let constraint: Constraint

        /// A join.
        public init(_ kind: Kind, _ table: TableFactor, _ constraint: Constraint) {
            self.kind = kind
            self.table = table
            self.constraint = constraint
        }
    }
}
