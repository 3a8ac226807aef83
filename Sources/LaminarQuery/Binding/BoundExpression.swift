package import LaminarFormats
package import LaminarSQL

/// An expression with its type.
package struct BoundExpression: Sendable {
    /// What it does.
    package var kind: Kind
    /// What it gives; nil only while it is being bound: NULL or a string whose type the other side decides.
    package var type: ColumnType?
    /// Whether it can be NULL. True where that isn't known.
    package var isNullable: Bool
    /// Where the statement says so, for errors; the start of the text where nobody knows.
    package var position: SQL.Position

    package init(
        _ kind: Kind, _ type: ColumnType?, isNullable: Bool = true, at position: SQL.Position = .start
    ) {
        self.kind = kind
        self.type = type
        self.isNullable = isNullable
        self.position = position
    }

    /// What an expression does. Operands have the types that the operation needs: conversions are written out as
    /// ``cast(_:)``.
    package indirect enum Kind: Sendable {
        /// A value of the expression's type, or NULL.
        case constant(Value)
        /// A parameter by its number, from 1, with its value, which is of the expression's type already.
        case parameter(Int, Value)
        /// The time at which the statement began, a TIMESTAMP.
        case now
        /// A column of a source.
        case column(ColumnReference)
        /// A key of the GROUP BY around it, from 0.
        case key(Int)
        /// A function or operator of the catalog: `lower`, `+`, `->>`.
        case call(BoundCall)
        /// Operands joined by AND, two or more.
        case and([BoundExpression])
        /// Operands joined by OR, two or more.
        case or([BoundExpression])
        /// NOT.
        case not(BoundExpression)
        /// A comparison of two operands of the same type; DECIMALs may differ in their scales.
        case compare(Comparison, BoundExpression, BoundExpression)
        /// `a IS [NOT] DISTINCT FROM b`.
        case isDistinct(BoundExpression, BoundExpression, isNegated: Bool)
        /// `x IS [NOT] NULL`, and of a BOOLEAN `… TRUE`, `… FALSE`, `… UNKNOWN`.
        case isTest(BoundExpression, SQL.IsTest, isNegated: Bool)
        /// `x [NOT] BETWEEN [SYMMETRIC] low AND high`.
        case between(BoundExpression, low: BoundExpression, high: BoundExpression, isSymmetric: Bool, isNegated: Bool)
        /// `x [NOT] IN (a, b)`.
        case inList(BoundExpression, [BoundExpression], isNegated: Bool)
        /// `x [NOT] LIKE pattern [ESCAPE e]`; without ESCAPE the character is `\`.
        case like(
            BoundExpression, pattern: BoundExpression, escape: BoundExpression?, ignoresCase: Bool, isNegated: Bool)
        /// `CASE [operand] WHEN … THEN … ELSE … END`.
        case caseWhen(operand: BoundExpression?, [Branch], otherwise: BoundExpression?)
        /// The first operand that isn't NULL.
        case coalesce([BoundExpression])
        /// NULL where both are equal, else the first.
        case nullIf(BoundExpression, BoundExpression)
        /// A conversion to the expression's type.
        case cast(BoundExpression)
        /// A field of a STRUCT, by its number.
        case field(BoundExpression, Int)
        /// An element of an array, by a BIGINT from 1, or of a MAP, by a TEXT.
        case element(BoundExpression, BoundExpression)
        /// `ARRAY[a, b]`; the elements have the type of the array's.
        case array([BoundExpression])
        /// An aggregate.
        case aggregate(BoundAggregate)
        /// A function over a window.
        case window(BoundWindowCall)
        /// A subquery of one column as a value.
        case scalar(BoundQuery)
        /// `EXISTS (SELECT …)`.
        case exists(BoundQuery)
        /// `x [NOT] IN (SELECT …)`, of one or more columns.
        case inQuery([BoundExpression], BoundQuery, isNegated: Bool)
        /// `x = ANY (SELECT …)`, `x < ALL (SELECT …)`.
        case quantified(BoundExpression, Comparison, isAll: Bool, BoundQuery)
        /// `x = ANY (array)`, `x < ALL (array)`.
        case quantifiedArray(BoundExpression, Comparison, isAll: Bool, BoundExpression)
    }

    /// One WHEN with its THEN.
    package struct Branch: Sendable {
        /// A condition, or a value that the operand is compared to.
        package var condition: BoundExpression
        /// The result.
        package var result: BoundExpression

        package init(condition: BoundExpression, result: BoundExpression) {
            self.condition = condition
            self.result = result
        }
    }
}

/// A column of a source, by numbers that are stable in the statement.
package struct ColumnReference: Hashable, Sendable {
    /// ``BoundSource/id``.
    package var source: Int
    /// The column's place in ``BoundSource/columns``.
    package var column: Int

    package init(source: Int, column: Int) {
        self.source = source
        self.column = column
    }
}

/// How two values are compared.
package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// The comparison that says the same with its sides exchanged.
    package var mirrored: Comparison {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}
