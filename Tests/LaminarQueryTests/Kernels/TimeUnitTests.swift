import Foundation
import LaminarFormats
import Testing

@testable import LaminarQuery

@Suite("DATE_TRUNC in columns")
struct TimeUnitTests {
    @Test(
        "cuts down, before 1970 too",
        arguments: [
            ("second", "2024-02-29T12:34:56.789Z", "2024-02-29T12:34:56Z"),
            ("minute", "2024-02-29T12:34:56.789Z", "2024-02-29T12:34:00Z"),
            ("hour", "1969-12-31T23:59:59.999999Z", "1969-12-31T23:00:00Z"),
            ("day", "1969-12-31T23:59:59.999999Z", "1969-12-31T00:00:00Z"),
            ("week", "2024-02-29T12:34:56Z", "2024-02-26T00:00:00Z"),
            ("week", "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z"),
            ("month", "2024-02-29T12:34:56Z", "2024-02-01T00:00:00Z"),
            ("month", "1968-02-29T12:34:56Z", "1968-02-01T00:00:00Z"),
            ("quarter", "2024-06-30T23:59:59Z", "2024-04-01T00:00:00Z"),
            ("year", "2000-12-31T23:59:59Z", "2000-01-01T00:00:00Z"),
            ("year", "1969-12-31T23:59:59Z", "1969-01-01T00:00:00Z"),
            ("milliseconds", "2024-01-01T00:00:00.123456Z", "2024-01-01T00:00:00.123Z"),
        ])
    func truncates(field: String, time: String, expected: String) throws {
        let unit = try #require(TimeUnit(field: field))
        var values = [try #require(Timestamp(time)).microseconds]
        unit.truncate(&values)
        #expect(Timestamp(microseconds: values[0]) == Timestamp(expected))
    }

    @Test("agrees with Foundation's calendar on random days")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for _ in 0..<2000 {
            let time = Int64.random(in: -5_000_000_000...5_000_000_000)
            let date = Date(timeIntervalSince1970: Double(time))
            for (unit, component) in [(TimeUnit.month, Calendar.Component.month), (.year, .year)] {
                var values = [time * 1_000_000]
                unit.truncate(&values)
                let start = try #require(calendar.dateInterval(of: component, for: date)?.start)
                #expect(Double(values[0]) / 1_000_000 == start.timeIntervalSince1970, "\(unit) of \(date)")
            }
        }
    }

    @Test("other fields are left to the function", arguments: ["decade", "century", "", "days of our lives"])
    func unknown(field: String) { #expect(TimeUnit(field: field) == nil) }
}
