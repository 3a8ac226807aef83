import LaminarCore
import LaminarTesting
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("A call of librdkafka that doesn't come back is told of", .timeLimit(.minutes(5)))
struct CallWatchTests {
    private let start = ContinuousClock.now

    @Test("within its bound it isn't, at its bound it is, once") func bound() {
        var watch = CallWatch()
        #expect(watch.overdue(at: start) == nil)
        watch.began("Committing", at: start, bound: .seconds(65))
        #expect(watch.overdue(at: start + .seconds(64)) == nil)
        let call = watch.overdue(at: start + .seconds(65))
        #expect(call?.what == "Committing")
        #expect(call?.deadline == start + .seconds(65))
        #expect(watch.overdue(at: start + .seconds(66)) == nil)
    }

    @Test("one that ended isn't, and the next one has a bound of its own") func next() {
        var watch = CallWatch()
        watch.began("Adding offsets", at: start, bound: .seconds(1))
        watch.ended()
        #expect(watch.overdue(at: start + .seconds(9)) == nil)
        watch.began("Committing", at: start + .seconds(10), bound: .seconds(1))
        #expect(watch.overdue(at: start + .seconds(10)) == nil)
        #expect(watch.overdue(at: start + .seconds(11))?.what == "Committing")
    }

    @Test("one that comes back after it was given up doesn't disturb the next") func late() {
        var watch = CallWatch()
        watch.began("Adding offsets", at: start, bound: .zero)
        #expect(watch.overdue(at: start) != nil)
        watch.ended()
        #expect(watch.overdue(at: start + .seconds(9)) == nil)
        watch.began("Aborting", at: start, bound: .seconds(1))
        #expect(watch.overdue(at: start + .seconds(1))?.what == "Aborting")
    }

    @Test("the transform ends with the reason, its id is free for the next one, and a close waits for nobody")
    func transactor() async throws {
        let broker = try EmbeddedBroker()
        var sink = KafkaSinkConfiguration(bootstrapServers: broker.bootstrapServers, topic: "out")
        sink.commitMode = .exactlyOnce
        sink.transactionalID = "stuck"
        let group = TransactionGroup(sink, groupID: "stuck")
        let (failures, told) = AsyncStream.makeStream(of: KafkaError.self)
        let transactor = try await Transactor(
            sink, slot: group.claim(), interval: .milliseconds(100), secrets: .standard, log: SilentLogSink(),
            news: WriterNews(failed: { told.yield($0) }, rewind: { _, _ in }, note: { _ in }))
        try await transactor.start()
        // A thread that is stuck for as long as the test likes; again where a call of the transactor's own came between.
        let release = AsyncStream.makeStream(of: Void.self)
        let stuck = WakeSignal()
        let isTold = Atomic<Bool>(false)
        try ClientThread.start("stuck") {
            while !isTold.load(ordering: .acquiring) {
                transactor.calls.run("Adding offsets to the transaction of stuck-0", bound: .milliseconds(200)) {
                    stuck.wait(.seconds(5))
                }
            }
            release.continuation.finish()
        }
        var failure: KafkaError?
        for await error in failures {
            failure = error
            break
        }
        #expect(failure?.code == .timedOut)
        let message = failure?.message ?? ""
        for part in ["Adding offsets", "stuck-0", "0.2 seconds", "5456", "Start this process again"] {
            #expect(message.contains(part), "\(message)")
        }
        #expect(group.claim().transactionalID == "stuck-0")
        transactor.close()
        isTold.store(true, ordering: .releasing)
        stuck.raise()
        for await _ in release.stream {}
        await broker.close()
    }
}
