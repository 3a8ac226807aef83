/// Random expressions that both engines read, by their type.
///
/// Numbers stay small and divisors aren't zero, so that few statements end in an error, which would hide what they compute.
struct ExpressionGenerator {
    enum Kind: CaseIterable { case int, double, decimal, text, boolean, date, timestamp }

    struct Column {
        var sql: String
        var kind: Kind
        /// Extremes, for comparisons only.
        var isWild = false
    }

    var dice: Dice
    var columns: [Column] = []
    /// A subquery of one column of a kind; nil where none may stand.
    var subquery: ((inout Dice, Kind) -> String)?

    init(dice: Dice) { self.dice = dice }

    mutating func expression(_ kind: Kind, _ depth: Int) -> String {
        if depth <= 0 || dice.one(in: 4) { return leaf(kind) }
        if dice.one(in: 9) { return choice(kind, depth - 1) }
        switch kind {
        case .int: return int(depth - 1)
        case .double: return double(depth - 1)
        case .decimal: return decimal(depth - 1)
        case .text: return text(depth - 1)
        case .boolean: return boolean(depth - 1)
        case .date: return date(depth - 1)
        case .timestamp: return timestamp(depth - 1)
        }
    }

    private mutating func leaf(_ kind: Kind) -> String {
        let fitting = columns.filter { $0.kind == kind && !$0.isWild }
        if !fitting.isEmpty, !dice.one(in: 4) { return dice.pick(fitting).sql }
        return literal(kind)
    }

    mutating func literal(_ kind: Kind) -> String {
        if dice.one(in: 12) { return "NULL::\(name(kind))" }
        switch kind {
        case .int: return String(dice.below(12) - 3)
        case .double: return "'\(dice.pick(["0.5", "2", "-1.25", "100"]))'::DOUBLE"
        case .decimal: return dice.pick(["1.5", "0.25", "10.00", "(-3.125)", "2.0"])
        case .text: return dice.pick(["'a'", "''", "'zoë'", "'日本'", "'B'", "'it''s'", "'%'", "'😀'"])
        case .boolean: return dice.pick(["TRUE", "FALSE"])
        case .date: return dice.pick(["DATE '2023-12-15'", "DATE '2024-01-01'", "DATE '1999-02-28'"])
        case .timestamp: return dice.pick(["TIMESTAMP '2024-01-01 00:00:00'", "TIMESTAMP '2023-12-31 23:59:59.5'"])
        }
    }

    func name(_ kind: Kind) -> String {
        switch kind {
        case .int: "INT"
        case .double: "DOUBLE"
        case .decimal: "DECIMAL(8, 2)"
        case .text: "TEXT"
        case .boolean: "BOOLEAN"
        case .date: "DATE"
        case .timestamp: "TIMESTAMP"
        }
    }

    // MARK: By kind

    private mutating func choice(_ kind: Kind, _ depth: Int) -> String {
        let a = expression(kind, depth)
        let b = expression(kind, depth)
        switch dice.below(6) {
        case 0: return "coalesce(\(a), \(b))"
        case 1: return "nullif(\(a), \(b))"
        case 2 where kind != .boolean: return "greatest(\(a), \(b), \(leaf(kind)))"
        case 3 where kind != .boolean: return "least(\(a), \(b))"
        case 4: return "CASE WHEN \(expression(.boolean, depth)) THEN \(a) ELSE \(b) END"
        default:
            let operand = expression(.int, depth)
            return "CASE \(operand) WHEN \(literal(.int)) THEN \(a) WHEN \(leaf(.int)) THEN \(b) END"
        }
    }

    private mutating func int(_ depth: Int) -> String {
        switch dice.below(13) {
        case 0, 1: return "(\(expression(.int, depth)) + \(expression(.int, depth)))"
        case 2: return "(\(expression(.int, depth)) - \(expression(.int, depth)))"
        case 3: return "(\(leaf(.int)) * \(leaf(.int)))"
        case 4: return "(\(expression(.int, depth)) / \(dice.pick(["2", "3", "(-2)", "7"])))"
        case 5: return "(\(expression(.int, depth)) % \(dice.pick(["2", "3", "(-2)", "7"])))"
        case 6: return "abs(\(expression(.int, depth)))"
        case 7: return "CAST(length(\(expression(.text, depth))) AS INT)"
        case 8: return "CAST(strpos(\(expression(.text, depth)), \(leaf(.text))) AS INT)"
        case 9:
            return
                "CAST(extract(\(dice.pick(["year", "month", "day", "doy", "quarter", "week", "isodow", "dow"])) FROM \(expression(.date, depth))) AS INT)"
        case 10: return "CAST(extract(\(dice.pick(["hour", "minute"])) FROM \(expression(.timestamp, depth))) AS INT)"
        case 11: return "CAST(\(expression(.boolean, depth)) AS INT)"
        default: return "CAST(\(expression(.date, depth)) - \(leaf(.date)) AS INT)"
        }
    }

    private mutating func double(_ depth: Int) -> String {
        switch dice.below(9) {
        case 0: return "(\(expression(.double, depth)) + \(expression(.double, depth)))"
        case 1: return "(\(expression(.double, depth)) - \(expression(.int, depth)))"
        case 2: return "(\(expression(.double, depth)) * \(leaf(.double)))"
        case 3: return "(\(expression(.double, depth)) / \(dice.pick(["2", "0.5", "'3'::DOUBLE"])))"
        case 4: return "abs(\(expression(.double, depth)))"
        case 5: return "sqrt(abs(\(expression(.double, depth))))"
        case 6: return dice.pick(["floor", "ceil"]) + "(\(expression(.double, depth)))"
        case 7: return "CAST(\(expression(dice.pick([.int, .decimal]), depth)) AS DOUBLE)"
        default: return "CAST(extract(epoch FROM \(expression(.timestamp, depth))) AS DOUBLE)"
        }
    }

    private mutating func decimal(_ depth: Int) -> String {
        switch dice.below(8) {
        case 0: return "(\(expression(.decimal, depth)) + \(expression(.decimal, depth)))"
        case 1: return "(\(expression(.decimal, depth)) - \(expression(.int, depth)))"
        case 2: return "(\(leaf(.decimal)) * \(leaf(.decimal)))"
        case 3: return "abs(\(expression(.decimal, depth)))"
        case 4: return "round(\(leaf(.decimal)), 1)"
        case 5: return dice.pick(["floor", "ceil"]) + "(\(leaf(.decimal)))"
        case 6: return "(-\(expression(.decimal, depth)))"
        default: return "CAST(\(expression(.int, depth)) AS DECIMAL(14, 2))"
        }
    }

    private mutating func text(_ depth: Int) -> String {
        switch dice.below(14) {
        case 0: return dice.pick(["lower", "upper", "trim", "ltrim", "rtrim"]) + "(\(expression(.text, depth)))"
        case 1, 2: return "(\(expression(.text, depth)) || \(expression(.text, depth)))"
        case 3: return "(\(expression(.text, depth)) || \(expression(dice.pick([.int, .decimal, .boolean]), depth)))"
        case 4:
            return
                "substring(\(expression(.text, depth)), \(dice.pick(["1", "2", "3"])), \(dice.pick(["0", "1", "2", "9"])))"
        case 5: return "substring(\(expression(.text, depth)), \(dice.pick(["1", "2", "4"])))"
        case 6: return "replace(\(expression(.text, depth)), \(dice.pick(["'a'", "'b'", "'日'"])), \(leaf(.text)))"
        case 7:
            return dice.pick(["left", "right"])
                + "(\(expression(.text, depth)), \(dice.pick(["0", "1", "2", "(-1)", "10"])))"
        case 8:
            return dice.pick(["lpad", "rpad"])
                + "(\(expression(.text, depth)), \(dice.pick(["1", "3", "6"])), \(dice.pick(["'x'", "'éa'"])))"
        case 9: return "CAST(\(expression(dice.pick([.int, .decimal, .boolean, .date]), depth)) AS TEXT)"
        case 10: return "concat(\(expression(.text, depth)), \(leaf(.text)), \(leaf(.int)))"
        case 11: return "repeat(\(leaf(.text)), \(dice.pick(["0", "2", "3"])))"
        case 12:
            return "split_part(\(expression(.text, depth)), \(dice.pick(["'a'", "' '"])), \(dice.pick(["1", "2"])))"
        default: return "reverse(\(leaf(.text)))"
        }
    }

    private mutating func boolean(_ depth: Int) -> String {
        switch dice.below(14) {
        case 0, 1, 2, 3:
            let kind = dice.pick(Kind.allCases)
            return
                "(\(expression(kind, depth)) \(dice.pick(["=", "<>", "<", "<=", ">", ">="])) \(expression(kind, depth)))"
        case 4: return "(\(expression(.boolean, depth)) \(dice.pick(["AND", "OR"])) \(expression(.boolean, depth)))"
        case 5: return "(NOT \(expression(.boolean, depth)))"
        case 6: return "(\(expression(dice.pick(Kind.allCases), depth)) IS \(dice.pick(["", "NOT "]))NULL)"
        case 7:
            let kind = dice.pick([Kind.int, .double, .text, .date, .decimal, .timestamp])
            return "(\(expression(kind, depth)) \(dice.pick(["", "NOT "]))BETWEEN \(leaf(kind)) AND \(leaf(kind)))"
        case 8:
            let kind = dice.pick([Kind.int, .text, .date, .decimal])
            return
                "(\(expression(kind, depth)) \(dice.pick(["", "NOT "]))IN (\(leaf(kind)), \(leaf(kind)), \(literal(kind))))"
        case 9:
            return
                "(\(expression(.text, depth)) \(dice.pick(["", "NOT "]))\(dice.pick(["LIKE", "ILIKE"])) \(dice.pick(["'a%'", "'%B%'", "'_'", "'%'", "'%é%'", "''", "'a_b'"])))"
        case 10:
            let kind = dice.pick(Kind.allCases)
            return "(\(expression(kind, depth)) IS \(dice.pick(["", "NOT "]))DISTINCT FROM \(expression(kind, depth)))"
        case 11:
            return "((\(expression(.boolean, depth))) IS \(dice.pick(["", "NOT "]))\(dice.pick(["TRUE", "FALSE"])))"
        case 12: return wild() ?? "starts_with(\(expression(.text, depth)), \(leaf(.text)))"
        default:
            let kind = dice.pick([Kind.int, .text, .date])
            guard let inner = subquery?(&dice, kind) else { return expression(.boolean, depth) }
            switch dice.below(5) {
            case 0: return "\(dice.pick(["", "NOT "]))EXISTS (\(inner))"
            case 1: return "(\(leaf(kind)) \(dice.pick(["<", ">=", "<>"])) \(dice.pick(["ANY", "ALL"])) (\(inner)))"
            default: return "(\(expression(kind, depth)) \(dice.pick(["", "NOT "]))IN (\(inner)))"
            }
        }
    }

    private mutating func wild() -> String? {
        let columns = columns.filter(\.isWild)
        guard !columns.isEmpty else { return nil }
        let limit = dice.pick(["0", "9223372036854775807", "4611686018427387904", "1.5", "-9223372036854775807", "1e3"])
        return "(\(dice.pick(columns).sql) \(dice.pick(["=", "<", ">="])) \(limit))"
    }

    private mutating func date(_ depth: Int) -> String {
        switch dice.below(3) {
        case 0: return "(\(expression(.date, depth)) + \(leaf(.int)))"
        case 1: return "CAST(\(expression(.timestamp, depth)) AS DATE)"
        default: return "(\(expression(.date, depth)) - \(dice.pick(["1", "30", "365"])))"
        }
    }

    private mutating func timestamp(_ depth: Int) -> String {
        switch dice.below(4) {
        case 0:
            let unit = dice.pick(["second", "minute", "hour", "day", "week", "month", "quarter", "year"])
            return "date_trunc('\(unit)', \(expression(.timestamp, depth)))"
        case 1:
            let span = dice.pick(["1 hour", "1 day", "1 month", "90 minutes", "1 year", "13 months"])
            return "(\(expression(.timestamp, depth)) \(dice.pick(["+", "-"])) INTERVAL '\(span)')"
        case 2: return "CAST(\(expression(.date, depth)) AS TIMESTAMP)"
        default: return "(\(expression(.date, depth)) + INTERVAL '\(dice.pick(["1 day", "2 hours", "1 month"]))')"
        }
    }
}
