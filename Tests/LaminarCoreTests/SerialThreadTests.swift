import LaminarCore
import Synchronization
import Testing

@Suite("A serial thread runs blocking work in order")
struct SerialThreadTests {
    private final class Running: Sendable {
        private let count = Atomic<Int>(0)
        func enter() -> Int { count.add(1, ordering: .relaxed).newValue }
        func leave() { count.subtract(1, ordering: .relaxed) }
    }

    @Test("one after the other, each caller with its own result") func order() async throws {
        let thread = try SerialThread()
        let running = Running()
        let results = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await thread.run {
                        #expect(running.enter() == 1, "two pieces of work at once")
                        running.leave()
                        return number
                    }
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(results == Set(0..<200))
    }

    @Test("what the work throws reaches its caller") func failure() async throws {
        struct Refusal: Error {}
        let thread = try SerialThread()
        await #expect(throws: Refusal.self) { try await thread.run { throw Refusal() } }
        #expect(try await thread.run { 1 } == 1)
    }
}
