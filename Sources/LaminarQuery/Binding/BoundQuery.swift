package import LaminarFormats
package import LaminarSQL

/// A query whose names, types and functions are known.
///
/// Sources (tables, subqueries, uses of common tables) and common tables are numbered over the whole statement, so a
/// ``ColumnReference`` means the same in every place, in correlated subqueries too.
package struct BoundQuery: Sendable {
    /// The common table expressions, in the order in which they may refer to each other.
    package var with: [BoundCommonTable]
    /// What gives the rows.
    package var body: BoundBody
    /// ORDER BY.
    package var orderBy: [BoundOrder]
    /// LIMIT, a BIGINT; nil for all rows. NULL means all rows too.
    package var limit: BoundExpression?
    /// OFFSET, a BIGINT.
    package var offset: BoundExpression?
    /// Names and types of the result. Two may have the same name.
    package var columns: [ColumnSchema]

    package init(
        with: [BoundCommonTable] = [], body: BoundBody, orderBy: [BoundOrder] = [], limit: BoundExpression? = nil,
        offset: BoundExpression? = nil, columns: [ColumnSchema]
    ) {
        self.with = with
        self.body = body
        self.orderBy = orderBy
        self.limit = limit
        self.offset = offset
        self.columns = columns
    }
}

/// `name AS (query)`.
package struct BoundCommonTable: Sendable {
    /// Its number in the statement.
    package var id: Int
    /// As it was written.
    package var name: String
    /// Whether the query refers to itself. Its body is then a UNION whose first part doesn't.
    package var isRecursive: Bool
    /// What MATERIALIZED (true) or NOT MATERIALIZED (false) asks for.
    package var isMaterialized: Bool?
    /// The query, whose columns are renamed already.
    package var query: BoundQuery

    package init(id: Int, name: String, isRecursive: Bool, isMaterialized: Bool?, query: BoundQuery) {
        self.id = id
        self.name = name
        self.isRecursive = isRecursive
        self.isMaterialized = isMaterialized
        self.query = query
    }
}

/// What a query consists of, before ORDER BY and LIMIT.
package indirect enum BoundBody: Sendable {
    /// One SELECT.
    case select(BoundSelect)
    /// Rows of expressions, each column of one type.
    case values([[BoundExpression]])
    /// Two or more bodies of equal types, combined from left to right by the same operator.
    case combined(SQL.SetOperation, [BoundBody])
    /// A query with an ORDER BY, LIMIT or WITH of its own.
    case nested(BoundQuery)
}

/// One key of ORDER BY, with PostgreSQL's default for NULL filled in.
package struct BoundOrder: Sendable {
    /// What is ordered by.
    package enum Key: Sendable {
        /// A column of the result, from 0: an alias or a number was written, or the body is no SELECT.
        case output(Int)
        /// An expression in the scope of the SELECT, of the window or of the aggregate.
        case expression(BoundExpression)
    }

    /// What is ordered by.
    package var key: Key
    /// Whether DESC was written.
    package var isDescending: Bool
    /// Whether NULL comes first; where nothing is written, NULL is above all values.
    package var nullsFirst: Bool

    package init(_ key: Key, isDescending: Bool = false, nullsFirst: Bool? = nil) {
        self.key = key
        self.isDescending = isDescending
        self.nullsFirst = nullsFirst ?? isDescending
    }
}
