import Testing

@testable import LaminarKafka

@Suite struct PropertyCombinationsTests {
    @Test(
        "properties of a source that librdkafka refuses together are refused at CREATE",
        arguments: [
            (["session.timeout.ms": "400000"], ["session.timeout.ms", "max.poll.interval.ms"]),
            (["max.poll.interval.ms": "10000"], ["session.timeout.ms", "max.poll.interval.ms"]),
            (["heartbeat.interval.ms": "45000"], ["heartbeat.interval.ms", "session.timeout.ms"]),
            (["reconnect.backoff.ms": "20000"], ["reconnect.backoff.ms", "reconnect.backoff.max.ms"]),
            (["fetch.max.bytes": "1000"], ["message.max.bytes", "fetch.max.bytes"]),
            (["receive.message.max.bytes": "1000"], ["fetch.max.bytes", "receive.message.max.bytes"]),
            (["group.instance.id": "a", "parallelism": "2"], ["group.instance.id", "parallelism"]),
        ] as [(StatementOptions, [String])])
    func sources(options: StatementOptions, names: [String]) throws {
        let error = try #require(StatementOptions.source(options).refusal())
        #expect(error.code == .conflict)
        for name in names { #expect(error.message.contains("'\(name)'"), "\(error)") }
        #expect(options.pairs.contains { $0.0 == error.option }, "\(error)")
    }

    @Test(
        "properties of a sink that would break its order are refused at CREATE",
        arguments: [
            (["max.in.flight.requests.per.connection": "6"], "max.in.flight.requests.per.connection"),
            (["max.in.flight": "6"], "max.in.flight"), (["retries": "0"], "retries"),
            (["delivery.timeout.ms": "5", "linger.ms": "10"], "linger.ms"),
            (["sink.commit_mode": "exactly_once", "delivery.timeout.ms": "120000"], "delivery.timeout.ms"),
            (["sink.commit_mode": "exactly_once", "delivery.timeout.ms": "40"], "delivery.timeout.ms"),
            (
                ["sink.commit_mode": "exactly_once", "transaction.timeout.ms": "5000", "socket.timeout.ms": "6000"],
                "socket.timeout.ms"
            ),
        ] as [(StatementOptions, String)])
    func sinks(options: StatementOptions, name: String) throws {
        let error = try #require(StatementOptions.sink(options).refusal())
        #expect(error.option == name, "\(error)")
    }

    @Test("what librdkafka accepts is accepted") func right() throws {
        _ = try StatementOptions.source(["session.timeout.ms": "6000", "heartbeat.interval.ms": "2000"]).source()
        _ = try StatementOptions.source(["session.timeout.ms": "${secret:s}"]).source()
        _ = try StatementOptions.sink(["max.in.flight": "5", "retries": "3", "linger.ms": "0.5"]).sink()
        _ = try StatementOptions.sink(["delivery.timeout.ms": "0"]).sink()
    }
}
