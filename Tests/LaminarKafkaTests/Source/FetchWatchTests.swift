import Testing

@testable import LaminarKafka

@Suite("The fetcher is woken when a full queue has drained")
struct FetchWatchTests {
    @Test("once, below a quarter of the bound, after it was nearly full") func drained() {
        var watch = FetchWatch(limit: 1000)
        var asks: [Int] = []
        for bytes in [100, 900, 600, 300, 240, 100] where watch.note(bytes: bytes) { asks.append(bytes) }
        #expect(asks == [240])
        #expect(watch.isImpatient)
    }

    @Test("never for a queue that wasn't full: a quiet topic costs no request") func quiet() {
        var watch = FetchWatch(limit: 1000)
        var asks = 0
        for bytes in [10, 0, 400, 0, 300, 0] where watch.note(bytes: bytes) || watch.idle() { asks += 1 }
        #expect(asks == 0)
    }

    @Test("every sequence of five turns: an ask follows a full queue that drained, and ends when it grows")
    func everySequence() {
        // Nil is an idle turn; the bound is 1000.
        let turns: [Int?] = [nil, 0, 240, 300, 600, 1000]
        for code in 0..<(6 * 6 * 6 * 6 * 6) {
            var watch = FetchWatch(limit: 1000)
            var peak = 0
            var last = 0
            var isWaiting = false
            var rest = code
            for _ in 0..<5 {
                switch turns[rest % 6] {
                case let bytes?:
                    let asks = watch.note(bytes: bytes)
                    if bytes > last {
                        peak = max(peak, bytes)
                        isWaiting = false
                        #expect(!asks)
                    } else {
                        #expect(asks == (peak >= 500 && bytes < 250))
                        if asks {
                            peak = bytes
                            isWaiting = true
                        }
                    }
                    last = bytes
                case nil: #expect(watch.idle() == isWaiting)
                }
                #expect(watch.isImpatient == isWaiting)
                rest /= 6
            }
        }
    }

    @Test("again while nothing comes, a few times, and not once something came") func impatience() {
        var watch = FetchWatch(limit: 1000)
        _ = watch.note(bytes: 1000)
        _ = watch.note(bytes: 0)
        var asks = 0
        for _ in 0..<20 where watch.idle() { asks += 1 }
        #expect(asks == 10)
        _ = watch.note(bytes: 1000)
        _ = watch.note(bytes: 0)
        #expect(watch.isImpatient)
        _ = watch.note(bytes: 50)
        let asksAgain = watch.idle()
        #expect(!watch.isImpatient && !asksAgain)
    }
}
