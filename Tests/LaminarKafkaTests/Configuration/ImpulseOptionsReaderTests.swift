import LaminarSQL
import Testing

@testable import LaminarKafka

@Suite struct ImpulseOptionsReaderTests {
    private func impulse(_ options: StatementOptions) throws -> ImpulseConfiguration {
        guard
            case .impulse(let impulse) =
                try ConnectionOptions(connector: "Impulse", options: options.options).configuration
        else { throw StatementOptions.WrongKind() }
        return impulse
    }

    @Test("an impulse needs no option") func defaults() throws {
        #expect(try impulse([:]) == ImpulseConfiguration())
        #expect(try impulse(["type": "source"]) == ImpulseConfiguration())
    }

    @Test(
        "an interval is a duration; without a unit it counts nanoseconds",
        arguments: [
            ("1000000", Duration.milliseconds(1)), ("10ms", .milliseconds(10)), ("1 second", .seconds(1)),
            ("2.5 s", .milliseconds(2500)), ("1 minute", .seconds(60)),
        ])
    func intervals(text: String, interval: Duration) throws {
        let impulse = try impulse(["event_rate": "0.5", "message_count": "10", "event_time_interval": text])
        #expect(impulse == ImpulseConfiguration(eventRate: 0.5, messageCount: 10, eventTimeInterval: interval))
    }

    @Test(
        "what has no meaning for an impulse is refused",
        arguments: [
            (["format": "json"], "format"), (["topic": "a"], "topic"), (["type": "sink"], "type"),
            (["event_rate": "0"], "event_rate"), (["event_rate": "fast"], "event_rate"),
            (["event_rate": "nan"], "event_rate"), (["message_count": "-1"], "message_count"),
            (["event_time_interval": "0"], "event_time_interval"),
            (["event_time_interval": "1 fortnight"], "event_time_interval"),
            (["fetch.min.bytes": "1"], "fetch.min.bytes"),
            (["event_rates": "1"], "event_rates"),
        ] as [(StatementOptions, String)])
    func refusals(options: StatementOptions, option: String) throws {
        let error = try #require(options.refusal(connector: "impulse"))
        #expect(error.option == option)
    }
}
