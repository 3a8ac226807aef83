import LaminarFormats
import Testing

@testable import LaminarKafka

@Suite("The last errors are kept, oldest first")
struct ErrorRingTests {
    private func error(_ offset: Int64) -> DecodeError {
        DecodeError(
            topic: "t", partition: 1, offset: offset, format: "json", failure: DecodeFailure(.range, "too large"))
    }

    @Test("1,000 of them, whatever came before", arguments: [0, 1, 999, 1_000, 1_001, 3_456])
    func bounded(count: Int) {
        let log = ErrorLog()
        for offset in 0..<Int64(count) {
            log.append(RecordedError(error(offset), .skipped, source: "s", time: Timestamp(milliseconds: offset)))
        }
        #expect(log.entries.map(\.offset) == (Int64(max(0, count - 1_000))..<Int64(count)).map { $0 })
    }

    @Test("a record's error names place and reason; the client's its code; any other its type") func kinds() {
        struct Odd: Error {}
        let ledger = SourceLedger(source: "shop", shared: nil)
        ledger.note(error(7), .deadLettered)
        ledger.note(KafkaError(code: .unreachable, message: "nobody there"), .retried)
        ledger.note(Odd(), .failed)
        let errors = ledger.errors
        #expect(errors.map(\.reason) == ["range", "unreachable", "Odd"])
        #expect(errors.map(\.outcome) == [.deadLettered, .retried, .failed])
        #expect(errors[0].topic == "t" && errors[0].partition == 1 && errors[0].offset == 7)
        #expect(errors[0].message == "The record at t[1]@7 isn't valid json: too large.")
        #expect(errors[1].topic == nil && errors[1].message == "nobody there")
        #expect(errors.allSatisfy { $0.source == "shop" && $0.time.microseconds > 0 })
        #expect("\(errors[0])".hasSuffix("shop dead_lettered: The record at t[1]@7 isn't valid json: too large."))
    }

    @Test("a source's errors come together in what several sources share, and are counted by reason") func shared() {
        let log = ErrorLog()
        let one = SourceLedger(source: "one", shared: log)
        let two = SourceLedger(source: "two", shared: log)
        one.note(error(1), .skipped)
        two.note(error(2), .failed)
        one.note(error(3), .skipped)
        one.note(KafkaError(code: .broker, message: "hm"), .retried)
        #expect(log.entries.map(\.source) == ["one", "two", "one", "one"])
        #expect(one.counters.skipped == [.range: 2] && one.counters.badRecords == 2)
        #expect(two.counters.failed == [.range: 1] && two.counters.deadLettered.isEmpty)
    }
}
