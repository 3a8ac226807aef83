import Testing

@testable import LaminarKafka

@Suite struct PipelineLifeTests {
    private static let states: [PipelineState] = [
        .stopped, .starting, .running, .waitingForReader, .retrying("r"), .failed("f"),
    ]
    private static let events: [PipelineLife.Event] = [
        .start, .stop, .readerCame, .readerLeft, .settled, .failed("e", mayPass: true), .failed("e", mayPass: false),
        .retryIsDue,
    ]

    /// A life that has come to a state.
    private func life(_ state: PipelineState, needsReader: Bool) -> PipelineLife? {
        var life = PipelineLife(needsReader: needsReader)
        let way: [PipelineLife.Event]
        switch state {
        case .stopped: way = []
        case .starting: way = [.readerCame, .start]
        case .running: way = [.readerCame, .start, .settled]
        case .waitingForReader: way = needsReader ? [.start] : []
        case .retrying(let reason): way = [.readerCame, .start, .failed(reason, mayPass: true)]
        case .failed(let reason): way = [.readerCame, .start, .failed(reason, mayPass: false)]
        }
        for event in way { _ = life.handle(event) }
        return life.state == state ? life : nil
    }

    @Test(
        "in every state every event leaves it either reading or not, and never both",
        arguments: PipelineLifeTests.states, PipelineLifeTests.events)
    func everyPair(state: PipelineState, event: PipelineLife.Event) throws {
        for needsReader in [true, false] {
            guard var life = life(state, needsReader: needsReader) else { continue }
            let wasReading = [.starting, .running].contains(life.state)
            let actions = life.handle(event)
            let isReading = [.starting, .running].contains(life.state)
            if !wasReading, isReading { #expect(actions.contains(.attach)) }
            if wasReading, !isReading, life.state == .stopped || life.state == .waitingForReader {
                #expect(actions == [.detach])
            }
            #expect(actions.filter { $0 == .attach || $0 == .detach }.count <= 1)
            if case .retrying = life.state, wasReading { #expect(actions == [.retryLater]) }
            if needsReader, isReading { #expect(life.hasReader) }
        }
    }

    /// Lets a life go through events, each with the actions and the state that it must bring.
    private func walk(
        needsReader: Bool, _ steps: [(event: PipelineLife.Event, actions: [PipelineLife.Action], state: PipelineState)]
    ) {
        var life = PipelineLife(needsReader: needsReader)
        for step in steps {
            let actions = life.handle(step.event)
            #expect(actions == step.actions, "\(step.event)")
            #expect(life.state == step.state, "\(step.event)")
        }
    }

    @Test("a pipeline whose rows go to the host waits until somebody reads them, and rests when nobody does")
    func waits() {
        walk(
            needsReader: true,
            [
                (.start, [], .waitingForReader), (.readerCame, [.attach], .starting), (.settled, [], .running),
                (.readerLeft, [.detach], .waitingForReader),
            ])
    }

    @Test("a failure that may pass is tried again, another one isn't before it's asked for")
    func failures() {
        walk(
            needsReader: false,
            [
                (.start, [.attach], .starting), (.failed("away", mayPass: true), [.retryLater], .retrying("away")),
                (.retryIsDue, [.attach], .starting), (.failed("wrong", mayPass: false), [], .failed("wrong")),
                (.start, [.attach], .starting),
            ])
    }

    @Test("a stop while a retry is due forgets the retry")
    func stopWhileRetrying() {
        walk(
            needsReader: false,
            [
                (.start, [.attach], .starting), (.failed("away", mayPass: true), [.retryLater], .retrying("away")),
                (.stop, [.forgetRetry], .stopped), (.retryIsDue, [], .stopped),
            ])
    }
}
