import Testing

@testable import LaminarKafka

@Suite("The fetcher is woken when a full queue has drained")
struct FetchWatchTests {
    @Test("once, below a quarter of the bound, after it was nearly full") func drained() {
        var watch = FetchWatch(limit: 1000)
        #expect([100, 900, 600, 300, 240].map { watch.note(bytes: $0) } == [false, false, false, false, true])
        #expect(watch.note(bytes: 100) == false)
        #expect(watch.isImpatient)
    }

    @Test("never for a queue that wasn't full: a quiet topic costs no request") func quiet() {
        var watch = FetchWatch(limit: 1000)
        for bytes in [10, 0, 400, 0, 300, 0] { #expect(watch.note(bytes: bytes) == false) }
        #expect(watch.idle() == false)
    }

    @Test("again while nothing comes, a few times, and not once something came") func impatience() {
        var watch = FetchWatch(limit: 1000)
        _ = watch.note(bytes: 1000)
        #expect(watch.note(bytes: 0))
        #expect((0..<20).count { _ in watch.idle() } == 10)
        _ = watch.note(bytes: 1000)
        #expect(watch.note(bytes: 0))
        #expect(watch.idle())
        _ = watch.note(bytes: 50)
        #expect(!watch.isImpatient && !watch.idle())
    }
}
