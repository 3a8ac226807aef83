import LaminarFormats
import LaminarStore

/// SUM and AVG of SMALLINT, INT and BIGINT: exact, in 128 bits.
final class IntegerSum: SQLiteAggregate {
    private var sum: Int128 = 0
    private var count: Int64 = 0
    /// Digits after the point of the average; nil for the sum.
    private let averageScale: Int?

    init(averageScale: Int?) { self.averageScale = averageScale }

    func add(_ arguments: SQLiteArguments) {
        if arguments.isNull(0) { return }
        // 2^63 rows of 64 bits each fit into 128 bits.
        sum &+= Int128(arguments.int64(0))
        count &+= 1
    }

    func remove(_ arguments: SQLiteArguments) {
        if arguments.isNull(0) { return }
        sum &-= Int128(arguments.int64(0))
        count &-= 1
    }

    func finish(_ result: SQLiteResult) throws {
        if count == 0 { return result.setNull() }
        guard sum.magnitude < DecimalNumber.limit else { throw DecimalNumber.overflow }
        let number = DecimalNumber(unscaled: sum, scale: 0)
        guard let averageScale else { return result.set(number) }
        result.set(try number.divided(by: DecimalNumber(count), scale: averageScale))
    }
}

/// SUM and AVG of DECIMAL.
final class DecimalSum: SQLiteAggregate {
    private var sum = DecimalNumber.zero
    private var count: Int64 = 0
    private let averageScale: Int?

    init(averageScale: Int?) { self.averageScale = averageScale }

    func add(_ arguments: SQLiteArguments) throws {
        if arguments.isNull(0) { return }
        sum = try sum.adding(try arguments.decimal(0))
        count &+= 1
    }

    func remove(_ arguments: SQLiteArguments) throws {
        if arguments.isNull(0) { return }
        sum = try sum.adding(try arguments.decimal(0).negated)
        count &-= 1
    }

    func finish(_ result: SQLiteResult) throws {
        if count == 0 { return result.setNull() }
        guard let averageScale else { return result.set(sum) }
        result.set(try sum.divided(by: DecimalNumber(count), scale: averageScale))
    }
}

/// SUM of REAL, rounded once at the end.
final class RealSum: SQLiteAggregate {
    private var sum = 0.0
    private var count: Int64 = 0

    func add(_ arguments: SQLiteArguments) {
        if arguments.isNull(0) { return }
        sum += arguments.double(0)
        count &+= 1
    }

    func remove(_ arguments: SQLiteArguments) {
        if arguments.isNull(0) { return }
        sum -= arguments.double(0)
        count &-= 1
        if count == 0 { sum = 0 }
    }

    func finish(_ result: SQLiteResult) throws {
        if count == 0 { return result.setNull() }
        try result.set(checked: sum, isReal: sum.isFinite)
    }
}

/// SUM and AVG of INTERVAL, each of its parts by itself.
final class IntervalSum: SQLiteAggregate {
    private var sum = CalendarInterval()
    private var count: Int64 = 0
    private let isAverage: Bool

    init(isAverage: Bool) { self.isAverage = isAverage }

    func add(_ arguments: SQLiteArguments) throws {
        if arguments.isNull(0) { return }
        sum = try CalendarMath.adding(sum, try arguments.interval(0))
        count &+= 1
    }

    func remove(_ arguments: SQLiteArguments) throws {
        if arguments.isNull(0) { return }
        sum = try CalendarMath.adding(sum, try CalendarMath.negated(try arguments.interval(0)))
        count &-= 1
    }

    func finish(_ result: SQLiteResult) throws {
        if count == 0 { return result.setNull() }
        result.set(isAverage ? try CalendarMath.divided(sum, by: Double(count)) : sum)
    }
}
