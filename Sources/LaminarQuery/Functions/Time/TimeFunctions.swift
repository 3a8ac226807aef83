import LaminarFormats
import LaminarStore

// Fields of times, their truncation, and what is made of parts.
extension FunctionCatalog {
    static let timeFunctions: [ScalarFunction] = fieldFunctions + truncations + makers + spans

    private static func time(
        _ summary: String, _ example: (sql: String, result: String)? = nil
    ) -> FunctionDocumentation { FunctionDocumentation(.time, summary, example) }

    /// `field` is the first argument.
    private static func field(_ arguments: SQLiteArguments) throws -> TimeField { try TimeField(arguments.text(0)) }

    // MARK: Fields

    /// As many digits after the point as the field has, where the field is written out.
    private static let fieldType = ResultRule.computed { arguments in
        guard case .text(let name)? = arguments.first?.constant, let field = try? TimeField(name) else {
            return .decimal(precision: 38, scale: 6)
        }
        return .decimal(precision: 38, scale: field.scale)
    }

    private static let fieldFunctions: [ScalarFunction] = {
        let summary =
            "A field of a time: epoch, millennium, century, decade, year, isoyear, quarter, month, week, day, "
            + "doy, dow, isodow, hour, minute, second, milliseconds, microseconds, julian."
        let values: [(ParameterType, @Sendable (SQLiteArguments, TimeField) throws -> DecimalNumber)] = [
            (.timestamp, { try $1.value(ofTimestamp: $0.int64(1)) }),
            (.time, { try $1.value(ofClock: $0.int64(1)) }),
            (.interval, { try $1.value(ofInterval: try $0.interval(1)) }),
        ]
        return values.flatMap { parameter, value in
            [
                ScalarFunction.ours(
                    "extract", [.text, parameter], fieldType,
                    time(summary, ("EXTRACT(HOUR FROM TIMESTAMP '2024-06-01 10:05:00')", "10"))
                ) { $1.set(try value($0, field($0))) },
                .ours(
                    "date_part", [.text, parameter], .double,
                    time(summary, ("date_part('epoch', INTERVAL '1 hour')", "3600"))
                ) { $1.set(try value($0, field($0)).doubleValue) },
            ]
        }
    }()

    // MARK: Truncation

    private static let truncations: [ScalarFunction] = [
        .ours(
            "date_trunc", [.text, .timestamp], .timestamp,
            time(
                "The beginning of the microsecond, …, second, minute, hour, day, week (Monday), month, quarter, year, "
                    + "decade, century or millennium.",
                ("date_trunc('hour', TIMESTAMP '2024-06-01 10:45:00')", "2024-06-01 10:00:00"))
        ) { $1.set(try field($0).truncated(timestamp: $0.int64(1))) },
        .ours(
            "date_trunc", [.text, .interval], .interval,
            time(
                "The interval without what is smaller than the field.",
                ("date_trunc('hour', INTERVAL '2 days 03:04:05')", "2 days 03:00:00"))
        ) { $1.set(try field($0).truncated(interval: try $0.interval(1))) },
        .ours(
            "date_trunc", [.text, .timestamp, .text], .timestamp,
            time(
                "The beginning of the field by the clocks of a time zone.")
        ) { arguments, result in
            let zone = try ZoneClock(arguments.text(2))
            let local = try field(arguments).truncated(timestamp: try zone.local(arguments.int64(1)))
            result.set(try zone.instant(local))
        },
        .ours(
            "date_bin", [.interval, .timestamp, .timestamp], .timestamp,
            time(
                "The beginning of the stretch that the time lies in; stretches are counted from the third argument.",
                (
                    "date_bin(INTERVAL '15 minutes', TIMESTAMP '2024-06-01 10:44:00', TIMESTAMP '2000-01-01')",
                    "2024-06-01 10:30:00"
                ))
        ) { $1.set(try CalendarMath.bin(try $0.interval(0), $0.int64(1), $0.int64(2))) },
        .ours(
            "timezone", [.text, .timestamp], .timestamp,
            time(
                "What clocks of a time zone show at an instant; also `time AT TIME ZONE zone`. Zones have IANA's names."
            )
        ) { $1.set(try ZoneClock($0.text(0)).local($0.int64(1))) },
        .ours(
            "timezone", [.interval, .timestamp], .timestamp,
            time("The same for a zone that is so far east of UTC.")
        ) { arguments, result in
            let offset = try arguments.interval(0)
            guard offset.months == 0, offset.days == 0 else {
                throw QueryError(.invalidArgument, "interval time zone must not include months or days")
            }
            result.set(try CalendarMath.adding(offset, to: arguments.int64(1)))
        },
    ]

    // MARK: Made of parts

    private static let makers: [ScalarFunction] = [
        .ours(
            "make_date", [.int, .int, .int], .date,
            time("A date of year, month and day.", ("make_date(2024, 2, 29)", "2024-02-29"))
        ) { $1.set(try days($0)) },
        .ours(
            "make_time", [.int, .int, .double], .time,
            time("A time of hour, minute and second.", ("make_time(8, 15, 23.5)", "08:15:23.5"))
        ) { $1.set(try clock($0, from: 0)) },
        .ours(
            "make_timestamp", [.int, .int, .int, .int, .int, .double], .timestamp,
            time(
                "A timestamp of year, month, day, hour, minute and second.",
                ("make_timestamp(2024, 2, 29, 8, 15, 23.5)", "2024-02-29 08:15:23.5"))
        ) { arguments, result in
            let (midnight, overflow) = try days(arguments).multipliedReportingOverflow(by: CivilText.perDay)
            let (moment, carry) = midnight.addingReportingOverflow(try clock(arguments, from: 3))
            if overflow || carry { throw QueryError.outOfRange(.timestamp) }
            result.set(moment)
        },
        .ours(
            "make_interval", [], variadic: .int, .interval,
            time(
                "An interval of years, months, weeks, days, hours, minutes and seconds; what is left out is 0.",
                ("make_interval(0, 1, 0, 10)", "1 mon 10 days"))
        ) { arguments, result in
            guard arguments.count <= 7 else {
                throw QueryError(.invalidArgument, "make_interval takes at most seven numbers")
            }
            let parts = (0..<7).map { $0 < arguments.count ? arguments.int64($0) : 0 }
            guard let months = Int32(exactly: parts[0] * 12 + parts[1]),
                let days = Int32(exactly: parts[2] * 7 + parts[3])
            else { throw QueryError.outOfRange(.interval) }
            let seconds = parts[4] * 3600 + parts[5] * 60 + parts[6]
            result.set(CalendarInterval(months: months, days: days, microseconds: seconds * 1_000_000))
        },
        .ours(
            "to_timestamp", [.double], .timestamp,
            time("The timestamp of seconds from 1970-01-01.", ("to_timestamp(1717236000.5)", "2024-06-01 10:00:00.5"))
        ) { arguments, result in
            let value = (arguments.double(0) * 1_000_000).rounded(.toNearestOrEven)
            guard let moment = Int64(exactly: value) else { throw QueryError.outOfRange(.timestamp) }
            result.set(moment)
        },
        .ours(
            "to_char", [.timestamp, .text], .text,
            time(
                "A timestamp in a pattern: YYYY, MM, DD, HH24, HH12, MI, SS, MS, US, AM, Month, Mon, Day, Dy, DDD, D, ID, "
                    + "IYYY, IW, WW, Q, CC, J, with FM and \"text\".",
                (
                    "to_char(TIMESTAMP '2024-06-01 10:05:00', 'FMDay, DD Mon YYYY HH12:MI AM')",
                    "Saturday, 01 Jun 2024 10:05 AM"
                ))
        ) { $1.set(try TimePattern.text(of: $0.int64(0), $0.text(1))) },
        .ours(
            "to_timestamp", [.text, .text], .timestamp,
            time(
                "The timestamp of a text in a pattern of numbers: YYYY, MM, DD, HH24, MI, SS, MS, US.",
                ("to_timestamp('01/06/2024 10:05', 'DD/MM/YYYY HH24:MI')", "2024-06-01 10:05:00"))
        ) { $1.set(try TimePattern.moment($0.text(0), $0.text(1))) },
        .ours(
            "to_date", [.text, .text], .date,
            time("The date of a text in a pattern of numbers.", ("to_date('01.06.2024', 'DD.MM.YYYY')", "2024-06-01"))
        ) { arguments, result in
            let moment = try TimePattern.moment(arguments.text(0), arguments.text(1))
            result.set(CivilText.floored(moment, by: CivilText.perDay).quotient)
        },
    ]

    private static func days(_ arguments: SQLiteArguments) throws -> Int64 {
        let (year, month, day) = (arguments.int64(0), arguments.int64(1), arguments.int64(2))
        let counted = year < 0 ? year + 1 : year
        guard year != 0, abs(year) <= 300_000, (1...12).contains(month), day >= 1,
            day <= CivilTime.daysInMonth(year: Int(counted), month: Int(month))
        else { throw QueryError(.outOfRange, "date field value out of range") }
        return Int64(CivilTime.days(year: Int(counted), month: Int(month), day: Int(day)))
    }

    private static func clock(_ arguments: SQLiteArguments, from first: Int) throws -> Int64 {
        let (hour, minute, second) = (arguments.int64(first), arguments.int64(first + 1), arguments.double(first + 2))
        guard (0...23).contains(hour), (0...59).contains(minute), second >= 0, second < 60 else {
            throw QueryError(.outOfRange, "time field value out of range")
        }
        return (hour * 60 + minute) * 60_000_000 + Int64((second * 1_000_000).rounded(.toNearestOrEven))
    }

    // MARK: Spans

    private static let spans: [ScalarFunction] = [
        .ours(
            "age", [.timestamp, .timestamp], .interval,
            time(
                "Years, months and days from the second to the first, as a calendar counts them.",
                ("age(TIMESTAMP '2024-03-01', TIMESTAMP '2023-01-31')", "1 year 1 mon 1 day"))
        ) { $1.set(try CalendarMath.age($0.int64(0), $0.int64(1))) },
        .ours(
            "justify_hours", [.interval], .interval,
            time("24 hours as a day.", ("justify_hours(INTERVAL '27 hours')", "1 day 03:00:00"))
        ) { $1.set(try CalendarMath.justifiedHours(try $0.interval(0))) },
        .ours(
            "justify_days", [.interval], .interval,
            time("30 days as a month.", ("justify_days(INTERVAL '35 days')", "1 mon 5 days"))
        ) { $1.set(try CalendarMath.justifiedDays(try $0.interval(0))) },
        .ours(
            "justify_interval", [.interval], .interval,
            time(
                "Both, with one sign in all parts.", ("justify_interval(INTERVAL '1 mon -1 hour')", "29 days 23:00:00"))
        ) { $1.set(try CalendarMath.justified(try $0.interval(0))) },
    ]
}
