import Foundation
import Testing

@testable import LaminarAWS

@Suite struct AWSTimestampTests {
    @Test("every day's text is Foundation's")
    func days() {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
        let wrong = stride(from: 0.0, to: 253_402_300_800, by: 86400 * 17 + 3661).filter {
            AWSTimestamp($0).basic != formatter.string(from: Date(timeIntervalSince1970: $0))
        }
        #expect(wrong == [])
    }

    @Test("text and number are one moment, both ways")
    func bothWays() {
        let wrong = stride(from: 0.0, to: 253_402_300_800, by: 86400 * 13 + 7).filter { moment in
            let basic = AWSTimestamp(moment).basic
            let parts = [(0, 4), (4, 2), (6, 2), (9, 2), (11, 2), (13, 2)].map { basic.dropFirst($0.0).prefix($0.1) }
            let text = "\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):\(parts[5])Z"
            return AWSTimestamp.seconds(text) != moment
        }
        #expect(wrong == [])
    }

    @Test(
        "what services write is read",
        arguments: [
            ("2024-02-29T23:59:59Z", 1_709_251_199.0), ("2024-01-01T00:00:00.500Z", 1_704_067_200.5),
            ("2024-01-01T01:30:00+01:30", 1_704_067_200), ("2023-12-31T19:00:00-05:00", 1_704_067_200),
            ("2024-01-01 00:00:00Z", 1_704_067_200), ("2024-01-01T00:00:00.123456789Z", 1_704_067_200.123456789),
        ])
    func read(text: String, seconds: Double) throws {
        let moment = try #require(AWSTimestamp.seconds(text))
        #expect(abs(moment - seconds) < 1e-6)
    }

    @Test(
        "anything else isn't a moment",
        arguments: [
            "", "2024", "2024-01-01", "2024-01-01T00:00:00", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00Zx", "2024-01-01T00:00:00+0100", "0000-01-01T00:00:00Z",
            "２０２４-01-01T00:00:00Z",
        ])
    func refused(text: String) {
        #expect(AWSTimestamp.seconds(text) == nil)
    }

    @Test(
        "a clock that is broken doesn't end the process",
        arguments: [-1, .infinity, -.infinity, .nan, 1e300] as [Double])
    func bounds(seconds: Double) {
        #expect(AWSTimestamp(seconds).basic.utf8.count == 16)
    }
}
