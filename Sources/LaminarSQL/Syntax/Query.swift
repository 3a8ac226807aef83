extension SQL {
    /// `[WITH …] body [ORDER BY …] [LIMIT …] [OFFSET …]`: what can stand in parentheses as a subquery.
    public struct Query: Equatable, Sendable {
        /// The WITH clause.
        public let with: WithClause?
        /// SELECT, VALUES, or several of them combined.
        public let body: QueryBody
        /// ORDER BY, empty when absent.
        public let orderBy: [OrderItem]
        /// LIMIT, or FETCH FIRST n ROWS ONLY.
        public let limit: Expression?
        /// OFFSET.
        public let offset: Expression?

        /// A query.
        public init(
            with: WithClause? = nil, body: QueryBody, orderBy: [OrderItem] = [], limit: Expression? = nil,
            offset: Expression? = nil
        ) {
            self.with = with
            self.body = body
            self.orderBy = orderBy
            self.limit = limit
            self.offset = offset
        }

        /// Whether it is a body and nothing else.
        var isBare: Bool { with == nil && orderBy.isEmpty && limit == nil && offset == nil }
    }

    /// `WITH [RECURSIVE] name AS (…), …`.
    public struct WithClause: Equatable, Sendable {
        /// Whether RECURSIVE was written.
        public let isRecursive: Bool
        /// The common table expressions, at least one.
        public let tables: [CommonTable]

        /// A WITH clause.
        public init(isRecursive: Bool = false, tables: [CommonTable]) {
            self.isRecursive = isRecursive
            self.tables = tables
        }
    }

    /// `name [(columns)] AS [[NOT] MATERIALIZED] (query)`.
    public struct CommonTable: Equatable, Sendable {
        /// The name that the query is known by.
        public let name: Identifier
        /// New names for its columns, empty to keep them.
        public let columns: [Identifier]
        /// What MATERIALIZED (true) or NOT MATERIALIZED (false) asks for.
        public let isMaterialized: Bool?
        /// The query.
        public let query: Query

        /// A common table expression.
        public init(name: Identifier, columns: [Identifier] = [], isMaterialized: Bool? = nil, query: Query) {
            self.name = name
            self.columns = columns
            self.isMaterialized = isMaterialized
            self.query = query
        }
    }

    /// What a query consists of, before ORDER BY and LIMIT.
    public indirect enum QueryBody: Equatable, Sendable {
        /// One SELECT.
        case select(Select)
        /// `VALUES (…), (…)`: rows of expressions, all of the same length.
        case values([[Expression]])
        /// Two or more bodies combined from left to right by the same operator.
        case combined(SetOperation, [QueryBody])
        /// A query in parentheses with a WITH, ORDER BY, LIMIT or OFFSET of its own.
        case nested(Query)
    }

    /// How two sets of rows are combined.
    public enum SetOperation: String, Hashable, Sendable, CaseIterable {
        /// Rows of either, once.
        case union = "UNION"
        /// Rows of either, all of them.
        case unionAll = "UNION ALL"
        /// Rows of both, once.
        case intersect = "INTERSECT"
        /// Rows of both, as often as in the poorer one.
        case intersectAll = "INTERSECT ALL"
        /// Rows of the first that are not in the second, once.
        case except = "EXCEPT"
        /// Rows of the first less those of the second, counted.
        case exceptAll = "EXCEPT ALL"
    }

    /// `SELECT [DISTINCT] items [FROM …] [WHERE …] [GROUP BY …] [HAVING …] [WINDOW …]`.
    public struct Select: Equatable, Sendable {
        /// Whether DISTINCT was written.
        public let isDistinct: Bool
        /// What is selected, at least one item.
        public let items: [SelectItem]
        /// FROM; several tables are a cross join; empty when absent.
        public let from: [TableReference]
        /// WHERE.
        public let condition: Expression?
        /// GROUP BY, empty when absent. A number stands for the item of that place.
        public let groupBy: [Expression]
        /// HAVING.
        public let having: Expression?
        /// WINDOW, empty when absent.
        public let windows: [NamedWindow]

        /// A SELECT.
        public init(
            isDistinct: Bool = false, items: [SelectItem], from: [TableReference] = [], condition: Expression? = nil,
            groupBy: [Expression] = [], having: Expression? = nil, windows: [NamedWindow] = []
        ) {
            self.isDistinct = isDistinct
            self.items = items
            self.from = from
            self.condition = condition
            self.groupBy = groupBy
            self.having = having
            self.windows = windows
        }
    }

    /// One item of a SELECT list.
    public enum SelectItem: Equatable, Sendable {
        /// `*`.
        case all
        /// `t.*`.
        case allOf(ObjectName)
        /// An expression with its alias, if it has one.
        case expression(Expression, alias: Identifier?)
    }

    /// `expression [ASC|DESC] [NULLS FIRST|LAST]`.
    public struct OrderItem: Equatable, Sendable {
        /// What is ordered by. A number stands for the item of that place.
        public let expression: Expression
        /// Whether DESC was written.
        public let isDescending: Bool
        /// NULLS FIRST (true), NULLS LAST (false), or neither: PostgreSQL puts NULL above all values.
        public let nullsFirst: Bool?

        /// An item of ORDER BY.
        public init(_ expression: Expression, isDescending: Bool = false, nullsFirst: Bool? = nil) {
            self.expression = expression
            self.isDescending = isDescending
            self.nullsFirst = nullsFirst
        }
    }
}
