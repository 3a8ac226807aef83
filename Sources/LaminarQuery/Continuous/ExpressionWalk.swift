import LaminarSQL

extension SQL.Expression {
    /// The expressions directly below this one, without those of subqueries.
    var operands: [SQL.Expression] {
        switch self {
        case .literal, .typedLiteral, .interval, .column, .parameter, .exists, .subquery: []
        case .unary(_, let operand), .isTest(let operand, _, _), .cast(let operand, _), .extract(_, let operand),
            .inQuery(let operand, _, _), .field(let operand, _):
            [operand]
        case .binary(_, let left, let right), .isDistinct(let left, let right, _), .subscripted(let left, let right):
            [left, right]
        case .chain(_, let operands), .row(let operands), .array(let operands): operands
        case .between(let between): [between.value, between.low, between.high]
        case .inList(let value, let list, _): [value] + list
        case .like(let like): [like.value, like.pattern] + [like.escape].compactMap { $0 }
        case .quantified(let quantified):
            if case .array(let array) = quantified.operand { [quantified.value, array] } else { [quantified.value] }
        case .caseWhen(let choice):
            [choice.operand].compactMap { $0 } + choice.branches.flatMap { [$0.condition, $0.result] }
                + [choice.otherwise].compactMap { $0 }
        case .function(let call): call.operands
        }
    }

    /// The subqueries in this expression, at any depth outside of subqueries.
    var subqueries: [SQL.Query] {
        let own: [SQL.Query] =
            switch self {
            case .exists(let query), .subquery(let query), .inQuery(_, let query, _): [query]
            case .quantified(let quantified):
                if case .query(let query) = quantified.operand { [query] } else { [] }
            default: []
            }
        return own + operands.flatMap(\.subqueries)
    }

    /// The first call with OVER.
    var firstWindowCall: SQL.FunctionCall? {
        if case .function(let call) = self, call.over != nil { return call }
        for operand in operands { if let call = operand.firstWindowCall { return call } }
        return nil
    }

    /// Whether an aggregate is called in it.
    var containsAggregate: Bool {
        if case .function(let call) = self, call.over == nil, call.name.parts.count == 1,
            call.arguments == .star || !FunctionCatalog.aggregates(named: call.name.name).isEmpty
        {
            return true
        }
        return operands.contains { $0.containsAggregate }
    }
}

extension SQL.FunctionCall {
    fileprivate var operands: [SQL.Expression] {
        let arguments: [SQL.Expression] = if case .list(let list) = self.arguments { list } else { [] }
        return arguments + orderBy.map(\.expression) + [filter].compactMap { $0 }
    }
}
