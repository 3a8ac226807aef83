import LaminarSQL

extension SQL.Expression {
    /// The place of the first name or literal in the expression; nil where it has none.
    var firstPosition: SQL.Position? {
        switch self {
        case .exists, .subquery: nil
        case .literal(_, let position), .typedLiteral(_, _, let position), .interval(_, let position),
            .parameter(_, let position):
            known(position)
        case .column(let name): known(name.position)
        case .unary(_, let operand), .isTest(let operand, _, _), .cast(let operand, _), .extract(_, let operand):
            operand.firstPosition
        case .binary(_, let left, let right), .isDistinct(let left, let right, _), .subscripted(let left, let right):
            left.firstPosition ?? right.firstPosition
        case .chain(_, let operands), .row(let operands), .array(let operands): first(operands)
        case .between(let between): first([between.value, between.low, between.high])
        case .inList(let value, let list, _): value.firstPosition ?? first(list)
        case .inQuery(let value, _, _): value.firstPosition
        case .like(let like): first([like.value, like.pattern])
        case .quantified(let quantified): quantified.value.firstPosition
        case .caseWhen(let chosen):
            chosen.operand?.firstPosition
                ?? first(chosen.branches.flatMap { [$0.condition, $0.result] }) ?? chosen.otherwise?.firstPosition
        case .function(let call): known(call.name.position) ?? first(call.listed)
        case .field(let value, let name): value.firstPosition ?? known(name.position)
        }
    }

    private func first(_ expressions: [SQL.Expression]) -> SQL.Position? {
        for expression in expressions {
            if let position = expression.firstPosition { return position }
        }
        return nil
    }

    private func known(_ position: SQL.Position) -> SQL.Position? { position == .start ? nil : position }
}

extension SQL.FunctionCall {
    /// The arguments; none for `*`.
    var listed: [SQL.Expression] {
        if case .list(let arguments) = arguments { arguments } else { [] }
    }
}
