import Testing

@testable import LaminarKafka

@Suite("Where a stored position begins again")
struct StoredStartTests {
    private static let last = RecordFingerprint(offset: 59, timestamp: 7, hash: 9)

    private func start(
        _ next: Int64 = 60, last: RecordFingerprint? = last, low: Int64 = 0, high: Int64 = 100, stored: String? = nil,
        now: String? = nil, policy: KafkaSourceConfiguration.OffsetOutOfRange = .fail
    ) -> StoredStart {
        StoredStart(
            stored: StoredPosition(nextOffset: next, topicID: stored, lastRecord: last), low: low, high: high,
            topicID: now, policy: policy)
    }

    private static let point = ResumePoint(nextOffset: 60, lastRecord: last)

    @Test("at the last processed record where it is there, to know it again") func knownAgain() {
        #expect(start().verdict == .resume(at: 59, Self.point))
        #expect(start(low: 59, high: 60).verdict == .resume(at: 59, Self.point))
    }

    @Test("at the position where that record is gone, or was never stored") func unverifiable() {
        #expect(start(low: 60).verdict == .resume(at: 60, nil))
        #expect(start(last: nil).verdict == .resume(at: 60, nil))
        #expect(start(0, last: nil, high: 0).verdict == .resume(at: 0, nil))
    }

    @Test("below the low watermark is a loss with its range") func lost() {
        #expect(start(low: 61).verdict == .fail(.recordsLost(60..<61)))
        #expect(start(low: 100).verdict == .fail(.recordsLost(60..<100)))
    }

    @Test("past the end is another log") func pastEnd() {
        #expect(start(high: 60).verdict == .resume(at: 59, Self.point))
        #expect(start(high: 59).verdict == .fail(.pastEnd))
        #expect(start(high: 0).verdict == .fail(.pastEnd))
    }

    @Test("another id is another topic, an unknown one says nothing") func identity() {
        #expect(start(stored: "a", now: "b").verdict == .fail(.recreated))
        #expect(start(low: 61, stored: "a", now: "b").verdict == .fail(.recreated))
        for (stored, now) in [("a", "a"), (nil, "a"), ("a", nil)] as [(String?, String?)] {
            #expect(start(stored: stored, now: now).verdict == .resume(at: 59, Self.point))
        }
    }

    @Test("a host that asks for it goes on where it says", arguments: [-1, 0, 1])
    func policies(kind: Int) {
        func gone(_ policy: KafkaSourceConfiguration.OffsetOutOfRange) -> StoredStart.Verdict {
            switch kind {
            case -1: start(low: 70, policy: policy).verdict
            case 0: start(low: 10, high: 50, policy: policy).verdict
            default: start(low: 10, stored: "a", now: "b", policy: policy).verdict
            }
        }
        #expect(gone(.earliest) == .jump(to: kind == -1 ? 70 : 10))
        #expect(gone(.latest) == .jump(to: kind == 0 ? 50 : 100))
    }

    @Test("every failure says what is lost and what can be done")
    func sentences() {
        let cases: [(StoredStart, CheckpointError.Code)] = [
            (start(low: 75), .recordsLost), (start(high: 10), .pastEnd),
            (start(stored: "a", now: "b"), .recreatedTopic),
        ]
        for (start, code) in cases {
            guard case .fail(let reason) = start.verdict else {
                Issue.record("\(start) doesn't fail")
                continue
            }
            let error = CheckpointError.gone(reason, TopicPartition("orders", 3), start)
            #expect(error.code == code)
            #expect(error.lostOffsets != nil)
            #expect(error.message.contains("orders") && error.message.contains("earliest"), "\(error)")
        }
    }

    @Test("the first records after a restart: the known one is left out, a stranger is found, a gap says nothing")
    func resumePoint() {
        let known = { Self.last }
        let stranger = { RecordFingerprint(offset: 59, timestamp: 7, hash: 10) }
        #expect(Self.point.examine(offset: 59, known) == .known)
        #expect(Self.point.examine(offset: 59, stranger) == .stranger)
        #expect(Self.point.examine(offset: 60, stranger) == .passed)
        #expect(Self.point.examine(offset: 4711, stranger) == .passed)
        #expect(Self.point.examine(offset: 58, stranger) == .known, "before the last one all was processed")
    }
}
