package import LaminarFormats
package import LaminarSQL

/// One SELECT.
package struct BoundSelect: Sendable {
    /// Whether DISTINCT was written.
    package var isDistinct: Bool
    /// What is selected; stars are spread.
    package var items: [BoundItem]
    /// FROM; nil for none, which is one row without columns.
    package var from: BoundTable?
    /// WHERE.
    package var condition: BoundExpression?
    /// Whether rows are grouped: there is a GROUP BY, a HAVING, or an aggregate. Without keys, all rows are one group,
    /// which exists even where there are no rows.
    package var isGrouped: Bool
    /// The keys of GROUP BY. In items, HAVING and ORDER BY a key is ``BoundExpression/Kind/key(_:)``.
    package var groupBy: [BoundExpression]
    /// HAVING.
    package var having: BoundExpression?

    package init(
        isDistinct: Bool = false, items: [BoundItem], from: BoundTable? = nil, condition: BoundExpression? = nil,
        isGrouped: Bool = false, groupBy: [BoundExpression] = [], having: BoundExpression? = nil
    ) {
        self.isDistinct = isDistinct
        self.items = items
        self.from = from
        self.condition = condition
        self.isGrouped = isGrouped
        self.groupBy = groupBy
        self.having = having
    }
}

/// One item of a SELECT list.
package struct BoundItem: Sendable {
    /// The alias, or the name that PostgreSQL would give.
    package var name: String
    /// What is selected; its type is never unknown.
    package var expression: BoundExpression

    package init(_ name: String, _ expression: BoundExpression) {
        self.name = name
        self.expression = expression
    }
}

/// FROM: tables and their joins.
package indirect enum BoundTable: Sendable {
    /// One table, or what stands for one.
    case source(BoundSource)
    /// `left kind right ON condition`; the condition is nil for a cross join. USING and NATURAL have become conditions.
    case join(SQL.Join.Kind, BoundTable, BoundTable, on: BoundExpression?)
}

/// A table in FROM.
package struct BoundSource: Sendable {
    /// Where its rows come from.
    package enum Origin: Sendable {
        /// A virtual table, with the name that it was found by.
        case scanned(any QueryTable, name: String)
        /// A table of the attached Laminar database.
        case stored(name: String)
        /// A subquery in FROM.
        case subquery(BoundQuery)
        /// A common table expression, by its number.
        case common(Int)
        /// `generate_series(start, stop[, step])`.
        case series([BoundExpression])
    }

    /// Its number in the statement.
    package var id: Int
    /// The alias, or the table's name.
    package var name: String
    /// Names and types of its columns, renamed by the alias.
    package var columns: [ColumnSchema]
    /// Where its rows come from.
    package var origin: Origin

    package init(id: Int, name: String, columns: [ColumnSchema], origin: Origin) {
        self.id = id
        self.name = name
        self.columns = columns
        self.origin = origin
    }
}
