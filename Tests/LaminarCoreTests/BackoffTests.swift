import LaminarCore
import Testing

@Suite struct BackoffTests {
    @Test("the ceiling doubles up to the cap and starts anew after a reset") func ceilings() {
        var backoff = Backoff(base: .seconds(1), cap: .seconds(20))
        var ceilings: [Duration] = []
        for _ in 0..<7 {
            ceilings.append(backoff.ceiling)
            let delay = backoff.next()
            #expect(delay >= .zero && delay <= ceilings[ceilings.count - 1])
        }
        #expect(ceilings == [1, 2, 4, 8, 16, 20, 20].map { .seconds($0) })
        backoff.reset()
        #expect(backoff.ceiling == .seconds(1))
    }
}
