internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL

// Operators and conditions.
extension FlinkDialect {
    mutating func unary(_ sign: SQL.UnaryOperator, _ operand: SQL.Expression, _ scope: FlinkScope) -> FlinkPiece {
        let piece = expression(operand, scope)
        switch sign {
        case .not: return FlinkPiece("NOT \(piece.operand)", .boolean, isAtom: false)
        case .minus, .plus: return FlinkPiece("\(sign.rawValue)\(piece.operand)", piece.type, isAtom: false)
        }
    }

    mutating func binary(
        _ symbol: SQL.BinaryOperator, _ left: SQL.Expression, _ right: SQL.Expression, _ scope: FlinkScope
    ) -> FlinkPiece {
        switch symbol {
        case .member: return member(left, right, scope, asText: false)
        case .memberText: return member(left, right, scope, asText: true)
        case .power:
            let (base, exponent) = (expression(left, scope), expression(right, scope))
            return FlinkPiece("POWER(\(base.text), \(exponent.text))", .double)
        case .add, .subtract:
            if let moved = moved(symbol, left, right, scope) { return moved }
        default: break
        }
        let (first, second) = (expression(left, scope), expression(right, scope))
        switch symbol {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            if [first.type, second.type].contains(.json) {
                return refused("JSON isn't compared: take a field as text by ->>")
            }
            return FlinkPiece(
                "\(literal(first, like: second)) \(symbol.rawValue) \(literal(second, like: first))", .boolean,
                isAtom: false)
        default:
            if first.isInstant || second.isInstant || first.type == .date || second.type == .date {
                return difference(symbol, first, second)
            }
            if symbol == .divide, let quotient = Self.quotient(first, second) { return quotient }
            return FlinkPiece(
                "\(first.operand) \(symbol.rawValue) \(second.operand)",
                Self.arithmetic(symbol, first.type, second.type),
                isAtom: false)
        }
    }

    /// A string that is compared with something of another type is one of that type, as in PostgreSQL.
    private func literal(_ piece: FlinkPiece, like other: FlinkPiece) -> String {
        guard piece.text.hasPrefix("'"), piece.type == .text, let type = other.type, type != .text,
            let name = FlinkType.inQuery(type)
        else { return piece.operand }
        // Flink reads an instant in the session's zone and without a Z.
        if type == .timestamp, let instant = Timestamp(String(piece.text.dropFirst().dropLast())) {
            return "CAST(\(FlinkText.string(Self.wallClock(instant))) AS \(name))"
        }
        return "CAST(\(piece.text) AS \(name))"
    }

    private mutating func difference(
        _ symbol: SQL.BinaryOperator, _ left: FlinkPiece, _ right: FlinkPiece
    ) -> FlinkPiece {
        switch (symbol, left.type, right.type) {
        case (.subtract, .date?, .date?): return FlinkPiece("TIMESTAMPDIFF(DAY, \(right.text), \(left.text))", .int)
        case (.add, .date?, .smallint?), (.add, .date?, .int?):
            return FlinkPiece("CAST(TIMESTAMPADD(DAY, \(right.text), \(left.text)) AS DATE)", .date)
        case (.subtract, .date?, .smallint?), (.subtract, .date?, .int?):
            return FlinkPiece("CAST(TIMESTAMPADD(DAY, -\(right.operand), \(left.text)) AS DATE)", .date)
        default:
            return refused(
                "the difference of two instants is an INTERVAL, which Flink's queries don't carry: write "
                    + "EXTRACT(EPOCH FROM (a - b)), or compare a with b + INTERVAL '…'")
        }
    }

    /// A DECIMAL divided, with as many digits as it has here, where Flink's rule leaves six of wide ones; nil for
    /// other types.
    ///
    /// - Note: Flink, "Data Types", DECIMAL: a quotient of (p1, s1) and (p2, s2) has s = max(6, s1 + p2 + 1) digits behind
    ///   the point, and where p1 - s1 + s2 + s is beyond 38 only what that leaves, six at least.
    private static func quotient(_ left: FlinkPiece, _ right: FlinkPiece) -> FlinkPiece? {
        guard case .decimal? = arithmetic(.divide, left.type, right.type),
            case .decimal(_, let scale)? = left.type?.asDecimal, case .decimal(_, let other)? = right.type?.asDecimal
        else { return nil }
        let digits = max(FunctionCatalog.quotientScale, scale)
        return FlinkPiece(
            "CAST(\(left.text) AS DECIMAL(38, \(digits))) / \(right.operand)",
            .decimal(precision: 38, scale: max(6, digits - other)), isAtom: false)
    }

    /// The type of a sum or product; nil where it isn't known.
    static func arithmetic(
        _ symbol: SQL.BinaryOperator, _ left: ColumnType?, _ right: ColumnType?
    ) -> ColumnType? {
        guard let left, let right else { return nil }
        let order: [ColumnType] = [.smallint, .int, .bigint]
        if let first = order.firstIndex(of: left), let second = order.firstIndex(of: right) {
            return order[max(first, second)]
        }
        if left == .double || right == .double || left == .real || right == .real { return .double }
        guard case .decimal(_, let scale) = left.asDecimal, case .decimal(_, let other) = right.asDecimal else {
            return nil
        }
        return .decimal(precision: 38, scale: min(38, symbol == .multiply ? scale + other : max(scale, other)))
    }

    mutating func chain(
        _ link: SQL.ChainOperator, _ operands: [SQL.Expression], _ scope: FlinkScope
    ) -> FlinkPiece {
        guard link == .concatenate else {
            let texts = operands.map { expression($0, scope).operand }
            return FlinkPiece(texts.joined(separator: " \(link.rawValue) "), .boolean, isAtom: false)
        }
        let texts = operands.map { operand -> String in
            let piece = expression(operand, scope)
            return piece.type == .text || piece.type == nil ? piece.operand : cast(piece, to: .text).text
        }
        return FlinkPiece(texts.joined(separator: " || "), .text, isAtom: false)
    }

    // MARK: Conditions

    mutating func predicate(_ condition: SQL.Expression, _ scope: FlinkScope) -> FlinkPiece {
        switch condition {
        case .isTest(let value, let test, let isNegated):
            let words = isNegated ? "IS NOT" : "IS"
            return FlinkPiece("\(expression(value, scope).operand) \(words) \(test.rawValue)", .boolean, isAtom: false)
        case .isDistinct(let left, let right, let isNegated):
            let (first, second) = (expression(left, scope).operand, expression(right, scope).operand)
            return FlinkPiece(
                "\(first) IS \(isNegated ? "NOT " : "")DISTINCT FROM \(second)", .boolean, isAtom: false)
        case .between(let between): return self.between(between, scope)
        case .inList(let value, let list, let isNegated):
            let piece = expression(value, scope)
            let texts = list.map { element in
                let other = expression(element, scope)
                return literal(other, like: piece)
            }
            return FlinkPiece(
                "\(piece.operand) \(isNegated ? "NOT " : "")IN (\(texts.joined(separator: ", ")))", .boolean,
                isAtom: false)
        case .inQuery(let value, let query, let isNegated):
            let piece = expression(value, scope).operand
            return FlinkPiece(
                "\(piece) \(isNegated ? "NOT " : "")IN (\(self.query(query, scope).text))", .boolean, isAtom: false)
        case .like(let like): return self.like(like, scope)
        case .quantified(let quantified): return self.quantified(quantified, scope)
        default: return refused("a condition that isn't known")
        }
    }

    private mutating func between(_ between: SQL.Between, _ scope: FlinkScope) -> FlinkPiece {
        let value = expression(between.value, scope)
        let (low, high) = (expression(between.low, scope), expression(between.high, scope))
        let words = (between.isNegated ? "NOT " : "") + "BETWEEN " + (between.isSymmetric ? "SYMMETRIC " : "")
        return FlinkPiece(
            "\(value.operand) \(words)\(literal(low, like: value)) AND \(literal(high, like: value))", .boolean,
            isAtom: false)
    }

    /// Flink's LIKE has no escape unless it is told one; PostgreSQL's is a backslash.
    private mutating func like(_ like: SQL.Like, _ scope: FlinkScope) -> FlinkPiece {
        let (value, pattern) = (expression(like.value, scope), expression(like.pattern, scope))
        let escape = like.escape.map { expression($0, scope).text } ?? "'\\'"
        let words = like.isNegated ? "NOT LIKE" : "LIKE"
        guard like.ignoresCase else {
            return FlinkPiece(
                "\(value.operand) \(words) \(pattern.operand) ESCAPE \(escape)", .boolean, isAtom: false)
        }
        return FlinkPiece(
            "LOWER(\(value.text)) \(words) LOWER(\(pattern.text)) ESCAPE \(escape)", .boolean, isAtom: false)
    }

    private mutating func quantified(_ quantified: SQL.Quantified, _ scope: FlinkScope) -> FlinkPiece {
        let value = expression(quantified.value, scope).operand
        switch quantified.operand {
        case .query(let query):
            let inner = self.query(query, scope).text
            return FlinkPiece(
                "\(value) \(quantified.comparison.rawValue) \(quantified.isAll ? "ALL" : "ANY") (\(inner))", .boolean,
                isAtom: false)
        case .array(.array(let elements)) where quantified.comparison == .equal && !quantified.isAll:
            return FlinkPiece("\(value) IN (\(list(elements, scope)))", .boolean, isAtom: false)
        case .array:
            return refused(
                "ANY and ALL over an array: Flink takes a query there; write IN (…) or CROSS JOIN UNNEST by hand")
        }
    }

    mutating func caseWhen(_ value: SQL.CaseWhen, _ scope: FlinkScope) -> FlinkPiece {
        var text = "CASE"
        if let operand = value.operand { text += " \(expression(operand, scope).text)" }
        var type: ColumnType?
        for branch in value.branches {
            let result = expression(branch.result, scope)
            type = type ?? result.type
            text += " WHEN \(expression(branch.condition, scope).text) THEN \(result.text)"
        }
        if let otherwise = value.otherwise {
            let result = expression(otherwise, scope)
            type = type ?? result.type
            text += " ELSE \(result.text)"
        }
        return FlinkPiece(text + " END", type)
    }
}

extension ColumnType {
    /// The decimal type that holds a number's digits; nil where there is none.
    var asDecimal: ColumnType? {
        switch self {
        case .smallint, .int, .bigint: .decimal(precision: 19, scale: 0)
        case .decimal: self
        default: nil
        }
    }
}
