import LaminarCore
import Testing

@testable import LaminarKafka

@Suite("A producer's account of what is on its way", .timeLimit(.minutes(5)))
struct OutboxTests {
    private static let most = 80_000

    private func full() throws -> Outbox {
        let outbox = Outbox(log: SilentLogSink())
        for _ in 0..<Self.most { #expect(try outbox.takeRoom(bytes: 1)) }
        #expect(try !outbox.takeRoom(bytes: 1))
        return outbox
    }

    @Test("a caller waits for room and gets it when a report comes") func waits() async throws {
        let outbox = try full()
        async let waiting: Void = outbox.waitForRoom(bytes: 1)
        outbox.refund(bytes: 1)
        try await waiting
        #expect(try !outbox.takeRoom(bytes: 1), "the room is the waiter's")
    }

    @Test("waiting honours cancellation, and takes no room then") func cancelled() async throws {
        let outbox = try full()
        let waiting = Task { try await outbox.waitForRoom(bytes: 1) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        outbox.refund(bytes: 1)
        #expect(try outbox.takeRoom(bytes: 1))
        try await outbox.accept()
        let flush = Task { try await outbox.waitUntilEmpty() }
        flush.cancel()
        await #expect(throws: CancellationError.self) { try await flush.value }
        let report = Task { try await outbox.waitForReport(after: outbox.reportCount) }
        report.cancel()
        await #expect(throws: CancellationError.self) { try await report.value }
    }

    @Test("a close wakes those who wait for room with an error") func closed() async throws {
        let outbox = try full()
        let waiting = Task { try await outbox.waitForRoom(bytes: 1) }
        #expect(outbox.beginClose())
        #expect(!outbox.beginClose())
        let error = await #expect(throws: KafkaError.self) { try await waiting.value }
        #expect(error?.code == .closed)
        await #expect(throws: KafkaError.self) { try await outbox.accept() }
    }

    @Test("bytes count as much as records") func bytes() throws {
        let outbox = Outbox(log: SilentLogSink())
        #expect(try outbox.takeRoom(bytes: 64 << 20))
        #expect(try !outbox.takeRoom(bytes: 0))
        outbox.refund(bytes: 64 << 20)
        #expect(try outbox.takeRoom(bytes: 0))
    }

    @Test("headers count among a record's bytes") func headers() {
        let record = ProducedRecord(
            value: "12345", key: "678", headers: [KafkaHeader("ab", text: "cdef"), KafkaHeader("g", nil)])
        #expect(record.byteCount == 5 + 3 + 6 + 1)
    }

    @Test("a failure is told once, the first one") func failure() {
        let outbox = Outbox(log: SilentLogSink())
        outbox.note(KafkaError(code: .delivery, message: "first"))
        outbox.note(KafkaError(code: .delivery, message: "second"))
        let error = #expect(throws: KafkaError.self) { try outbox.throwFailure() }
        #expect(error?.message == "first")
        #expect(throws: Never.self) { try outbox.throwFailure() }
    }
}
