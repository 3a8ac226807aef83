import LaminarFormats
package import LaminarStore

extension GroupedPlan.Merge {
    /// The state that comes of two, in stored form; NULL adds nothing.
    ///
    /// - Throws: ``QueryError`` with code `outOfRange` where a sum doesn't fit into its type.
    package func merged(_ state: SQLiteValue, _ other: SQLiteValue) throws(QueryError) -> SQLiteValue {
        if other == .null { return state }
        if state == .null { return other }
        switch (self, state, other) {
        case (.count, .integer(let left), .integer(let right)), (.addIntegers, .integer(let left), .integer(let right)):
            let (sum, overflow) = left.addingReportingOverflow(right)
            if overflow { throw QueryError.outOfRange(.bigint) }
            return .integer(sum)
        case (.addDoubles, .real(let left), .real(let right)):
            let sum = left + right
            if sum.isNaN { throw QueryError.outOfRange(.double) }
            return .real(sum)
        case (.addDecimals, .blob(let left), .blob(let right)):
            let sum = try Self.decimal(left).adding(Self.decimal(right))
            return .blob(StoredDecimal.encode(sum.unscaled, scale: sum.scale))
        case (.addIntervals, .blob(let left), .blob(let right)):
            return .blob(StoredInterval.encode(try Self.sum(Self.interval(left), Self.interval(right))))
        case (.least, _, _): return Self.isLess(other, state) ? other : state
        case (.greatest, _, _): return Self.isLess(state, other) ? other : state
        default: throw QueryError(.engine, "A group's state isn't of its type: drop the pipeline and create it again.")
        }
    }

    /// What a group has before its first row.
    var empty: SQLiteValue {
        switch self {
        case .count, .countDistinct: .integer(0)
        case .addIntegers, .addDecimals, .addDoubles, .addIntervals, .least, .greatest, .addDistinct: .null
        }
    }

    /// Which of the distinct values a state is made of, and how it grows by those that are new; nil for one that grows by
    /// every row.
    var ofValues: (number: Int, growth: GroupedPlan.Merge)? {
        switch self {
        case .countDistinct(let number): (number, .count)
        case .addDistinct(let number, let addition): (number, addition)
        case .count, .addIntegers, .addDecimals, .addDoubles, .addIntervals, .least, .greatest: nil
        }
    }

    private static func decimal(_ bytes: [UInt8]) throws(QueryError) -> DecimalNumber {
        guard let (unscaled, scale) = bytes.withUnsafeBytes({ StoredDecimal.decode($0) }) else {
            throw QueryError(.engine, "A group's state isn't a DECIMAL: drop the pipeline and create it again.")
        }
        return DecimalNumber(unscaled: unscaled, scale: scale)
    }

    private static func interval(_ bytes: [UInt8]) throws(QueryError) -> CalendarInterval {
        guard let interval = bytes.withUnsafeBytes({ StoredInterval.decode($0) }) else {
            throw QueryError(.engine, "A group's state isn't an INTERVAL: drop the pipeline and create it again.")
        }
        return interval
    }

    private static func sum(
        _ left: CalendarInterval, _ right: CalendarInterval
    ) throws(QueryError) -> CalendarInterval {
        let months = left.months.addingReportingOverflow(right.months)
        let days = left.days.addingReportingOverflow(right.days)
        let microseconds = left.microseconds.addingReportingOverflow(right.microseconds)
        if months.overflow || days.overflow || microseconds.overflow { throw QueryError.outOfRange(.interval) }
        return CalendarInterval(
            months: months.partialValue, days: days.partialValue, microseconds: microseconds.partialValue)
    }

    /// SQLite's own order, which the stored forms are made for.
    private static func isLess(_ left: SQLiteValue, _ right: SQLiteValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.real(let left), .real(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.blob(let left), .blob(let right)): left.lexicographicallyPrecedes(right)
        default: false
        }
    }
}
