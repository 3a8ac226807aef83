import LaminarFormats
import LaminarSQL

/// Operators: signs, arithmetic, comparisons, `||`, AND, OR, NOT.
extension Binder {
    func bindUnary(_ sign: SQL.UnaryOperator, _ operand: SQL.Expression, in scope: Scope) throws -> BoundExpression {
        if sign == .not {
            let value = try bindCondition(operand, "what follows NOT", in: scope)
            return BoundExpression(.not(value), .boolean, isNullable: value.isNullable, at: value.position)
        }
        let value = try bind(operand, in: scope)
        if sign == .minus, case .constant(let number) = value.kind, let negative = negated(number) {
            var folded = value
            folded.kind = .constant(negative)
            return folded
        }
        if sign == .plus {
            guard value.type?.kind.isNumeric ?? false else {
                throw fail("+ before \(value.type.words) means nothing", at: operand, expected: "a number")
            }
            return value
        }
        return try call("-", [value], at: value.position)
    }

    /// The least numbers of a type have no positive counterpart; they are made while the query runs.
    private func negated(_ value: Value) -> Value? {
        switch value {
        case .int(let number) where number != .min: .int(-number)
        case .bigint(let number) where number != .min: .bigint(-number)
        case .decimal(let number): .decimal(ExactDecimal(unscaled: -number.unscaled, scale: number.scale))
        default: nil
        }
    }

    func bindBinary(
        _ symbol: SQL.BinaryOperator, _ left: SQL.Expression, _ right: SQL.Expression, in scope: Scope
    ) throws -> BoundExpression {
        if let comparison = Comparison(rawValue: symbol.rawValue) {
            return try bindComparison(comparison, left, right, in: scope)
        }
        let first = try bind(left, in: scope)
        let at = place
        let second = try bind(right, in: scope)
        return try binary(symbol.rawValue, first, second, at: left.firstPosition ?? at)
    }

    /// An operator of the catalog between two values.
    func binary(
        _ name: String, _ left: BoundExpression, _ right: BoundExpression, at position: SQL.Position
    ) throws -> BoundExpression {
        var left = left
        var right = right
        // REAL beside another number is DOUBLE.
        if let one = left.type, let other = right.type, one.kind.isNumeric, other.kind.isNumeric, one != other,
            [one, other].contains(.real)
        {
            left = try convert(left, to: .double)
            right = try convert(right, to: .double)
        }
        return try call(name, [left, right], at: position)
    }

    // MARK: Chains

    func bindChain(
        _ link: SQL.ChainOperator, _ operands: [SQL.Expression], in scope: Scope
    ) throws -> BoundExpression {
        var bound: [BoundExpression] = []
        for operand in operands {
            bound.append(
                link == .concatenate
                    ? try bind(operand, in: scope)
                    : try bindCondition(operand, "an operand of \(link.rawValue)", in: scope))
        }
        let isNullable = bound.contains(where: \.isNullable)
        switch link {
        case .and: return BoundExpression(.and(bound), .boolean, isNullable: isNullable, at: bound[0].position)
        case .or: return BoundExpression(.or(bound), .boolean, isNullable: isNullable, at: bound[0].position)
        case .concatenate: return try concatenated(bound)
        }
    }

    /// Texts in halves, so that a long chain isn't as deep as it is long; with arrays from left to right.
    private func concatenated(_ operands: [BoundExpression]) throws -> BoundExpression {
        let isText = operands.allSatisfy { operand in
            switch operand.type?.kind {
            case nil, .text, .boolean, .smallint, .int, .bigint, .real, .double, .decimal, .date, .time, .timestamp,
                .interval, .uuid:
                true
            case .bytea, .json, .array, .structure, .map: false
            }
        }
        guard isText, operands.contains(where: { $0.type == .text || $0.type == nil }), operands.count > 2 else {
            guard operands.count <= 200 else {
                throw fail("|| joins 200 values at most here", at: operands[0].position, expected: "fewer of them")
            }
            var joined = operands[0]
            for operand in operands.dropFirst() {
                joined = try binary("||", joined, operand, at: operand.position)
            }
            return joined
        }
        // The first pair decides whether it can be joined at all; then all are texts.
        var texts: [BoundExpression] = []
        for operand in operands {
            texts.append(try convert(operand, to: .text, .explicit))
        }
        return try joined(texts[...])
    }

    private func joined(_ texts: ArraySlice<BoundExpression>) throws -> BoundExpression {
        if texts.count == 1, let only = texts.first { return only }
        let middle = texts.startIndex + texts.count / 2
        return try binary(
            "||", joined(texts[..<middle]), joined(texts[middle...]), at: texts[texts.startIndex].position)
    }

    // MARK: Comparisons

    private func bindComparison(
        _ comparison: Comparison, _ left: SQL.Expression, _ right: SQL.Expression, in scope: Scope
    ) throws -> BoundExpression {
        if case .row(let lefts) = left { return try bindRows(comparison, lefts, right, in: scope) }
        if case .row = right {
            throw fail("a row of values is compared to a single value", at: right, expected: "a row on both sides")
        }
        let first = try bind(left, in: scope)
        let second = try bind(right, in: scope)
        return try compare(comparison, first, second)
    }

    /// A comparison of two values after conversion to a common type.
    func compare(
        _ comparison: Comparison, _ left: BoundExpression, _ right: BoundExpression
    ) throws -> BoundExpression {
        let (first, second) = try comparable(
            left, right, comparison.rawValue, ordered: comparison != .equal && comparison != .notEqual)
        return BoundExpression(
            .compare(comparison, first, second), .boolean, isNullable: first.isNullable || second.isNullable,
            at: left.position)
    }

    /// Two values in the type in which they are compared.
    func comparable(
        _ left: BoundExpression, _ right: BoundExpression, _ symbol: String, ordered: Bool
    ) throws -> (BoundExpression, BoundExpression) {
        guard let one = left.type ?? right.type, let other = right.type ?? left.type else {
            return (try convert(left, to: .text), try convert(right, to: .text))
        }
        guard let type = CommonType.comparing(one, other) else {
            throw fail(
                "\(one) \(symbol) \(other) means nothing", at: left.position,
                expected: other == .text || one == .text
                    ? "a CAST of one side: ::\(one == .text ? other : one)" : "two values of one type")
        }
        try requireComparable(type, ordered: ordered, at: left.position)
        if type.kind == .decimal { return (try decimal(left, type), try decimal(right, type)) }
        return (try convert(left, to: type), try convert(right, to: type))
    }

    /// DECIMALs of different scales compare as they are.
    private func decimal(_ value: BoundExpression, _ type: ColumnType) throws -> BoundExpression {
        if value.type?.kind == .decimal { return value }
        if value.type == nil {
            // A string beside a DECIMAL may have more digits than that one's type.
            if case .constant(.text(let text)) = value.kind, let number = ExactDecimal(text) {
                return try convert(value, to: LiteralText.type(of: number))
            }
            return try convert(value, to: type)
        }
        return try convert(value, to: value.type?.asDecimal ?? type)
    }

    /// Types that have no equality or no order, each with the way out.
    func requireComparable(_ type: ColumnType, ordered: Bool, at position: SQL.Position?) throws {
        switch type.kind {
        case .json:
            throw fail(
                "JSON values can't be compared", at: position, expected: "->> for a part of it, or ::TEXT for its text")
        case .structure: throw fail("a STRUCT can't be compared", at: position, expected: "its fields")
        case .map: throw fail("a MAP can't be compared", at: position, expected: "its values: m['key']")
        case .array where ordered:
            throw fail("arrays have no order here", at: position, expected: "= or <>, or an element")
        default: break
        }
    }

    private func bindRows(
        _ comparison: Comparison, _ lefts: [SQL.Expression], _ right: SQL.Expression, in scope: Scope
    ) throws -> BoundExpression {
        guard case .row(let rights) = right else {
            throw fail("a row of values is compared to a single value", at: right, expected: "a row on both sides")
        }
        guard lefts.count == rights.count, !lefts.isEmpty else {
            throw fail(
                "rows of \(lefts.count) and of \(rights.count) values can't be compared", at: right,
                expected: "as many values on both sides")
        }
        var pairs: [(BoundExpression, BoundExpression)] = []
        for (left, right) in zip(lefts, rights) {
            pairs.append((try bind(left, in: scope), try bind(right, in: scope)))
        }
        return try compareRows(comparison, pairs)
    }

    /// `(a, b) = (c, d)` is `a = c AND b = d`; `(a, b) < (c, d)` is `a < c OR a = c AND b < d`.
    func compareRows(
        _ comparison: Comparison, _ pairs: [(BoundExpression, BoundExpression)]
    ) throws -> BoundExpression {
        func every(_ comparison: Comparison) throws -> [BoundExpression] {
            try pairs.map { try compare(comparison, $0, $1) }
        }
        switch comparison {
        case .equal: return joined(.and, try every(.equal))
        case .notEqual: return joined(.or, try every(.notEqual))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let strict: Comparison = comparison == .less || comparison == .lessOrEqual ? .less : .greater
            var result = try compare(comparison, pairs[pairs.count - 1].0, pairs[pairs.count - 1].1)
            guard pairs.count <= 16 else {
                throw fail(
                    "rows of more than 16 values have no order here", at: pairs[0].0.position, expected: "fewer values")
            }
            for (left, right) in pairs.dropLast().reversed() {
                result = joined(
                    .or, [try compare(strict, left, right), joined(.and, [try compare(.equal, left, right), result])])
            }
            return result
        }
    }

    /// AND or OR of conditions; one alone is itself.
    func joined(_ link: SQL.ChainOperator, _ conditions: [BoundExpression]) -> BoundExpression {
        if conditions.count == 1 { return conditions[0] }
        let isNullable = conditions.contains(where: \.isNullable)
        return BoundExpression(
            link == .or ? .or(conditions) : .and(conditions), .boolean, isNullable: isNullable,
            at: conditions[0].position)
    }
}
