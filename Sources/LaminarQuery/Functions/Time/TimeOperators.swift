import LaminarFormats
import LaminarStore

// `+`, `-`, `*` and `/` of dates, times, timestamps and intervals.
extension FunctionCatalog {
    static let timeOperators: [ScalarFunction] = sums + differences + products

    private static func add(
        _ left: ParameterType, _ right: ParameterType, _ result: ResultRule, _ example: (String, String)?,
        body: @escaping SQLiteScalarFunction.Body
    ) -> ScalarFunction {
        .ours(
            "+", [left, right], result, FunctionDocumentation(.time, "The later time, or the longer span.", example),
            body: body)
    }

    private static func subtract(
        _ left: ParameterType, _ right: ParameterType, _ result: ResultRule, _ example: (String, String)?,
        body: @escaping SQLiteScalarFunction.Body
    ) -> ScalarFunction {
        .ours(
            "-", [left, right], result,
            FunctionDocumentation(.time, "The earlier time, or the span between two.", example),
            body: body)
    }

    private static func midnight(_ days: Int64) throws -> Int64 {
        let (moment, overflow) = days.multipliedReportingOverflow(by: CivilText.perDay)
        if overflow { throw QueryError.outOfRange(.timestamp) }
        return moment
    }

    private static func date(_ days: Int64) throws -> Int64 {
        guard Int32(exactly: days) != nil else { throw QueryError.outOfRange(.date) }
        return days
    }

    private static func wrapped(_ clock: Int64) -> Int64 { CivilText.floored(clock, by: CivilText.perDay).rest }

    private static let sums: [ScalarFunction] = [
        add(.timestamp, .interval, .timestamp, ("TIMESTAMP '2024-01-31' + INTERVAL '1 month'", "2024-02-29 00:00:00")) {
            $1.set(try CalendarMath.adding(try $0.interval(1), to: $0.int64(0)))
        },
        add(.interval, .timestamp, .timestamp, nil) {
            $1.set(try CalendarMath.adding(try $0.interval(0), to: $0.int64(1)))
        },
        add(.date, .interval, .timestamp, ("DATE '2024-01-31' + INTERVAL '1 hour'", "2024-01-31 01:00:00")) {
            $1.set(try CalendarMath.adding(try $0.interval(1), to: try midnight($0.int64(0))))
        },
        add(.interval, .date, .timestamp, nil) {
            $1.set(try CalendarMath.adding(try $0.interval(0), to: try midnight($0.int64(1))))
        },
        add(.date, .int, .date, ("DATE '2024-02-28' + 2", "2024-03-01")) {
            $1.set(try date($0.int64(0) + $0.int64(1)))
        },
        add(.int, .date, .date, nil) { $1.set(try date($0.int64(0) + $0.int64(1))) },
        add(.date, .time, .timestamp, ("DATE '2024-06-01' + TIME '10:00:00'", "2024-06-01 10:00:00")) {
            $1.set(try midnight($0.int64(0)) + $0.int64(1))
        },
        add(.time, .date, .timestamp, nil) { $1.set(try midnight($0.int64(1)) + $0.int64(0)) },
        add(.time, .interval, .time, ("TIME '23:00:00' + INTERVAL '2 hours'", "01:00:00")) {
            $1.set(wrapped($0.int64(0) + (try $0.interval(1)).microseconds % CivilText.perDay))
        },
        add(.interval, .time, .time, nil) {
            $1.set(wrapped($0.int64(1) + (try $0.interval(0)).microseconds % CivilText.perDay))
        },
        add(.interval, .interval, .interval, ("INTERVAL '1 day' + INTERVAL '02:00:00'", "1 day 02:00:00")) {
            $1.set(try CalendarMath.adding(try $0.interval(0), try $0.interval(1)))
        },
    ]

    private static let differences: [ScalarFunction] = [
        subtract(
            .timestamp, .timestamp, .interval,
            ("TIMESTAMP '2024-06-03 12:00:00' - TIMESTAMP '2024-06-01 10:00:00'", "2 days 02:00:00")
        ) { $1.set(try CalendarMath.difference($0.int64(0), $0.int64(1))) },
        subtract(
            .timestamp, .interval, .timestamp, ("TIMESTAMP '2024-03-31' - INTERVAL '1 month'", "2024-02-29 00:00:00")
        ) {
            $1.set(try CalendarMath.adding(try CalendarMath.negated(try $0.interval(1)), to: $0.int64(0)))
        },
        subtract(.date, .interval, .timestamp, nil) {
            $1.set(
                try CalendarMath.adding(try CalendarMath.negated(try $0.interval(1)), to: try midnight($0.int64(0))))
        },
        subtract(.date, .date, .int, ("DATE '2024-03-01' - DATE '2024-02-01'", "29")) {
            let days = $0.int64(0) - $0.int64(1)
            guard Int32(exactly: days) != nil else { throw QueryError.outOfRange(.int) }
            $1.set(days)
        },
        subtract(.date, .int, .date, ("DATE '2024-03-01' - 1", "2024-02-29")) {
            $1.set(try date($0.int64(0) - $0.int64(1)))
        },
        subtract(.time, .time, .interval, ("TIME '10:00:00' - TIME '08:30:00'", "01:30:00")) {
            $1.set(CalendarInterval(microseconds: $0.int64(0) - $0.int64(1)))
        },
        subtract(.time, .interval, .time, ("TIME '01:00:00' - INTERVAL '2 hours'", "23:00:00")) {
            $1.set(wrapped($0.int64(0) - (try $0.interval(1)).microseconds % CivilText.perDay))
        },
        subtract(.interval, .interval, .interval, ("INTERVAL '1 day' - INTERVAL '02:00:00'", "1 day -02:00:00")) {
            $1.set(try CalendarMath.adding(try $0.interval(0), try CalendarMath.negated(try $0.interval(1))))
        },
        .ours("-", [.interval], .interval, FunctionDocumentation(.time, "The span in the other direction.")) {
            $1.set(try CalendarMath.negated(try $0.interval(0)))
        },
    ]

    private static let products: [ScalarFunction] = [
        .ours(
            "*", [.interval, .double], .interval,
            FunctionDocumentation(.time, "The span so many times.", ("INTERVAL '1 mon' * 1.5", "1 mon 15 days"))
        ) { $1.set(try CalendarMath.scaled(try $0.interval(0), by: $0.double(1))) },
        .ours("*", [.double, .interval], .interval, FunctionDocumentation(.time, "The span so many times.")) {
            $1.set(try CalendarMath.scaled(try $0.interval(1), by: $0.double(0)))
        },
        .ours(
            "/", [.interval, .double], .interval,
            FunctionDocumentation(.time, "A part of the span.", ("INTERVAL '1 hour' / 4", "00:15:00"))
        ) { arguments, result in
            let divisor = arguments.double(1)
            if divisor == 0 { throw QueryError.divisionByZero }
            result.set(try CalendarMath.divided(try arguments.interval(0), by: divisor))
        },
    ]

    /// DATE, TIME, TIMESTAMP and INTERVAL among each other.
    static let timeCasts: [CastFunction] = [
        .ours(.date, .timestamp, .implicit) { $1.set(try midnight($0.int64(0))) },
        .ours(.timestamp, .date, .assignment) {
            $1.set(CivilText.floored($0.int64(0), by: CivilText.perDay).quotient)
        },
        .ours(.timestamp, .time, .assignment) { $1.set(wrapped($0.int64(0))) },
        .ours(.time, .interval, .implicit) { $1.set(CalendarInterval(microseconds: $0.int64(0))) },
        .ours(.interval, .time, .assignment) { $1.set(wrapped((try $0.interval(0)).microseconds)) },
    ]
}
