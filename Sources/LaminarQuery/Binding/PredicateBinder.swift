import LaminarFormats
import LaminarSQL

/// IS, BETWEEN, IN, LIKE, and comparisons with the elements of an array.
extension Binder {
    func bindTest(
        _ operand: SQL.Expression, _ test: SQL.IsTest, _ isNegated: Bool, in scope: Scope
    ) throws -> BoundExpression {
        let value =
            test == .null
            ? try settled(bind(operand, in: scope))
            : try bindCondition(operand, "what stands before IS \(test.rawValue)", in: scope)
        return BoundExpression(
            .isTest(value, test, isNegated: isNegated), .boolean, isNullable: false, at: value.position)
    }

    func bindDistinct(
        _ left: SQL.Expression, _ right: SQL.Expression, _ isNegated: Bool, in scope: Scope
    ) throws -> BoundExpression {
        let (first, second) = try comparable(
            bind(left, in: scope), bind(right, in: scope), "IS DISTINCT FROM", ordered: false)
        return BoundExpression(
            .isDistinct(first, second, isNegated: isNegated), .boolean, isNullable: false, at: first.position)
    }

    func bindBetween(_ between: SQL.Between, in scope: Scope) throws -> BoundExpression {
        let value = try bind(between.value, in: scope)
        let low = try bind(between.low, in: scope)
        let high = try bind(between.high, in: scope)
        // Each bound has its own common type with the value; where they differ, two comparisons say the same.
        let (first, least) = try comparable(value, low, "BETWEEN", ordered: true)
        let (second, greatest) = try comparable(value, high, "BETWEEN", ordered: true)
        let isNullable = [value, low, high].contains(where: \.isNullable)
        if first.type?.kind == second.type?.kind {
            return BoundExpression(
                .between(
                    first, low: least, high: greatest, isSymmetric: between.isSymmetric, isNegated: between.isNegated),
                .boolean, isNullable: isNullable, at: value.position)
        }
        func within(_ low: BoundExpression, _ high: BoundExpression) throws -> BoundExpression {
            joined(.and, [try compare(.greaterOrEqual, value, low), try compare(.lessOrEqual, value, high)])
        }
        var inside = try within(low, high)
        if between.isSymmetric { inside = joined(.or, [inside, try within(high, low)]) }
        return between.isNegated
            ? BoundExpression(.not(inside), .boolean, isNullable: isNullable, at: value.position) : inside
    }

    func bindInList(
        _ value: SQL.Expression, _ list: [SQL.Expression], _ isNegated: Bool, in scope: Scope
    ) throws -> BoundExpression {
        if case .row(let values) = value { return try bindRowInList(values, list, isNegated, in: scope) }
        let first = try bind(value, in: scope)
        var others: [BoundExpression] = []
        for element in list { others.append(try bind(element, in: scope)) }
        let isNullable = first.isNullable || others.contains(where: \.isNullable)
        // With numbers of several types each pair is compared by itself, as x = a OR x = b is.
        var type = first.type ?? others.compactMap(\.type).first ?? .text
        for other in others {
            guard let known = other.type else { continue }
            guard let next = CommonType.comparing(type, known) else {
                throw fail(
                    "\(type) and \(known) can't be compared by IN", at: other.position,
                    expected: "a CAST of one of them")
            }
            type = next
        }
        try requireComparable(type, ordered: false, at: first.position)
        let isExact =
            type.kind != .double || ([first] + others).allSatisfy { $0.type == nil || $0.type?.kind != .decimal }
        guard isExact else {
            var tests: [BoundExpression] = []
            for other in others { tests.append(try compare(.equal, first, other)) }
            let any = joined(.or, tests)
            return isNegated ? BoundExpression(.not(any), .boolean, isNullable: isNullable, at: first.position) : any
        }
        let left = try comparedAs(type, first)
        let right = try others.map { try comparedAs(type, $0) }
        return BoundExpression(
            .inList(left, right, isNegated: isNegated), .boolean, isNullable: isNullable, at: first.position)
    }

    private func comparedAs(_ type: ColumnType, _ value: BoundExpression) throws -> BoundExpression {
        if type.kind == .decimal {
            if value.type?.kind == .decimal { return value }
            if let exact = value.type?.asDecimal { return try convert(value, to: exact) }
        }
        return try convert(value, to: type)
    }

    private func bindRowInList(
        _ values: [SQL.Expression], _ list: [SQL.Expression], _ isNegated: Bool, in scope: Scope
    ) throws -> BoundExpression {
        var bound: [BoundExpression] = []
        for value in values { bound.append(try bind(value, in: scope)) }
        var tests: [BoundExpression] = []
        for element in list {
            guard case .row(let others) = element, others.count == values.count else {
                throw fail(
                    "a row of \(values.count) values is compared to something else", at: element,
                    expected: "rows of \(values.count) values in the list")
            }
            var pairs: [(BoundExpression, BoundExpression)] = []
            for (value, other) in zip(bound, others) { pairs.append((value, try bind(other, in: scope))) }
            tests.append(try compareRows(.equal, pairs))
        }
        let any = joined(.or, tests)
        return isNegated
            ? BoundExpression(.not(any), .boolean, isNullable: any.isNullable, at: any.position) : any
    }

    func bindLike(_ like: SQL.Like, in scope: Scope) throws -> BoundExpression {
        let word = like.ignoresCase ? "ILIKE" : "LIKE"
        let value = try bind(like.value, in: scope)
        guard value.type == nil || value.type == .text else {
            throw fail("\(word) compares TEXT, not \(value.type.words)", at: like.value, expected: "a CAST: ::TEXT")
        }
        let pattern = try bind(like.pattern, in: scope)
        let escape = try like.escape.map { try bind($0, in: scope) }
        if case .constant(.text(let text)) = escape?.kind, text.unicodeScalars.count > 1 {
            throw fail("ESCAPE takes one character", at: like.value, expected: "ESCAPE '\\', say, or '' for none")
        }
        let operands = [value, pattern] + [escape].compactMap { $0 }
        return BoundExpression(
            .like(
                try convert(value, to: .text), pattern: try convert(pattern, to: .text, for: "a pattern"),
                escape: try escape.map { try convert($0, to: .text, for: "the character of ESCAPE") },
                ignoresCase: like.ignoresCase, isNegated: like.isNegated),
            .boolean, isNullable: operands.contains(where: \.isNullable), at: value.position)
    }

    // MARK: ANY and ALL

    func bindQuantified(_ quantified: SQL.Quantified, in scope: Scope) throws -> BoundExpression {
        guard let comparison = Comparison(rawValue: quantified.comparison.rawValue) else {
            throw fail(
                "\(quantified.comparison.rawValue) is no comparison", at: quantified.value, expected: "= or <, say")
        }
        switch quantified.operand {
        case .query(let query): return try bindQuantifiedQuery(quantified, comparison, query, in: scope)
        case .array(.array(let elements)) where !elements.isEmpty:
            return try bindQuantifiedList(quantified, comparison, elements, in: scope)
        case .array(let expression): return try bindQuantifiedArray(quantified, comparison, expression, in: scope)
        }
    }

    /// The elements are written out: a chain of comparisons.
    private func bindQuantifiedList(
        _ quantified: SQL.Quantified, _ comparison: Comparison, _ elements: [SQL.Expression], in scope: Scope
    ) throws -> BoundExpression {
        if comparison == .equal, !quantified.isAll {
            return try bindInList(quantified.value, elements, false, in: scope)
        }
        let value = try bind(quantified.value, in: scope)
        var tests: [BoundExpression] = []
        for element in elements { tests.append(try compare(comparison, value, bind(element, in: scope))) }
        return joined(quantified.isAll ? .and : .or, tests)
    }

    private func bindQuantifiedArray(
        _ quantified: SQL.Quantified, _ comparison: Comparison, _ expression: SQL.Expression, in scope: Scope
    ) throws -> BoundExpression {
        let value = try bind(quantified.value, in: scope)
        let array = try bind(expression, in: scope)
        guard case .array(let element) = array.type else {
            throw fail(
                "\(quantified.isAll ? "ALL" : "ANY") takes an array or a query, not \(array.type.words)",
                at: expression, expected: "ARRAY[…] or (SELECT …)")
        }
        let one = BoundExpression(.constant(.null), element)
        let (left, right) = try comparable(
            value, one, comparison.rawValue, ordered: comparison != .equal && comparison != .notEqual)
        guard right.type?.kind == element.kind else {
            throw fail(
                "\(value.type.words) is compared to elements of type \(element)", at: quantified.value,
                expected: "a CAST to \(element)")
        }
        return BoundExpression(
            .quantifiedArray(left, comparison, isAll: quantified.isAll, array), .boolean, at: left.position)
    }
}
