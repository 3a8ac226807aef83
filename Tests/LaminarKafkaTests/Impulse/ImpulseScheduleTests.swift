import Testing

@testable import LaminarKafka

@Suite("When an impulse owes records")
struct ImpulseScheduleTests {
    private func schedule(rate: Double? = nil, count: Int64? = nil) -> ImpulseSchedule {
        ImpulseSchedule(ImpulseConfiguration(eventRate: rate, messageCount: count))
    }

    @Test("the first at once, then by the clock") func byTheClock() {
        let schedule = schedule(rate: 100)
        #expect(schedule.due(after: .zero, made: 0) == 1)
        #expect(schedule.due(after: .zero, made: 1) == 0)
        #expect(schedule.due(after: .milliseconds(250), made: 10) == 16)
        #expect(schedule.due(after: .milliseconds(-5), made: 0) == 1, "a clock that went back owes no less")
    }

    @Test("it is due when it said that it would be", arguments: [0.5, 3, 7, 100, 1_234_567, 1e9])
    func agrees(rate: Double) throws {
        let schedule = schedule(rate: rate)
        for made: Int64 in [0, 1, 2, 9, 10, 99, 12_345, 1_000_003] {
            let moment = try #require(schedule.next(made: made))
            #expect(schedule.due(after: moment, made: made) >= 1, "record \(made) at \(moment)")
        }
    }

    @Test("no more than asked for") func total() {
        let schedule = schedule(rate: 10, count: 5)
        #expect(schedule.due(after: .seconds(3600), made: 2) == 3)
        #expect(schedule.due(after: .seconds(3600), made: 5) == 0)
        #expect(schedule.next(made: 5) == nil)
    }

    @Test("without a rate all are due, without a count there is no end") func unlimited() {
        #expect(schedule(count: 7).due(after: .zero, made: 3) == 4)
        #expect(schedule().due(after: .zero, made: 3) == .max - 3)
        #expect(schedule().next(made: .max - 1) == .zero)
        #expect(schedule(rate: 1e9).due(after: .seconds(1 << 60), made: 0) == .max)
    }
}
