import Testing

@testable import LaminarKafka

@Suite("The life of a token, by a manual clock")
struct TokenLifeTests {
    private typealias Life = TokenLife
    private static let start = ContinuousClock.now

    private static func at(_ seconds: Double) -> TokenLife.Instant { start + .seconds(seconds) }

    /// A life, and what it has done so far.
    private struct Run {
        var life = TokenLife(jitter: { 0 })

        @discardableResult
        mutating func handle(_ event: TokenLife.Event, _ seconds: Double) -> [TokenLife.Action] {
            life.handle(event, at: TokenLifeTests.at(seconds))
        }

        /// Seconds from the start to the deadline.
        var due: Double? { life.deadline.map { ($0 - TokenLifeTests.start) / .seconds(1) } }

        static func holding() -> Run {
            var run = Run()
            run.handle(.wanted, 0)
            run.handle(.answered(life: .seconds(100)), 1)
            return run
        }
    }

    @Test("it asks once, uses the answer, and asks again at 80 % of the token's life") func refresh() {
        var run = Run()
        #expect(run.handle(.wanted, 0) == [.ask])
        #expect(run.handle(.wanted, 0.5) == [])
        #expect(run.handle(.answered(life: .seconds(100)), 1) == [.use])
        #expect(run.due == 81)
        // librdkafka's own question, a moment early, and a wake too many.
        #expect(run.handle(.wanted, 80.9) == [])
        #expect(run.handle(.passed, 80.9) == [])
        #expect(run.handle(.passed, 81) == [.ask])
        #expect(run.handle(.answered(life: .seconds(100)), 82) == [.use])
        #expect(run.due == 162)
    }

    @Test("a failure is told and tried again after growing pauses, at most half a minute; a success ends them")
    func backoff() {
        var run = Run.holding()
        run.handle(.passed, 81)
        var now = 81.0
        var pauses: [Double] = []
        for _ in 0..<8 {
            #expect(run.handle(.failed(reason: "away"), now) == [.tell(reason: "away")])
            let due = run.due ?? 0
            pauses.append((due - now).rounded())
            // Whoever wants a token meanwhile waits for the pause's end.
            #expect(run.handle(.wanted, due - 0.1) == [])
            #expect(run.handle(.refused, due - 0.1) == [])
            #expect(run.handle(.passed, due) == [.ask])
            now = due
        }
        #expect(pauses == [1, 2, 4, 8, 16, 30, 30, 30])
        run.handle(.answered(life: .seconds(100)), now)
        run.handle(.passed, now + 80)
        run.handle(.failed(reason: "away"), now + 80)
        #expect(run.due.map { ($0 - now - 80).rounded() } == 1)
    }

    @Test("jitter shortens a pause by up to a half", arguments: [0.0, 0.5, 1.0]) func jitter(value: Double) {
        var life = TokenLife(jitter: { value })
        _ = life.handle(.wanted, at: Self.at(0))
        _ = life.handle(.failed(reason: "x"), at: Self.at(0))
        #expect(life.deadline == Self.at(1 - value / 2))
    }

    @Test("the old token stays known while it is good, and no longer") func held() {
        var run = Run.holding()
        run.handle(.passed, 81)
        run.handle(.failed(reason: "away"), 82)
        guard case .failing(_, _, .some(let held)) = run.life.state else {
            Issue.record("the old token is forgotten: \(run.life.state)")
            return
        }
        #expect(held.until == Self.at(101))
        run.handle(.passed, 102)
        run.handle(.failed(reason: "away"), 102)
        guard case .failing(_, _, nil) = run.life.state else {
            Issue.record("a token that has ended is kept: \(run.life.state)")
            return
        }
    }

    @Test("nobody answers: given up after 30 s, told, and tried again; the late answer doesn't count") func silence() {
        var run = Run()
        run.handle(.wanted, 0)
        #expect(run.due == 30)
        #expect(run.handle(.passed, 29) == [])
        #expect(run.handle(.passed, 30) == [.giveUp, .tell(reason: "nobody answered for 30 s")])
        #expect(run.handle(.answered(life: .seconds(100)), 30.5) == [])
        #expect(run.handle(.passed, 31) == [.ask])
    }

    @Test("a token that has ended when it comes is a failure") func dead() {
        var run = Run()
        run.handle(.wanted, 0)
        #expect(run.handle(.answered(life: .zero), 1) == [.tell(reason: "the token that came has ended already")])
    }

    @Test("a refused token is replaced at once, but no more often than every 10 s") func refused() {
        var run = Run.holding()
        #expect(run.handle(.refused, 5) == [])
        #expect(run.handle(.refused, 11) == [.ask])
        #expect(run.handle(.refused, 11) == [])
    }

    @Test("every pair of state and event is answered; closed stays closed and silent") func everyPair() {
        var asking = Run()
        asking.handle(.wanted, 0)
        var failing = asking
        failing.handle(.failed(reason: "x"), 1)
        let runs = [Run(), asking, failing, Run.holding()]
        let events: [TokenLife.Event] = [
            .wanted, .refused, .answered(life: .seconds(10)), .failed(reason: "y"), .passed, .closed,
        ]
        for run in runs {
            for event in events {
                for time in [2.0, 50, 1000] {
                    var run = run
                    let before = run.life.state
                    let actions = run.handle(event, time)
                    #expect(actions.filter { $0 == .ask }.count <= 1)
                    if case .use = actions.first { #expect(event == .answered(life: .seconds(10))) }
                    if run.life.state != .closed, run.life.state != .empty {
                        #expect(run.life.deadline != nil, "\(before) + \(event) waits for nothing")
                    }
                    #expect(run.handle(.closed, time).allSatisfy { $0 == .giveUp })
                    for late in events { #expect(run.handle(late, time) == []) }
                    #expect(run.life.state == .closed && run.life.deadline == nil)
                }
            }
        }
    }

    @Test("over a day of failures and successes at random a token is never asked for twice at a time")
    func randomWalk() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var run = Run()
            var now = 0.0
            var isAsking = false
            func note(_ actions: [TokenLife.Action]) {
                for action in actions {
                    switch action {
                    case .ask:
                        #expect(!isAsking)
                        isAsking = true
                    case .giveUp, .use, .tell: isAsking = false
                    }
                }
            }
            note(run.handle(.wanted, now))
            while now < 86_400 {
                now += Double.random(in: 0.1...300, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0 where isAsking: note(run.handle(.answered(life: .seconds(600)), now))
                case 1 where isAsking: note(run.handle(.failed(reason: "x"), now))
                case 2: note(run.handle(.refused, now))
                case 3: note(run.handle(.wanted, now))
                default: note(run.handle(.passed, now))
                }
            }
        }
    }
}
