import Testing

@testable import LaminarKafka

@Suite("A source's state follows what happens to it")
struct SourceLifeTests {
    static let states: [SourceState] = [.starting, .running, .idle, .stalled("x"), .failed("y"), .stopped]
    static let events: [SourceLife.Event] = [
        .delivered, .drained, .trouble("away"), .recovered, .waiting("schema registry"), .waiting(nil),
        .failed("broken"), .stopped,
    ]

    @Test("every event in every state", arguments: states, events)
    func everyPair(state: SourceState, event: SourceLife.Event) {
        var life = SourceLife(state: state)
        let changed = life.handle(event)
        #expect(changed == (life.state != state))
        let expected: SourceState =
            switch (state, event) {
            case (.failed, _), (.stopped, _): state
            case (_, .failed(let reason)): .failed(reason)
            case (_, .stopped): .stopped
            case (_, .trouble(let reason)): .stalled(reason)
            case (_, .waiting(let reason?)): .stalled(reason)
            case (_, .waiting(nil)): state
            case (_, .delivered): .running
            case (.running, .recovered): .running
            case (_, .drained), (_, .recovered): .idle
            }
        #expect(life.state == expected)
    }

    @Test("while partitions wait the source is stalled, though others deliver; then it is what it would have been")
    func waiting() {
        var life = SourceLife(state: .running)
        let events: [SourceLife.Event] = [.waiting("schema registry"), .delivered, .drained, .waiting(nil)]
        let states = events.map { event in
            _ = life.handle(event)
            return life.state
        }
        let stalled = SourceState.stalled("schema registry")
        #expect(states == [stalled, stalled, stalled, .idle])
    }
}
