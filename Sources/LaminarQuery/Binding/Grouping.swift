import LaminarFormats
import LaminarSQL

/// After GROUP BY, an expression is made of keys and aggregates.
extension Binder {
    /// Puts keys in the place of what is grouped by, and refuses columns that are neither keys nor in an aggregate.
    func group(_ select: inout BoundSelect, _ order: inout [BoundOrder], in scope: Scope) throws {
        let keys = select.groupBy
        for index in select.items.indices {
            select.items[index].expression = try grouped(select.items[index].expression, keys, scope)
        }
        select.having = try select.having.map { try grouped($0, keys, scope) }
        for index in order.indices {
            guard case .expression(let key) = order[index].key else { continue }
            order[index].key = .expression(try grouped(key, keys, scope))
        }
        for column in scope.usedBelow where !keys.contains(where: { $0.isSame(as: column) }) {
            throw ungrouped(column, "a subquery uses it")
        }
    }

    private func grouped(
        _ expression: BoundExpression, _ keys: [BoundExpression], _ scope: Scope
    ) throws -> BoundExpression {
        if let key = keys.firstIndex(where: { $0.isSame(as: expression) }) {
            var reference = expression
            reference.kind = .key(key)
            return reference
        }
        switch expression.kind {
        case .aggregate, .constant, .parameter: return expression
        case .column(let column):
            if scope.owns(column.source) { throw ungrouped(expression, nil) }
            return expression
        default: return try expression.mappingChildren { try grouped($0, keys, scope) }
        }
    }

    private func ungrouped(_ column: BoundExpression, _ reason: String?) -> SQLError {
        fail(
            "this column is neither a key of GROUP BY nor inside of an aggregate"
                + (reason.map { ", and \($0)" } ?? ""),
            at: column.position, expected: "it in GROUP BY, or MIN, MAX or ARRAY_AGG of it")
    }
}

extension BoundExpression {
    /// The first aggregate or function with OVER in it.
    var firstAggregate: BoundExpression? {
        switch kind {
        case .aggregate, .window: return self
        default:
            for child in children {
                if let found = child.firstAggregate { return found }
            }
            return nil
        }
    }
}
