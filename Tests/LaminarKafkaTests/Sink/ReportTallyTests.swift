import CRdKafka
import Dispatch
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("Reports that are only counted")
struct ReportTallyTests {
    private func message(
        _ tag: DeliveryTag, _ error: rd_kafka_resp_err_t = RD_KAFKA_RESP_ERR_NO_ERROR
    ) -> rd_kafka_message_t {
        var message = rd_kafka_message_t()
        message._private = tag.opaque
        message.err = error
        return message
    }

    private func note(_ message: rd_kafka_message_t, _ tally: ReportTally) -> Bool {
        withUnsafePointer(to: message) { tally.note($0) }
    }

    @Test("are those of records that arrived and that nobody waits for") func kinds() throws {
        let tally = ReportTally()
        tally.adopt()
        #expect(note(message(.counted(bytes: 7)), tally) && note(message(.counted(bytes: 0)), tally))
        #expect(!note(message(.counted(bytes: 7), RD_KAFKA_RESP_ERR__MSG_TIMED_OUT), tally))
        let waited = message(.receipt(Receipt(bytes: 1) { _ in }))
        #expect(!note(waited, tally))
        _ = DeliveryTag(try #require(waited._private))
        let count = tally.take()
        #expect(count.records == 2 && count.bytes == 7)
        #expect(tally.take().records == 0, "what was taken doesn't come again")
    }

    @Test("are the owner's: another thread's are left to the delegate") func threads() async throws {
        let tally = ReportTally()
        #expect(!note(message(.counted(bytes: 1)), tally), "nobody counts yet")
        let (own, others) = try await ClientThread.run("owner") { () throws(KafkaError) in
            tally.adopt()
            let own = note(message(.counted(bytes: 1)), tally)
            let others = Mutex<(noted: Bool, taken: Int)?>(nil)
            let ended = DispatchSemaphore(value: 0)
            try ClientThread.start("other") {
                let noted = note(message(.counted(bytes: 1)), tally)
                others.withLock { $0 = (noted, tally.take().records) }
                ended.signal()
            }
            ended.wait()
            let found = others.withLock { $0 }
            defer { tally.leave() }
            return ((own, tally.take().records), found)
        }
        #expect(own == (true, 1))
        #expect(others?.noted == false && others?.taken == 0)
        #expect(!note(message(.counted(bytes: 1)), tally), "nobody counts any more")
    }
}
