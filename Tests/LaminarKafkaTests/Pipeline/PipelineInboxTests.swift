import LaminarFormats
import Testing

@testable import LaminarKafka

@Suite(.timeLimit(.minutes(5))) struct PipelineInboxTests {
    @Test("a checkpoint that is asked for comes, and an inbox that ended says so to everybody")
    func requests() async {
        let inbox = PipelineInbox()
        inbox.requestCheckpoint()
        guard case .checkpoint = await inbox.next() else {
            Issue.record("no checkpoint")
            return
        }
        async let item = inbox.next()
        #expect(inbox.end().isEmpty)
        guard case .end = await item else {
            Issue.record("no end")
            return
        }
    }

    @Test("rows wait for their reader, two batches at most, and are done when more is asked for")
    func rows() async throws {
        let channel = RowChannel()
        channel.start()
        let batch = try RecordBatch(schema: .empty, columns: [], count: 1)
        for _ in 0..<2 { await channel.send(.init(rows: batch) {}) }
        async let third: Void = channel.send(.init(rows: batch) {})
        for _ in 0..<3 { #expect(try await channel.receive() != nil) }
        await third
        channel.finish(.success(()))
        #expect(try await channel.receive() == nil)
    }

    @Test("a channel that is stopped keeps nobody waiting")
    func stop() async throws {
        let channel = RowChannel()
        channel.start()
        let batch = try RecordBatch(schema: .empty, columns: [], count: 1)
        for _ in 0..<2 { await channel.send(.init(rows: batch) {}) }
        async let third: Void = channel.send(.init(rows: batch) {})
        channel.stop()
        await third
    }

    @Test("who follows changes hears of the newest checkpoint, and of the end")
    func changes() async {
        let feed = ChangeFeed()
        async let first = feed.wait(after: 0)
        feed.note(3)
        #expect(await first)
        async let second = feed.wait(after: 3)
        feed.end()
        #expect(await second == false)
    }
}
