import Testing

@testable import LaminarKafka

@Suite struct DefinitionDifferenceTests {
    private func options(_ options: StatementOptions) throws -> [NormalisedOption] {
        try ConnectionOptions(connector: "kafka", options: StatementOptions.source(options).options).options
    }

    private func differences(_ old: StatementOptions, _ new: StatementOptions) throws -> [String] {
        ConnectionOptions.differences(from: try options(old), to: try options(new)).map(\.description)
    }

    @Test("the same definition in other words has no differences") func same() throws {
        #expect(try differences([:], [:]) == [])
        #expect(try differences(["batch_size": "10"], ["batch_size": "010"]) == [])
        #expect(try differences(["source.offset": "LATEST"], ["offset": "latest"]) == [])
        #expect(try differences([:], ["offset": "earliest", "bad_data": "fail", "enable.auto.commit": "true"]) == [])
        #expect(try differences(["fetch.max.wait.ms": "5"], ["fetch.wait.max.ms": "5"]) == [])
    }

    @Test("differences are named in the order of the reference") func named() throws {
        #expect(
            try differences(["batch_size": "10", "fetch.min.bytes": "2"], ["batch_size": "20", "offset": "latest"]) == [
                "offset: added, 'latest'", "batch_size: '10' → '20'", "fetch.min.bytes: taken out, was '2'",
            ])
        #expect(try differences([:], ["batch_timeout_ms": "1000"]) == ["batch_timeout_ms: added, '1000'"])
    }

    @Test("a secret that was written out isn't shown") func secrets() throws {
        let sasl: StatementOptions = [
            "auth.type": "sasl", "auth.mechanism": "PLAIN", "auth.username": "u", "auth.password": "hunter2",
        ]
        var other = sasl
        other.pairs[3].1 = "hunter3"
        #expect(try differences(sasl, other) == ["auth.password: '<redacted>' → '<redacted>'"])
    }
}
