public import LaminarCore

extension Laminar {
    /// Tries a connection stage by stage: names, address, TLS, login, metadata, topics and rights, registry. At most 30 s;
    /// no group is joined, nothing is written.
    ///
    ///     let report = try await laminar.testConnection("shop")
    ///     print(report)                                 // one line a stage, the failed one with what to check
    ///
    /// - Throws: ``LaminarError`` with code `unknownName`, or `wrongKind` for one that connects to nothing.
    public func testConnection(_ name: String) async throws -> ConnectionReport {
        switch try resolveConnection(name) {
        case .kafkaSource(let source): return await source.testConnection(secrets: secrets, log: log)
        case .kafkaSink(let sink): return await sink.testConnection(secrets: secrets, log: log)
        case .impulse:
            throw LaminarError(
                code: .wrongKind,
                message: "Connection \(name) is an impulse, which connects to nothing: there is nothing to test.")
        }
    }
}

extension KafkaSourceConfiguration {
    /// Tries to connect as a source with this configuration would: see ``Laminar/testConnection(_:)``.
    public func testConnection(
        secrets: any SecretProvider = .standard, log: any LogSink = SilentLogSink()
    ) async -> ConnectionReport {
        await ConnectionTest(target: .source(self), secrets: secrets, log: log).run()
    }
}

extension KafkaSinkConfiguration {
    /// Tries to connect as a sink with this configuration would: see ``Laminar/testConnection(_:)``.
    public func testConnection(
        secrets: any SecretProvider = .standard, log: any LogSink = SilentLogSink()
    ) async -> ConnectionReport {
        await ConnectionTest(target: .sink(self), secrets: secrets, log: log).run()
    }
}
