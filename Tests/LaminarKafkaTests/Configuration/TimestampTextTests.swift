import Foundation
import Testing

@testable import LaminarKafka

@Suite struct TimestampTextTests {
    @Test(
        "an instant is read as Foundation reads it",
        arguments: [
            "1970-01-01T00:00:00Z", "2000-02-29T12:34:56Z", "2024-12-31T23:59:59Z", "2100-03-01T00:00:00Z",
            "9999-12-31T23:59:59Z", "2024-06-15T10:00:00+05:30", "2024-06-15T10:00:00-08:00",
        ])
    func instants(text: String) throws {
        let date = try Date(text, strategy: .iso8601)
        #expect(TimestampText.milliseconds(text) == Int64(date.timeIntervalSince1970 * 1000))
    }

    @Test("an instant that is printed is read back") func roundTrip() {
        for milliseconds: Int64 in stride(from: 0, through: 253_402_300_799_999, by: 7_654_321_987_654) {
            #expect(TimestampText.milliseconds(TimestampText.text(milliseconds: milliseconds)) == milliseconds)
        }
    }

    @Test("fractions are cut to milliseconds") func fractions() {
        #expect(TimestampText.milliseconds("1970-01-01T00:00:00.1Z") == 100)
        #expect(TimestampText.milliseconds("1970-01-01T00:00:00.123456789Z") == 123)
        #expect(TimestampText.text(milliseconds: 5) == "1970-01-01T00:00:00.005Z")
    }

    @Test(
        "what isn't an instant isn't guessed at",
        arguments: [
            "", "now", "2024-01-01", "2024-1-1T00:00:00Z", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
            "2024-01-01T24:00:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+1", "2024-01-01T00:00:00Zz", "-1",
            "1969-12-31T23:59:59Z", "2024-01-01T00:00:00 CET", "99999999999999999",
        ])
    func wrong(text: String) { #expect(TimestampText.milliseconds(text) == nil) }
}
