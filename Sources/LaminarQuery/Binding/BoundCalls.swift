package import LaminarSQL

/// A call of a scalar function or operator.
package struct BoundCall: Sendable {
    /// The overload.
    package var function: ScalarFunction
    /// Of the types that the function takes.
    package var arguments: [BoundExpression]

    /// The function's name: `lower`, `+`.
    package var name: String { function.name }

    package init(_ function: ScalarFunction, _ arguments: [BoundExpression]) {
        self.function = function
        self.arguments = arguments
    }
}

/// A call of an aggregate.
package struct BoundAggregate: Sendable {
    /// The overload.
    package var function: AggregateFunction
    /// Of the types that the function takes; empty for `COUNT(*)`.
    package var arguments: [BoundExpression]
    /// Whether equal arguments count once.
    package var isDistinct: Bool
    /// FILTER.
    package var filter: BoundExpression?
    /// The order in which the aggregate sees its values.
    package var orderBy: [BoundOrder]

    /// `count`, `sum`, …
    package var name: String { function.name }

    package init(
        _ function: AggregateFunction, _ arguments: [BoundExpression], isDistinct: Bool = false,
        filter: BoundExpression? = nil,
        orderBy: [BoundOrder] = []
    ) {
        self.function = function
        self.arguments = arguments
        self.isDistinct = isDistinct
        self.filter = filter
        self.orderBy = orderBy
    }
}

/// A function over a window: an aggregate, or one of the window functions.
package struct BoundWindowCall: Sendable {
    /// The overload.
    package var function: AggregateFunction
    /// Of the types that the function takes; empty for `COUNT(*)`.
    package var arguments: [BoundExpression]
    /// FILTER, for aggregates.
    package var filter: BoundExpression?
    /// OVER.
    package var window: BoundWindow

    /// `row_number`, `lag`, `sum`, …
    package var name: String { function.name }

    package init(
        _ function: AggregateFunction, _ arguments: [BoundExpression], filter: BoundExpression? = nil,
        window: BoundWindow
    ) {
        self.function = function
        self.arguments = arguments
        self.filter = filter
        self.window = window
    }
}

/// `(PARTITION BY … ORDER BY … frame)`; named windows are written out.
package struct BoundWindow: Sendable {
    /// PARTITION BY.
    package var partitionBy: [BoundExpression]
    /// ORDER BY.
    package var orderBy: [BoundOrder]
    /// The frame; nil for the default.
    package var frame: Frame?

    package init(partitionBy: [BoundExpression] = [], orderBy: [BoundOrder] = [], frame: Frame? = nil) {
        self.partitionBy = partitionBy
        self.orderBy = orderBy
        self.frame = frame
    }

    /// Which rows around the current one are seen.
    package struct Frame: Sendable {
        package var unit: SQL.WindowFrame.Unit
        package var start: Bound
        package var end: Bound
        package var exclusion: SQL.WindowFrame.Exclusion?

        package init(
            unit: SQL.WindowFrame.Unit, start: Bound, end: Bound, exclusion: SQL.WindowFrame.Exclusion? = nil
        ) {
            self.unit = unit
            self.start = start
            self.end = end
            self.exclusion = exclusion
        }
    }

    /// Where a frame begins or ends.
    package enum Bound: Sendable {
        case unboundedPreceding
        case preceding(BoundExpression)
        case currentRow
        case following(BoundExpression)
        case unboundedFollowing
    }
}
