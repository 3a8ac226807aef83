import LaminarFormats
import Testing

@testable import LaminarKafka

@Suite struct HealthBoardTests {
    private final class Source: HealthReporter {
        let health: SourceHealth
        init(_ name: String, table: String? = nil, _ state: SourceState, isStuck: Bool = false) {
            health = SourceHealth(
                name: name, table: table, subscription: "orders", group: "g", state: state,
                since: Timestamp(milliseconds: 0), lastBatchAt: nil, lastPollAt: nil, partitions: [],
                counters: SourceCounters(), bufferedBytes: 0, isStuck: isStuck)
        }
    }

    @Test(
        "what is at work is ready",
        arguments: [
            ([], true), ([.running, .idle], true), ([.running, .starting], false), ([.stalled("x")], false),
            ([.failed("x"), .running], false), ([.stopped], true),
        ] as [([SourceState], Bool)])
    func ready(states: [SourceState], expected: Bool) {
        let health = Health(sources: states.map { Source("shop", $0).health })
        #expect(health.isReady == expected)
        #expect(health.isLive)
        #expect(health.reasons.isEmpty == expected)
    }

    @Test("a stuck thread isn't live, and a shut down one isn't ready; both say why") func reasons() {
        let stuck = Health(sources: [Source("shop", table: "orders", .running, isStuck: true).health])
        #expect(!stuck.isLive)
        #expect(!stuck.isReady)
        #expect(stuck.reasons == ["The polling thread of Source shop (table orders) doesn't move."])
        let down = Health(sources: [], isShutDown: true)
        #expect(down.isLive)
        #expect(!down.isReady)
        let failed = PipelineStatus(name: "spend", state: "failed", lastError: "No room.")
        #expect(Health(sources: [], pipelines: [failed]).reasons == ["Pipeline spend has failed: No room."])
    }

    @Test("a source is forgotten with its last reference, a failure until the next source in its place") func life() {
        let board = HealthBoard()
        var open: Source? = Source("shop", table: "orders", .running)
        if let open { board.add(open, name: "shop", table: "orders") }
        #expect(board.sources.map(\.state) == [.running])
        open = nil
        #expect(board.sources.isEmpty)
        let broken = Source("shop", table: "orders", .failed("why"))
        board.add(broken, name: "shop", table: "orders")
        board.failed(broken, broken.health)
        board.stopped(broken)
        #expect(board.sources.map(\.state) == [.failed("why")])
        let other = Source("shop", table: "items", .running)
        board.add(other, name: "shop", table: "items")
        #expect(board.sources.count == 2)
        let next = Source("shop", table: "orders", .starting)
        board.add(next, name: "shop", table: "orders")
        #expect(Set(board.sources.map(\.state)) == [.running, .starting])
        withExtendedLifetime((broken, other, next)) {}
    }

    @Test("memory is bounded") func bounds() {
        let board = HealthBoard()
        for number in 0..<500 {
            let source = Source("s\(number)", .failed("x"))
            board.failed(source, source.health)
            board.note(SourceHappening(time: .now, source: "s\(number)", kind: .lost, partitions: []))
        }
        #expect(board.sources.count == HealthBoard.mostFailed)
        #expect(board.happenings.count == HealthBoard.mostHappenings)
        #expect(board.happenings.last?.source == "s499")
    }
}
