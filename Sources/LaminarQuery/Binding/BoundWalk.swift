extension BoundExpression {
    /// The expressions directly below this one, those of windows and aggregates too; subqueries are in ``queries``.
    package var children: [BoundExpression] {
        switch kind {
        case .constant, .parameter, .now, .column, .key, .scalar, .exists: []
        case .call(let call): call.arguments
        case .and(let operands), .or(let operands), .coalesce(let operands), .array(let operands),
            .inQuery(let operands, _, _):
            operands
        case .not(let operand), .isTest(let operand, _, _), .cast(let operand), .field(let operand, _),
            .quantified(let operand, _, _, _):
            [operand]
        case .compare(_, let left, let right), .isDistinct(let left, let right, _), .nullIf(let left, let right),
            .element(let left, let right), .quantifiedArray(let left, _, _, let right):
            [left, right]
        case .between(let value, let low, let high, _, _): [value, low, high]
        case .inList(let value, let list, _): [value] + list
        case .like(let value, let pattern, let escape, _, _): [value, pattern] + [escape].compactMap { $0 }
        case .caseWhen(let operand, let branches, let otherwise):
            [operand].compactMap { $0 } + branches.flatMap { [$0.condition, $0.result] }
                + [otherwise].compactMap { $0 }
        case .aggregate(let call):
            call.arguments + [call.filter].compactMap { $0 } + call.orderBy.compactMap(\.expression)
        case .window(let call):
            call.arguments + [call.filter].compactMap { $0 } + call.window.children
        }
    }

    /// The subqueries directly below this expression.
    package var queries: [BoundQuery] {
        switch kind {
        case .scalar(let query), .exists(let query), .inQuery(_, let query, _), .quantified(_, _, _, let query):
            [query]
        default: []
        }
    }

    /// Whether this expression or one below it, outside of subqueries, is such a one.
    package func contains(_ isWanted: (BoundExpression) -> Bool) -> Bool {
        isWanted(self) || children.contains { $0.contains(isWanted) }
    }
}

extension BoundOrder {
    /// The expression; nil for a column of the result.
    package var expression: BoundExpression? {
        guard case .expression(let expression) = key else { return nil }
        return expression
    }
}

extension BoundWindow {
    /// The expressions of PARTITION BY, ORDER BY and the frame.
    package var children: [BoundExpression] {
        partitionBy + orderBy.compactMap(\.expression) + [frame?.start, frame?.end].compactMap { $0?.distance }
    }
}

extension BoundWindow.Bound {
    /// How far the bound is away; nil where it is no distance.
    package var distance: BoundExpression? {
        switch self {
        case .preceding(let distance), .following(let distance): distance
        case .unboundedPreceding, .currentRow, .unboundedFollowing: nil
        }
    }
}

extension BoundSelect {
    /// All expressions of the SELECT itself: items, conditions of joins, WHERE, keys, HAVING.
    package var expressions: [BoundExpression] {
        items.map(\.expression) + (from?.conditions ?? []) + [condition].compactMap { $0 } + groupBy
            + [having].compactMap { $0 }
    }
}

extension BoundTable {
    /// The sources from left to right.
    package var sources: [BoundSource] {
        switch self {
        case .source(let source): [source]
        case .join(_, let left, let right, _): left.sources + right.sources
        }
    }

    /// The conditions of the joins, and the arguments of functions in FROM.
    package var conditions: [BoundExpression] {
        switch self {
        case .source(let source):
            if case .series(let arguments) = source.origin { arguments } else { [] }
        case .join(_, let left, let right, let condition):
            left.conditions + right.conditions + [condition].compactMap { $0 }
        }
    }
}
