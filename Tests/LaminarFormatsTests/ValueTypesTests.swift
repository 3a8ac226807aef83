import Foundation
import LaminarFormats
import Testing

@Suite struct ExactDecimalTests {
    @Test(
        "text comes back as it was",
        arguments: [
            "0", "-1", "1.50", "0.001", "-0.10", "99999999999999999999999999999999999999",
            "0.00000000000000000000000000000000000001",
        ])
    func roundTrip(text: String) { #expect(ExactDecimal(text)?.description == text) }

    @Test(arguments: [
        ("1e3", "1000"), ("1.5e-2", "0.015"), ("+1", "1"), (".5", "0.5"), ("1.", "1"), ("100e-2", "1"), ("1e-0", "1"),
        ("0e99", "0"),
    ])
    func otherSpellings(text: String, expected: String) { #expect(ExactDecimal(text) == ExactDecimal(expected)) }

    @Test(
        "what isn't a number of 38 digits is refused",
        arguments: [
            "", "-", ".", "e5", "1e", "1e+", "abc", "1,5", "1 ", "100000000000000000000000000000000000000", "1e38",
            "0.000000000000000000000000000000000000001", "1e-99999999999999999999",
        ])
    func refused(text: String) { #expect(ExactDecimal(text) == nil) }

    @Test("numbers are compared by value") func order() {
        let sorted = ["-100", "-1.5", "-1.49", "0", "0.001", "1", "1.5", "99999999999999999999999999999999999999"].map {
            ExactDecimal($0)!
        }
        #expect(sorted.shuffled().sorted() == sorted)
        #expect(ExactDecimal("1.5") == ExactDecimal("1.50"))
        #expect(Set([ExactDecimal("1.5"), ExactDecimal("1.500")]).count == 1)
        #expect(
            Decimal(ExactDecimal("-12345678901234567890123456789012345678")!)
                == Decimal(string: "-12345678901234567890123456789012345678"))
    }

    @Test("rescaling never loses a digit") func rescale() {
        #expect(ExactDecimal("1.50")?.rescaled(to: 1)?.description == "1.5")
        #expect(ExactDecimal("1.55")?.rescaled(to: 1) == nil)
        #expect(ExactDecimal("1")?.rescaled(to: 38) == nil)
    }
}

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59.999999Z", 951_868_799_999_999),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)])
    func instants(text: String, microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
        #expect(Timestamp(Timestamp(microseconds: microseconds).description)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2024", "2024-06-01T", "2024-06-01T12", "2024-06-01T12:00", "2024-06-01T12:00:00.", "2024-06-01T12:00:00+",
        "2024-06-01T12:00:00+24:00", "2024-06-01T12:00:00+1", "2024-06-01x12:00:00", "2024-00-01T00:00:00Z",
        "2024-06-01T12:00:61Z", "2024-06-01T12:60:00Z", "20240601T120000Z", "2024-06-01T12:00:00Zx",
    ])
    func refused(text: String) { #expect(Timestamp(text) == nil) }

    @Test("every day from 1900 to 2100 is one after the day before") func calendar() {
        var last: Int32?
        for year in 1900...2100 {
            for month in 1...12 {
                for day in 1...31 {
                    let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
                    guard let date = CalendarDate(text) else { continue }
                    #expect(date.description == text)
                    if let last { #expect(date.daysSinceEpoch == last + 1) }
                    last = date.daysSinceEpoch
                }
            }
        }
        #expect(last == 47846)
    }

    @Test("a Date and a timestamp are the same instant") func date() {
        let timestamp = Timestamp("2024-06-01T12:00:00.123456Z")!
        #expect(Timestamp(Date(timestamp)) == timestamp)
        #expect(Timestamp(milliseconds: -1).milliseconds == -1)
        #expect(Timestamp(microseconds: -1).milliseconds == -1)
        #expect(Timestamp(microseconds: .min).description.hasPrefix("-290308-"))
        #expect(Timestamp(microseconds: .max).description.hasPrefix("+294247-"))
    }
}

@Suite struct CalendarIntervalTests {
    @Test(arguments: [
        ("P1Y2M3DT4H5M6.5S", CalendarInterval(months: 14, days: 3, microseconds: 14_706_500_000)),
        ("P2W", CalendarInterval(days: 14)),
        ("PT-1.5H", CalendarInterval(microseconds: -5_400_000_000)),
        ("1 year 2 mons -3 days 04:05:06.5", CalendarInterval(months: 14, days: -3, microseconds: 14_706_500_000)),
        ("90 minutes", CalendarInterval(microseconds: 5_400_000_000)),
        ("-01:30:00", CalendarInterval(microseconds: -5_400_000_000)),
        ("1.5 hours", CalendarInterval(microseconds: 5_400_000_000)),
        ("10 ms", CalendarInterval(microseconds: 10_000)), ("3 us", CalendarInterval(microseconds: 3)),
        ("0.5 years", CalendarInterval(months: 6)), ("1 day 5", nil),
        ("P", nil), ("PT", nil), ("P1.5D", nil), ("P1H", nil), ("", nil), ("soon", nil), ("99999999999 days", nil),
        ("1 fortnight", nil), ("0.0000001 s", nil), ("P9999999999999999999Y", nil),
    ])
    func read(text: String, expected: CalendarInterval?) { #expect(CalendarInterval(text) == expected) }

    @Test(arguments: [
        CalendarInterval(), CalendarInterval(months: -14, days: 3, microseconds: -1_500_000),
        CalendarInterval(months: 12), CalendarInterval(days: 1, microseconds: 90_061_000_001),
        CalendarInterval(months: .min, days: .max, microseconds: 9_007_199_254_740),
    ])
    func roundTrip(interval: CalendarInterval) { #expect(CalendarInterval(interval.description) == interval) }
}

@Suite struct SchemaTests {
    @Test("types print as SQL") func types() {
        let type = ColumnType.array(
            .structure([
                StructField("sku", .text, isNullable: false),
                StructField("Big One", .map(.decimal(precision: 10, scale: 2))),
            ]))
        #expect(type.description == #"STRUCT<sku TEXT NOT NULL, "Big One" MAP<TEXT, DECIMAL(10, 2)>>[]"#)
    }

    @Test(
        "impossible schemas are refused",
        arguments: [
            [ColumnSchema("a", .int), ColumnSchema("a", .text)], [ColumnSchema("a", .decimal(precision: 39, scale: 0))],
            [ColumnSchema("a", .array(.decimal(precision: 5, scale: 6)))],
            [ColumnSchema("a", .structure([]))],
            [ColumnSchema("a", .map(.structure([StructField("x", .int), StructField("x", .int)])))],
        ])
    func refused(columns: [ColumnSchema]) { #expect(throws: FormatError.self) { try RowSchema(columns) } }

    @Test("columns are found by exact name, then ignoring case") func lookup() throws {
        let schema = try RowSchema([ColumnSchema("id", .int), ColumnSchema("Key", .int), ColumnSchema("KEY", .int)])
        #expect(schema.index(of: "ID") == 0)
        #expect(schema.index(of: "KEY") == 2)
        #expect(schema.index(of: "key") == nil)
        #expect(try schema.projecting([2, 0]).columns.map(\.name) == ["KEY", "id"])
        #expect(throws: FormatError.self) { try schema.projecting([3]) }
        #expect(MetadataField(kafkaColumn: "_kafka_offset") == .offset)
        #expect(MetadataField(kafkaColumn: "_kafka_value") == nil)
    }
}
