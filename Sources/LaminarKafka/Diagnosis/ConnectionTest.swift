import LaminarCore
import Synchronization

/// Tries a connection stage by stage; at most 30 s, and no group is joined.
struct ConnectionTest: Sendable {
    let target: Target
    let secrets: any SecretProvider
    let log: any LogSink

    private static let bound = Duration.seconds(30)
    /// Of the registry's stage, which has to come after the others.
    private static let registryShare = Duration.seconds(8)

    /// What is connected to.
    enum Target: Sendable {
        case source(KafkaSourceConfiguration)
        case sink(KafkaSinkConfiguration)

        var bootstrapServers: String {
            switch self {
            case .source(let source): source.bootstrapServers
            case .sink(let sink): sink.bootstrapServers
            }
        }

        var security: KafkaSecurity {
            switch self {
            case .source(let source): source.security
            case .sink(let sink): sink.security
            }
        }

        var registry: SchemaRegistryConfiguration? {
            switch self {
            case .source(let source): source.schemaRegistry
            case .sink(let sink): sink.schemaRegistry
            }
        }

        var configuration: ConnectionConfiguration {
            switch self {
            case .source(let source): .kafkaSource(source)
            case .sink(let sink): .kafkaSink(sink)
            }
        }

        func properties(secrets: any SecretProvider) async throws -> ClientProperties {
            switch self {
            case .source(let source): try await source.clientProperties(secrets: secrets)
            case .sink(let sink): try await sink.clientProperties(secrets: secrets)
            }
        }
    }

    /// Never throws: what goes wrong is a stage's failure.
    func run() async -> ConnectionReport {
        let started = ContinuousClock.now
        var book = CheckBook()
        let deadline = started + (target.registry == nil ? Self.bound : Self.bound - Self.registryShare)
        if let addresses = await checkNames(&book), await checkAddresses(addresses, &book),
            let properties = await resolveSecrets(&book)
        {
            let broker = BrokerCheck(target: target, properties: properties, log: log, deadline: deadline)
            let left = max(.seconds(1), deadline - .now) + .seconds(2)
            let found = await BoundedWait.thread("laminar-test", within: left) { broker.run() }
            book.add(
                found ?? [
                    Self.check(
                        .metadata, .failed,
                        "Kafka's client didn't come back in time: try "
                            + "again", left)
                ])
        }
        await checkRegistry(within: started + Self.bound, &book)
        return book.report(latency: .now - started)
    }

    // MARK: Stages

    private func checkNames(_ book: inout CheckBook) async -> [(BrokerAddress, [HostCheck.Address])]? {
        let started = ContinuousClock.now
        let brokers: [BrokerAddress]
        do throws(ConfigurationError) { brokers = try BrokerAddress.list(parsing: target.bootstrapServers) } catch {
            book.add([Self.check(.dns, .failed, error.message, .zero)])
            return nil
        }
        typealias Answer = (BrokerAddress, Result<[HostCheck.Address], HostCheck.Failure>?)
        let answers = await withTaskGroup(of: Answer.self, returning: [Answer].self) { group in
            for broker in brokers {
                group.addTask {
                    (broker, await BoundedWait.thread("laminar-dns", within: .seconds(5)) { HostCheck.resolve(broker) })
                }
            }
            return await group.reduce(into: [Answer]()) { $0.append($1) }
        }
        var known: [(BrokerAddress, [HostCheck.Address])] = []
        var unknown: [String] = []
        for (broker, answer) in answers {
            switch answer {
            case .success(let addresses): known.append((broker, addresses))
            case .failure(let failure): unknown.append("\(broker.host): \(failure.words)")
            case nil: unknown.append("\(broker.host): no answer for 5 s")
            }
        }
        let list = unknown.sorted().joined(separator: "; ")
        if known.isEmpty {
            let message =
                "No name of 'bootstrap_servers' is known (\(list)): check the spelling, and this "
                + "machine's DNS."
            book.add([Self.check(.dns, .failed, message, .now - started)])
            return nil
        }
        let message = unknown.isEmpty ? "" : "Not known: \(list)."
        book.add([Self.check(.dns, .passed, message, .now - started)])
        return known
    }

    private func checkAddresses(_ known: [(BrokerAddress, [HostCheck.Address])], _ book: inout CheckBook) async -> Bool
    {
        let started = ContinuousClock.now
        typealias Answer = (BrokerAddress, String?)
        let answers = await withTaskGroup(of: Answer.self, returning: [Answer].self) { group in
            for (broker, addresses) in known {
                group.addTask {
                    let words = await BoundedWait.thread("laminar-tcp", within: .seconds(6)) { () -> String? in
                        var last = "it has no address"
                        for address in addresses.prefix(4) {
                            let share = Duration.seconds(5) / min(4, addresses.count)
                            guard let failure = HostCheck.connect(address, within: share) else { return nil }
                            last = failure.words
                        }
                        return last
                    }
                    switch words {
                    case .some(let words): return (broker, words)
                    case nil: return (broker, "no answer for 6 s")
                    }
                }
            }
            return await group.reduce(into: [Answer]()) { $0.append($1) }
        }
        let silent = answers.compactMap { broker, words in words.map { "\(broker): \($0)" } }.sorted()
        let list = silent.joined(separator: "; ")
        guard silent.count < answers.count else {
            let message =
                "Nobody answers at 'bootstrap_servers' (\(list)): check host and port, that the brokers run, and the "
                + "firewalls between."
            book.add([Self.check(.tcp, .failed, message, .now - started)])
            return false
        }
        book.add([Self.check(.tcp, .passed, silent.isEmpty ? "" : "Not reached: \(list).", .now - started)])
        return true
    }

    /// Secrets and files belong to the stage that needs them.
    private func resolveSecrets(_ book: inout CheckBook) async -> ClientProperties? {
        let started = ContinuousClock.now
        let outcome = await BoundedWait.task(within: .seconds(8)) { () -> Result<ClientProperties, any Error> in
            do { return .success(try await target.properties(secrets: secrets)) } catch { return .failure(error) }
        }
        switch outcome {
        case .success(let properties): return properties
        case .failure(let error):
            let isOfTLS =
                (error as? ConfigurationError)?.option?.hasPrefix("ssl.") ?? (target.security.mechanism == nil)
            book.add([Self.check(isOfTLS ? .tls : .sasl, .failed, "\(error)", .now - started)])
        case nil:
            let message = "The secrets provider didn't answer for 8 s: check where '${secret:…}' is looked up."
            book.add([Self.check(target.security.mechanism == nil ? .tls : .sasl, .failed, message, .now - started)])
        }
        return nil
    }

    private func checkRegistry(within end: ContinuousClock.Instant, _ book: inout CheckBook) async {
        guard !book.hasFailed else { return }
        guard let registry = target.registry else {
            return book.add([Self.check(.registry, .notNeeded, "No registry is configured.", .zero)])
        }
        let question = RegistryQuestion(target.configuration, registry)
        let started = ContinuousClock.now
        let outcome = await BoundedWait.task(within: max(.seconds(1), end - started)) {
            () -> Result<String, any Error> in
            do { return .success(try await question.ask(secrets: secrets)) } catch { return .failure(error) }
        }
        switch outcome {
        case .success(let message): book.add([Self.check(.registry, .passed, message, .now - started)])
        case .failure(let error): book.add([Self.check(.registry, .failed, "\(error)", .now - started)])
        case nil:
            let message = "The schema registry didn't answer in time: check 'schema_registry.endpoint'."
            book.add([Self.check(.registry, .failed, message, .now - started)])
        }
    }

    static func check(
        _ stage: ConnectionReport.Stage, _ outcome: ConnectionReport.Check.Outcome, _ message: String,
        _ latency: Duration
    ) -> ConnectionReport.Check {
        ConnectionReport.Check(stage: stage, outcome: outcome, message: message, latency: latency)
    }
}

/// What was found so far.
private struct CheckBook {
    private var checks: [ConnectionReport.Check] = []

    var hasFailed: Bool { checks.contains { $0.outcome == .failed } }

    mutating func add(_ found: [ConnectionReport.Check]) { checks += found }

    /// All seven stages, those after the failure not reached.
    func report(latency: Duration) -> ConnectionReport {
        let all = ConnectionReport.Stage.allCases.map { stage in
            checks.first { $0.stage == stage }
                ?? ConnectionTest.check(stage, hasFailed ? .notReached : .notNeeded, "", .zero)
        }
        // A later stage's failure shows that the ones before it were fine, seen or not.
        let failed = all.firstIndex { $0.outcome == .failed } ?? 0
        return ConnectionReport(
            checks: all.enumerated().map { index, check in
                check.outcome == .notReached && index < failed
                    ? ConnectionTest.check(check.stage, .passed, "", .zero) : check
            }, latency: latency)
    }
}

extension KafkaSecurity {
    fileprivate var mechanism: String? { authentication.mechanism }
}
