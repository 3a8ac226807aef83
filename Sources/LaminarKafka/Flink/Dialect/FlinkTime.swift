internal import LaminarFormats
internal import LaminarSQL

// Instants, dates and intervals.
extension FlinkDialect {
    /// `x + INTERVAL '…'` and `x - INTERVAL '…'`; nil where neither operand is an interval.
    ///
    /// PostgreSQL adds months, then days, then the rest. TIMESTAMPADD takes numbers of any size, where Flink's own
    /// literals hold two digits.
    mutating func moved(
        _ symbol: SQL.BinaryOperator, _ left: SQL.Expression, _ right: SQL.Expression, _ scope: FlinkScope
    ) -> FlinkPiece? {
        let (value, text): (SQL.Expression, String)
        switch (left, right) {
        case (_, .interval(let interval, _)): (value, text) = (left, interval)
        case (.interval(let interval, _), _) where symbol == .add: (value, text) = (right, interval)
        default: return nil
        }
        guard let interval = CalendarInterval(text) else { return refused("INTERVAL '\(text)' isn't an interval") }
        let (seconds, rest) = interval.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        guard Int32(exactly: seconds) != nil else {
            return refused("INTERVAL '\(text)': Flink counts seconds up to 2,147,483,647; write days")
        }
        guard rest % 1000 == 0 else {
            return refused("INTERVAL '\(text)': Flink's intervals have milliseconds at most")
        }
        let base = expression(value, scope)
        let factor: Int64 = symbol == .subtract ? -1 : 1
        var result = base.type == .date ? "CAST(\(base.text) AS TIMESTAMP_LTZ(6))" : base.text
        for (unit, count) in [
            ("MONTH", Int64(interval.months)), ("DAY", Int64(interval.days)), ("SECOND", seconds),
        ] where count != 0 {
            result = "TIMESTAMPADD(\(unit), \(factor * count), \(result))"
        }
        if rest != 0 {
            let milliseconds = String(abs(rest) / 1000)
            let digits = String(repeating: "0", count: 3 - milliseconds.count) + milliseconds
            let sign = (rest < 0) != (factor < 0) ? "-" : "+"
            return FlinkPiece("\(result) \(sign) INTERVAL '0.\(digits)' SECOND", .timestamp, isAtom: false)
        }
        return FlinkPiece(result, .timestamp)
    }

    /// Words of DATE_TRUNC that Flink's FLOOR has.
    private static let floors = [
        "microsecond", "millisecond", "second", "minute", "hour", "day", "month", "quarter", "year",
    ]

    /// `DATE_TRUNC('minute', x)`: FLOOR, whose week begins on a Sunday where PostgreSQL's begins on a Monday.
    mutating func dateTrunc(_ arguments: [SQL.Expression], _ scope: FlinkScope) -> FlinkPiece {
        guard arguments.count == 2, case .literal(.string(let written), _) = arguments[0] else {
            return refused("DATE_TRUNC takes a unit that is written out, and an instant")
        }
        var unit = written.lowercased()
        if unit.hasSuffix("s") { unit.removeLast() }
        let value = expression(arguments[1], scope)
        let instant = value.type == .date ? "CAST(\(value.text) AS TIMESTAMP_LTZ(6))" : value.text
        if unit == "week" {
            return FlinkPiece(
                "TIMESTAMPADD(DAY, 1, FLOOR(TIMESTAMPADD(DAY, -1, \(instant)) TO WEEK))", .timestamp)
        }
        guard Self.floors.contains(unit) else { return refused("DATE_TRUNC('\(written)', …): Flink has no such unit") }
        return FlinkPiece("FLOOR(\(instant) TO \(unit.uppercased()))", .timestamp)
    }

    // MARK: Parts

    /// `EXTRACT(field FROM x)`, which is a DECIMAL as in PostgreSQL, where Flink's is a BIGINT, whose quotients are whole.
    mutating func extract(_ field: String, _ value: SQL.Expression, _ scope: FlinkScope) -> FlinkPiece {
        let part = part(field, value, scope)
        guard part.type == .bigint else { return part }
        return FlinkPiece("CAST(\(part.text) AS DECIMAL(38, 0))", .decimal(precision: 38, scale: 0))
    }

    /// `DATE_PART('field', x)`, which is a DOUBLE.
    mutating func datePart(_ arguments: [SQL.Expression], _ scope: FlinkScope) -> FlinkPiece {
        guard arguments.count == 2, case .literal(.string(let field), _) = arguments[0] else {
            return refused("DATE_PART takes a part that is written out, and an instant")
        }
        let part = part(field.lowercased(), arguments[1], scope)
        guard part.type != nil else { return part }
        return FlinkPiece("CAST(\(part.text) AS DOUBLE)", .double)
    }

    private mutating func part(_ field: String, _ value: SQL.Expression, _ scope: FlinkScope) -> FlinkPiece {
        if field == "epoch" { return epoch(value, scope) }
        let piece = expression(value, scope)
        switch field {
        case "year", "quarter", "month", "week", "day", "doy", "isodow", "hour", "minute":
            return FlinkPiece("EXTRACT(\(field.uppercased()) FROM \(piece.text))", .bigint)
        case "dow": return FlinkPiece("EXTRACT(DOW FROM \(piece.text)) - 1", .bigint, isAtom: false)
        case "second":
            return FlinkPiece(
                "CAST(EXTRACT(SECOND FROM \(piece.text)) + EXTRACT(MICROSECOND FROM \(piece.text)) * 0.000001 AS "
                    + "DECIMAL(8, 6))", .decimal(precision: 8, scale: 6))
        case "milliseconds", "microseconds":
            return refused("EXTRACT(\(field.uppercased()) …): write EXTRACT(SECOND …) times the number")
        default: return refused("EXTRACT(\(field.uppercased()) …): Flink has no such part")
        }
    }

    /// Seconds since 1970 with their fraction; of a difference, the seconds between.
    private mutating func epoch(_ value: SQL.Expression, _ scope: FlinkScope) -> FlinkPiece {
        if case .binary(.subtract, let left, let right) = value {
            let (first, second) = (expression(left, scope), expression(right, scope))
            if first.isInstant, second.isInstant {
                return FlinkPiece(
                    "\(Self.seconds(first.text)) - \(Self.seconds(second.text))", .decimal(precision: 38, scale: 6),
                    isAtom: false)
            }
        }
        let piece = expression(value, scope)
        switch piece.type {
        case .timestamp?: return FlinkPiece(Self.seconds(piece.text), .decimal(precision: 38, scale: 6))
        case .date?:
            return FlinkPiece(
                "CAST(EXTRACT(EPOCH FROM \(piece.text)) AS DECIMAL(38, 6))", .decimal(precision: 38, scale: 6))
        default:
            return refused(
                "EXTRACT(EPOCH FROM …) of something that isn't known to be an instant: CAST it AS TIMESTAMP first")
        }
    }

    private static func seconds(_ instant: String) -> String {
        "CAST(EXTRACT(EPOCH FROM \(instant)) + EXTRACT(MICROSECOND FROM \(instant)) * 0.000001 AS DECIMAL(38, 6))"
    }
}
