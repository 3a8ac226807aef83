import LaminarKafka
import Testing

@testable import LaminarCLI

@Suite("How far a query has read is told in one line") struct ReadingLineTests {
    private func progress(_ read: Int64, of total: Int64?) -> QueryProgress { QueryProgress(read: read, total: total) }

    @Test("share, rate and time left, by the last few seconds") func line() {
        var line = ReadingLine()
        #expect(
            line.text(after: .seconds(1), progress(100_000, of: 1_000_000), width: 100)
                == "Reading [##------------------] 10 %, 100,000 records/s, 9 s left")
        #expect(
            line.text(after: .seconds(2), progress(400_000, of: 1_000_000), width: 100)
                == "Reading [########------------] 40 %, 300,000 records/s, 2 s left")
        // Everything is read, and SQLite still sorts.
        #expect(
            line.text(after: .seconds(20), progress(1_000_000, of: 1_000_000), width: 100)?
                .hasPrefix("Reading [####################] 100 %, ") == true)
    }

    @Test("nothing is told before the ends are known, nor of nothing") func unknown() {
        var line = ReadingLine()
        #expect(line.text(after: .seconds(1), progress(0, of: nil), width: 80) == nil)
        #expect(line.text(after: .seconds(1), progress(0, of: 0), width: 80) == nil)
        #expect(line.text(after: .seconds(2), progress(0, of: 10), width: 80)?.contains("left") == false)
    }

    @Test("it never fills a terminal's line, however narrow", arguments: [1, 2, 10, 40, 64, 80]) func narrow(width: Int)
    {
        var line = ReadingLine()
        let text = line.text(after: .seconds(1), progress(123_456, of: 987_654_321), width: width) ?? ""
        #expect(text.count < width)
    }

    @Test(arguments: [
        (0.2, "1 s"), (59, "59 s"), (60, "1 min 0 s"), (125, "2 min 5 s"), (3790, "1 h 3 min"), (1e12, "1000 h 0 min"),
    ])
    func durations(seconds: Double, text: String) {
        #expect(ReadingLine.short(.seconds(seconds)) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func grouped(number: Int, text: String) { #expect(number.grouped == text) }
}
