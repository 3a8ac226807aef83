import LaminarFormats
import LaminarSQL

/// Expressions by their syntax. Every kind is a function of its own: in one, the stack would pay for all of them at every
/// level, and a parsed tree may be a hundred levels deep.
extension Binder {
    /// Binds an expression; its type is nil for NULL, a string or a parameter whose type the other side decides.
    func bind(_ expression: SQL.Expression, in scope: Scope) throws -> BoundExpression {
        switch expression {
        case .literal(let literal, let position): return try bindLiteral(literal, at: position)
        case .typedLiteral(let type, let text, let position): return try bindTyped(type, text, at: position)
        case .interval(let text, let position): return try bindTyped(.interval, text, at: position)
        case .column(let name): return try bindColumn(name, in: scope)
        case .parameter(let number, let position): return try bindParameter(number, at: position)
        case .unary(let sign, let operand): return try bindUnary(sign, operand, in: scope)
        case .binary(let symbol, let left, let right): return try bindBinary(symbol, left, right, in: scope)
        case .chain(let link, let operands): return try bindChain(link, operands, in: scope)
        case .isTest(let operand, let test, let isNegated):
            return try bindTest(operand, test, isNegated, in: scope)
        case .isDistinct(let left, let right, let isNegated):
            return try bindDistinct(left, right, isNegated, in: scope)
        case .between(let between): return try bindBetween(between, in: scope)
        case .inList(let value, let list, let isNegated): return try bindInList(value, list, isNegated, in: scope)
        case .inQuery(let value, let query, let isNegated): return try bindInQuery(value, query, isNegated, in: scope)
        case .like(let like): return try bindLike(like, in: scope)
        case .quantified(let quantified): return try bindQuantified(quantified, in: scope)
        case .caseWhen(let chosen): return try bindCase(chosen, in: scope)
        case .cast(let value, let type): return try bindCast(value, type, in: scope)
        case .extract(let field, let value): return try bindExtract(field, value, in: scope)
        case .function(let call): return try bindFunction(call, in: scope)
        case .exists(let query): return try bindExists(query, in: scope)
        case .subquery(let query): return try bindScalar(query, in: scope)
        case .row: return try refuseRow()
        case .array(let elements): return try bindArray(elements, in: scope)
        case .subscripted(let value, let index): return try bindSubscript(value, index, in: scope)
        case .field(let value, let name): return try bindField(value, name, in: scope)
        }
    }

    /// A condition: a BOOLEAN.
    func bindCondition(_ expression: SQL.Expression, _ what: String, in scope: Scope) throws -> BoundExpression {
        let bound = try bind(expression, in: scope)
        guard bound.type == nil || bound.type == .boolean else {
            throw fail("\(what) is \(bound.type.words), not BOOLEAN", at: expression, expected: "a condition")
        }
        return try convert(bound, to: .boolean)
    }

    // MARK: Values

    private func bindLiteral(_ literal: SQL.Literal, at position: SQL.Position) throws -> BoundExpression {
        let place = known(position)
        switch literal {
        case .null: return BoundExpression(.constant(.null), nil, at: place)
        case .boolean(let flag):
            return BoundExpression(.constant(.boolean(flag)), .boolean, isNullable: false, at: place)
        case .string(let text): return BoundExpression(.constant(.text(text)), nil, isNullable: false, at: place)
        case .number(let digits):
            guard let (value, type) = LiteralText.number(digits) else {
                throw fail("the number has more than 38 digits", at: place, expected: "a DOUBLE: '1e50'::DOUBLE")
            }
            return BoundExpression(.constant(value), type, isNullable: false, at: place)
        }
    }

    private func bindTyped(
        _ name: SQL.TypeName, _ text: String, at position: SQL.Position
    ) throws -> BoundExpression {
        let value = BoundExpression(.constant(.text(text)), nil, isNullable: false, at: known(position))
        let number = ExactDecimal(text).map { LiteralText.type(of: $0) }
        return try convert(value, to: declared(name, of: number))
    }

    private func bindParameter(_ number: Int, at position: SQL.Position) throws -> BoundExpression {
        guard parameters.indices.contains(number - 1) else {
            throw fail(
                "there is no value for parameter \(number): \(parameters.count) were given",
                at: position, expected: "a value for every ? or $n")
        }
        let value = parameters[number - 1]
        return BoundExpression(
            .parameter(number, value), try type(of: value), isNullable: value.isNull, at: known(position))
    }

    /// A text has no type yet: it may stand for a time, a UUID, a DECIMAL.
    private func type(of value: Value) throws -> ColumnType? {
        switch value {
        case .null, .text: return nil
        case .boolean: return .boolean
        case .smallint: return .smallint
        case .int: return .int
        case .bigint: return .bigint
        case .real: return .real
        case .double: return .double
        case .decimal(let number): return LiteralText.type(of: number)
        case .bytea: return .bytea
        case .date: return .date
        case .time: return .time
        case .timestamp: return .timestamp
        case .interval: return .interval
        case .uuid: return .uuid
        case .json: return .json
        case .array(let elements):
            let types = try elements.filter { !$0.isNull }.map { try type(of: $0) ?? .text }
            guard !types.isEmpty else { return .array(.text) }
            guard let element = CommonType.unifying(types) else {
                throw fail("the elements of an array given as a parameter have no common type")
            }
            return .array(element)
        case .structure, .map:
            throw fail("a STRUCT or MAP can't be a parameter", expected: "its parts, or JSON")
        }
    }

    private func refuseRow() throws -> BoundExpression {
        throw refuse(
            "a row of values stands in comparisons only",
            instead: "(a, b) = (1, 2), (a, b) IN (…), or its parts as columns")
    }

    private func bindArray(_ elements: [SQL.Expression], in scope: Scope) throws -> BoundExpression {
        let at = place
        if elements.isEmpty { return BoundExpression(.array([]), nil, isNullable: false, at: at) }
        var bound: [BoundExpression] = []
        for element in elements { bound.append(try bind(element, in: scope)) }
        let (unified, type) = try unify(bound, "the elements of the ARRAY")
        return BoundExpression(.array(unified), .array(type), isNullable: false, at: at)
    }

    private func bindSubscript(
        _ value: SQL.Expression, _ index: SQL.Expression, in scope: Scope
    ) throws -> BoundExpression {
        let whole = try bind(value, in: scope)
        let place = try bind(index, in: scope)
        switch whole.type {
        case .array(let element):
            let number = try convert(place, to: .bigint, for: "the place in an array")
            return BoundExpression(.element(whole, number), element, at: whole.position)
        case .map(let element):
            let key = try convert(place, to: .text, for: "the key of a MAP")
            return BoundExpression(.element(whole, key), element, at: whole.position)
        default:
            throw fail(
                "\(whole.type.words) has no elements", at: value,
                expected: whole.type == .json ? "-> and a number or a key" : "an array or a MAP")
        }
    }

    private func bindField(_ value: SQL.Expression, _ name: SQL.Identifier, in scope: Scope) throws -> BoundExpression {
        // (t).column and (schema.table).column mean the table's.
        if case .column(let table) = value,
            scope.relations.contains(where: { $0.isNamed(table.parts.map(\.name)) })
        {
            return try bindColumn(SQL.ObjectName(table.parts + [name]), in: scope)
        }
        return try field(name, of: bind(value, in: scope))
    }

    private func bindCast(_ value: SQL.Expression, _ name: SQL.TypeName, in scope: Scope) throws -> BoundExpression {
        let bound = try bind(value, in: scope)
        var source = bound.type
        if source == nil, case .constant(.text(let text)) = bound.kind {
            source = ExactDecimal(text).map { LiteralText.type(of: $0) }
        }
        return try convert(bound, to: declared(name, of: source), .explicit)
    }

    // MARK: Choices

    private func bindCase(_ chosen: SQL.CaseWhen, in scope: Scope) throws -> BoundExpression {
        let at = place
        var operand: BoundExpression?
        var conditions: [BoundExpression] = []
        if let written = chosen.operand {
            var compared = [try bind(written, in: scope)]
            for branch in chosen.branches { compared.append(try bind(branch.condition, in: scope)) }
            var (unified, type) = try unify(compared, "the operand of CASE and what follows WHEN", isComparison: true)
            try requireComparable(type, ordered: false, at: unified[0].position)
            operand = unified.removeFirst()
            conditions = unified
        } else {
            for branch in chosen.branches {
                conditions.append(try bindCondition(branch.condition, "what follows WHEN", in: scope))
            }
        }
        var results: [BoundExpression] = []
        for branch in chosen.branches { results.append(try bind(branch.result, in: scope)) }
        if let otherwise = chosen.otherwise { results.append(try bind(otherwise, in: scope)) }
        let (unified, type) = try unify(results, "the branches of CASE")
        let isNullable = chosen.otherwise == nil || unified.contains(where: \.isNullable)
        let branches = zip(conditions, unified).map { BoundExpression.Branch(condition: $0, result: $1) }
        return BoundExpression(
            .caseWhen(
                operand: operand, branches, otherwise: chosen.otherwise == nil ? nil : unified[unified.count - 1]),
            type, isNullable: isNullable, at: at)
    }

    /// Gives expressions a common type.
    func unify(
        _ expressions: [BoundExpression], _ what: String, isComparison: Bool = false
    ) throws -> ([BoundExpression], ColumnType) {
        let known = expressions.compactMap(\.type)
        guard let type = known.isEmpty ? .text : CommonType.unifying(known) else {
            let first = known[0]
            let other = expressions.first { $0.type.map { CommonType.unifying([first, $0]) == nil } ?? false }
            throw fail(
                "\(what) have no common type: \(first) and \((other?.type).words)",
                at: other?.position ?? expressions[0].position, expected: "a CAST of one of them")
        }
        var unified: [BoundExpression] = []
        for expression in expressions {
            let isSame = isComparison && type.kind == .decimal && expression.type?.kind == .decimal
            unified.append(isSame ? expression : try convert(expression, to: type))
        }
        return (unified, type)
    }
}
