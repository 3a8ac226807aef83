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

    @Test("while partitions wait the source is stalled, though others deliver; then it stands where it would have stood")
    func waiting() {
        var life = SourceLife(state: .running)
        #expect(life.handle(.waiting("schema registry")))
        #expect(!life.handle(.delivered))
        #expect(life.state == .stalled("schema registry"))
        #expect(!life.handle(.drained))
        #expect(life.handle(.waiting(nil)))
        #expect(life.state == .idle)
    }
}
