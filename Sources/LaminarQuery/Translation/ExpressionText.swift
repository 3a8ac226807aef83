import LaminarFormats
import LaminarSQL

/// Expressions in SQLite's text. Each is in parentheses or a call, so that nobody needs to know how operators bind.
extension Translator {
    /// Only finds the function that writes this kind: the stack would pay for all of them at every level.
    func text(of expression: BoundExpression) -> String {
        switch expression.kind {
        case .constant, .parameter, .now, .column, .key: leaf(expression)
        case .call: call(expression)
        case .cast: cast(expression)
        case .and, .or, .not: logic(expression)
        case .compare, .isDistinct, .isTest: test(expression)
        case .between, .inList, .like: predicate(expression)
        case .caseWhen: choice(expression)
        case .coalesce, .nullIf: alternative(expression)
        case .field, .element, .array: nested(expression)
        case .aggregate, .window: aggregate(expression)
        case .scalar, .exists, .inQuery, .quantified, .quantifiedArray: subquery(expression)
        }
    }

    private func leaf(_ expression: BoundExpression) -> String {
        switch expression.kind {
        case .constant(let value), .parameter(_, let value): constant(value)
        case .now: now()
        case .column(let reference): name(of: reference)
        case .key(let index): keys.indices.contains(index) ? keys[index] : "NULL"
        default: "NULL"
        }
    }

    private func logic(_ expression: BoundExpression) -> String {
        switch expression.kind {
        case .and(let operands): chain("AND", operands[...])
        case .or(let operands): chain("OR", operands[...])
        case .not(let operand): "(NOT \(text(of: operand)))"
        default: "NULL"
        }
    }

    private func alternative(_ expression: BoundExpression) -> String {
        switch expression.kind {
        case .coalesce(let operands): "coalesce(\(list(operands)))"
        case .nullIf(let left, let right): nullIf(left, right)
        default: "NULL"
        }
    }

    private func aggregate(_ expression: BoundExpression) -> String {
        switch expression.kind {
        case .aggregate(let call): text(of: call, expression.type ?? .text)
        case .window(let call): text(of: call, expression.type ?? .text)
        default: "NULL"
        }
    }

    /// What a value is compared, grouped and ordered by: INTERVALs of different parts may be equal.
    func keyText(of expression: BoundExpression) -> String {
        let text = text(of: expression)
        return expression.type == .interval ? FunctionCatalog.intervalKey(text) : text
    }

    func list(_ expressions: [BoundExpression]) -> String {
        expressions.map { text(of: $0) }.joined(separator: ", ")
    }

    /// In halves: a chain as deep as it is long would pass SQLite's bound of depth.
    private func chain(_ link: String, _ operands: ArraySlice<BoundExpression>) -> String {
        if operands.count == 1, let only = operands.first { return text(of: only) }
        let middle = operands.startIndex + operands.count / 2
        return "(\(chain(link, operands[..<middle])) \(link) \(chain(link, operands[middle...])))"
    }

    private func call(_ expression: BoundExpression) -> String {
        guard case .call(let call) = expression.kind else { return "NULL" }
        return text(of: call, expression.type ?? .text)
    }

    private func text(of call: BoundCall, _ type: ColumnType) -> String {
        var texts: [String] = []
        for argument in call.arguments { texts.append(text(of: argument)) }
        return call.function.sql(texts, of: call.arguments.map(\.argument), giving: type)
    }

    private func cast(_ expression: BoundExpression) -> String {
        guard case .cast(let operand) = expression.kind else { return "NULL" }
        let text = text(of: operand)
        guard let from = operand.type, let to = expression.type,
            let cast = FunctionCatalog.cast(from: from.kind, to: to.kind)
        else { return text }
        return cast.sql(text, from: from, to: to)
    }

    // MARK: Predicates

    private func test(_ expression: BoundExpression) -> String {
        switch expression.kind {
        case .compare(let comparison, let left, let right):
            "(\(keyText(of: left)) \(comparison.rawValue) \(keyText(of: right)))"
        case .isDistinct(let left, let right, let isNegated):
            "(\(keyText(of: left)) \(isNegated ? "IS" : "IS NOT") \(keyText(of: right)))"
        case .isTest(let operand, let test, let isNegated): self.test(operand, test, isNegated)
        default: "NULL"
        }
    }

    private func test(_ operand: BoundExpression, _ test: SQL.IsTest, _ isNegated: Bool) -> String {
        let word = isNegated ? "IS NOT" : "IS"
        return switch test {
        case .null, .unknown: "(\(text(of: operand)) \(word) NULL)"
        case .isTrue: "(\(text(of: operand)) \(word) 1)"
        case .isFalse: "(\(text(of: operand)) \(word) 0)"
        }
    }

    private func predicate(_ expression: BoundExpression) -> String {
        switch expression.kind {
        case .between(let value, let low, let high, let isSymmetric, let isNegated):
            let word = isNegated ? "NOT BETWEEN" : "BETWEEN"
            let least = keyText(of: low)
            let greatest = keyText(of: high)
            // Where one bound is NULL, SYMMETRIC is NULL for every value, as min and max are.
            let bounds =
                isSymmetric ? "min(\(least), \(greatest)) AND max(\(least), \(greatest))" : "\(least) AND \(greatest)"
            return "(\(keyText(of: value)) \(word) \(bounds))"
        case .inList(let value, let list, let isNegated):
            let texts = list.map { keyText(of: $0) }.joined(separator: ", ")
            return "(\(keyText(of: value)) \(isNegated ? "NOT IN" : "IN") (\(texts)))"
        case .like(let value, let pattern, let escape, let ignoresCase, let isNegated):
            let arguments = [value, pattern] + [escape].compactMap { $0 }
            let overloads = FunctionCatalog.scalars(named: ignoresCase ? "~~*" : "~~")
            guard let overload = overloads.first(where: { $0.parameters.count == arguments.count }) else {
                return "NULL"
            }
            let match = text(of: BoundCall(overload, arguments), .boolean)
            return isNegated ? "(NOT \(match))" : match
        default: return "NULL"
        }
    }

    // MARK: Choices

    private func choice(_ expression: BoundExpression) -> String {
        guard case .caseWhen(let operand, let branches, let otherwise) = expression.kind else { return "NULL" }
        var text = "CASE"
        if let operand { text += " " + keyText(of: operand) }
        for branch in branches {
            let condition = operand == nil ? self.text(of: branch.condition) : keyText(of: branch.condition)
            text += " WHEN \(condition) THEN \(self.text(of: branch.result))"
        }
        if let otherwise { text += " ELSE " + self.text(of: otherwise) }
        return text + " END"
    }

    private func nullIf(_ left: BoundExpression, _ right: BoundExpression) -> String {
        guard left.type == .interval else { return "nullif(\(text(of: left)), \(text(of: right)))" }
        return "CASE WHEN \(keyText(of: left)) = \(keyText(of: right)) THEN NULL ELSE \(text(of: left)) END"
    }

    // MARK: Nested values

    private func nested(_ expression: BoundExpression) -> String {
        let type = FunctionCatalog.typeLiteral(expression.type ?? .text)
        switch expression.kind {
        case .field(let value, let index):
            var name = ""
            if case .structure(let fields) = value.type, fields.indices.contains(index) { name = fields[index].name }
            return "laminar_json_member(\(text(of: value)), \(bind(name)), \(type))"
        case .element(let value, let index):
            let function = value.type?.kind == .map ? "laminar_json_member" : "laminar_json_element"
            return "\(function)(\(text(of: value)), \(text(of: index)), \(type))"
        case .array(let elements):
            var element = ColumnType.text
            if case .array(let inner) = expression.type { element = inner }
            return
                "laminar_json_array(\(([FunctionCatalog.typeLiteral(element)] + elements.map { text(of: $0) }).joined(separator: ", ")))"
        default: return "NULL"
        }
    }
}
