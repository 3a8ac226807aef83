import Foundation
import LaminarFormats

@testable import LaminarQuery

/// Values of every type that are on an edge of something, with the text that PostgreSQL writes them in.
enum SampleValues {
    struct Sample {
        var type: ColumnType
        var value: Value
        /// An expression of PostgreSQL's.
        var sql: String
    }

    static func of(_ kind: TypeKind) -> [Sample] {
        switch kind {
        case .boolean: [true, false].map { Sample(type: .boolean, value: .boolean($0), sql: "\($0)::boolean") }
        case .smallint:
            ([0, 1, -1, 7, .min, .max] as [Int16]).map {
                Sample(type: .smallint, value: .smallint($0), sql: "'\($0)'::smallint")
            }
        case .int:
            ([0, 1, -1, 2, -3, 5, 100, 3650, .min, .max] as [Int32]).map {
                Sample(type: .int, value: .int($0), sql: "'\($0)'::integer")
            }
        case .bigint:
            ([0, 1, -1, 12, -18, 1_717_236_000, .min, .max] as [Int64]).map {
                Sample(type: .bigint, value: .bigint($0), sql: "'\($0)'::bigint")
            }
        case .real:
            ([0, 1.5, -2.25, 0.1, 1e10, 3.4e38, -1e-30] as [Float]).map {
                Sample(type: .real, value: .real($0), sql: "'\($0)'::real")
            }
        case .double:
            ([0, 0.5, -0.5, 1, -1.5, 2.5, 0.1, -2, 10, 1e15, 123_456.789, 1e-7, 1e300, -1e200] as [Double]).map {
                Sample(type: .double, value: .double($0), sql: "'\($0)'::double precision")
            }
        case .decimal:
            [
                ("0", 1, 0), ("1.50", 3, 2), ("-2.345", 4, 3), ("2.5", 2, 1), ("-0.5", 2, 1), ("7", 1, 0),
                ("0.1", 2, 1),
                ("123456789012345678.125", 21, 3), ("-99999999999", 11, 0), ("0.000001", 7, 6),
            ].map { text, precision, scale in
                Sample(
                    type: .decimal(precision: precision, scale: scale), value: .decimal(ExactDecimal(text)!),
                    sql: "'\(text)'::numeric")
            }
        case .text:
            ["", "abc", "Łódź ☃ 𝄞", "a,b,,c", "  x ", "%_", "1.5", "ab", "c", "hour", "day", "zz"].map {
                Sample(type: .text, value: .text($0), sql: "'\($0)'::text")
            }
        case .bytea:
            ([[], [0], [1, 255, 92], Array(0...80)] as [[UInt8]]).map {
                Sample(type: .bytea, value: .bytea($0), sql: "'\\x\(HexText.text($0))'::bytea")
            }
        case .date:
            ["1970-01-01", "2024-02-29", "2024-12-30", "1999-12-31", "0001-01-01", "9999-12-31"].map {
                Sample(type: .date, value: .date(CalendarDate($0)!), sql: "'\($0)'::date")
            }
        case .time:
            ["00:00:00", "12:34:56.789012", "23:59:59.999999"].map {
                Sample(type: .time, value: .time(TimeOfDay($0)!), sql: "'\($0)'::time")
            }
        case .timestamp:
            [
                "1970-01-01 00:00:00", "2024-02-29 23:59:59.999999", "2024-01-31 12:30:45.5", "1969-12-31 23:59:59.5",
                "2000-01-01 00:00:00", "2001-01-01 06:00:00", "0001-03-04 05:06:07", "2021-01-03 10:00:00",
            ].map { Sample(type: .timestamp, value: .timestamp(Timestamp($0)!), sql: "'\($0)'::timestamp") }
        case .interval:
            [
                CalendarInterval(), CalendarInterval(months: 1), CalendarInterval(months: -14, days: 3),
                CalendarInterval(days: 35, microseconds: 100_000_000_000), CalendarInterval(microseconds: 900_000_000),
                CalendarInterval(months: 25, days: -3, microseconds: -3_661_500_000),
                CalendarInterval(days: -40, microseconds: 1),
            ].map { interval in
                Sample(
                    type: .interval, value: .interval(interval),
                    sql: "make_interval(months => \(interval.months), days => \(interval.days), "
                        + "secs => \(Double(interval.microseconds) / 1_000_000))")
            }
        case .uuid:
            ["00000000-0000-0000-0000-000000000000", "01234567-89ab-cdef-0123-456789abcdef"].map {
                Sample(type: .uuid, value: .uuid(UUID(uuidString: $0)!), sql: "'\($0)'::uuid")
            }
        case .json:
            [
                #"{"a": 1.50, "b": {"c": [1, "x", null]}, "a": "last"}"#, "[1, -2.5e3, {\"k\": \"v\\u0041\\n\"}]",
                "null",
                "true", "12", "\"text\"", "[]",
            ].map { Sample(type: .json, value: .json($0), sql: "$json$\($0)$json$::json") }
        case .array, .structure, .map: []
        }
    }
}
