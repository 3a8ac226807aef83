extension BoundExpression {
    /// The same expression with other expressions directly below it. Subqueries stay as they are.
    package func mappingChildren(_ change: (BoundExpression) throws -> BoundExpression) rethrows -> BoundExpression {
        var mapped = self
        mapped.kind = try mappedKind(change)
        return mapped
    }

    private func mappedKind(_ change: (BoundExpression) throws -> BoundExpression) rethrows -> Kind {
        switch kind {
        case .constant, .parameter, .now, .column, .key, .scalar, .exists: kind
        case .call(let call): .call(BoundCall(call.function, try call.arguments.map(change)))
        case .and(let operands): .and(try operands.map(change))
        case .or(let operands): .or(try operands.map(change))
        case .not(let operand): .not(try change(operand))
        case .compare(let comparison, let left, let right): .compare(comparison, try change(left), try change(right))
        case .isDistinct(let left, let right, let isNegated):
            .isDistinct(try change(left), try change(right), isNegated: isNegated)
        case .isTest(let operand, let test, let isNegated): .isTest(try change(operand), test, isNegated: isNegated)
        case .between, .inList, .like, .caseWhen: try mappedPredicate(change)
        case .coalesce(let operands): .coalesce(try operands.map(change))
        case .nullIf(let left, let right): .nullIf(try change(left), try change(right))
        case .cast(let operand): .cast(try change(operand))
        case .field(let operand, let index): .field(try change(operand), index)
        case .element(let operand, let index): .element(try change(operand), try change(index))
        case .array(let elements): .array(try elements.map(change))
        case .aggregate(let call): .aggregate(try call.mappingChildren(change))
        case .window(let call): .window(try call.mappingChildren(change))
        case .inQuery(let values, let query, let isNegated):
            .inQuery(try values.map(change), query, isNegated: isNegated)
        case .quantified(let value, let comparison, let isAll, let query):
            .quantified(try change(value), comparison, isAll: isAll, query)
        case .quantifiedArray(let value, let comparison, let isAll, let array):
            .quantifiedArray(try change(value), comparison, isAll: isAll, try change(array))
        }
    }

    private func mappedPredicate(_ change: (BoundExpression) throws -> BoundExpression) rethrows -> Kind {
        switch kind {
        case .between(let value, let low, let high, let isSymmetric, let isNegated):
            .between(
                try change(value), low: try change(low), high: try change(high), isSymmetric: isSymmetric,
                isNegated: isNegated)
        case .inList(let value, let list, let isNegated):
            .inList(try change(value), try list.map(change), isNegated: isNegated)
        case .like(let value, let pattern, let escape, let ignoresCase, let isNegated):
            .like(
                try change(value), pattern: try change(pattern), escape: try escape.map(change),
                ignoresCase: ignoresCase, isNegated: isNegated)
        case .caseWhen(let operand, let branches, let otherwise):
            .caseWhen(
                operand: try operand.map(change),
                try branches.map { Branch(condition: try change($0.condition), result: try change($0.result)) },
                otherwise: try otherwise.map(change))
        default: kind
        }
    }
}

extension BoundAggregate {
    func mappingChildren(_ change: (BoundExpression) throws -> BoundExpression) rethrows -> BoundAggregate {
        var mapped = self
        mapped.arguments = try arguments.map(change)
        mapped.filter = try filter.map(change)
        mapped.orderBy = try orderBy.map { try $0.mappingKey(change) }
        return mapped
    }
}

extension BoundWindowCall {
    func mappingChildren(_ change: (BoundExpression) throws -> BoundExpression) rethrows -> BoundWindowCall {
        var mapped = self
        mapped.arguments = try arguments.map(change)
        mapped.filter = try filter.map(change)
        mapped.window.partitionBy = try window.partitionBy.map(change)
        mapped.window.orderBy = try window.orderBy.map { try $0.mappingKey(change) }
        return mapped
    }
}

extension BoundOrder {
    func mappingKey(_ change: (BoundExpression) throws -> BoundExpression) rethrows -> BoundOrder {
        var mapped = self
        if case .expression(let expression) = key { mapped.key = .expression(try change(expression)) }
        return mapped
    }
}
