public import LaminarCore
public import LaminarFormats
import Synchronization

/// Looks at a cluster and its consumer groups from outside, and moves a group's offsets.
///
///     let admin = try laminar.admin("shop")                       // or KafkaAdmin(KafkaAdminConfiguration(…))
///     for group in try await admin.describeGroups().groups { print(group.id, group.state, group.members?.count ?? 0) }
///     let offsets = try await admin.committedOffsets(of: "billing")
///     let ends = try await admin.ends(of: offsets.keys)
///
/// It joins no group and writes nothing but what ``alterOffsets(of:to:)`` is told. It connects at the first call, by the
/// same door as a source, and lets go with the last reference. Every call ends within
/// ``KafkaAdminConfiguration/timeout``, or when its task is cancelled.
///
/// - Note: A call throws ``KafkaError``: `authorization` names the right that is missing, `unreachable`, `tls` and
///   `authentication` say what to check; and what the configuration and its secrets throw.
public final class KafkaAdmin: Sendable {
    /// What it was made with.
    public let configuration: KafkaAdminConfiguration
    private let secrets: any SecretProvider
    private let log: any LogSink
    private let opened = Mutex<AdminClient?>(nil)

    /// Makes an admin; nothing is contacted before the first call.
    ///
    /// - Throws: ``ConfigurationError`` for a value out of range or two that contradict each other.
    public init(
        _ configuration: KafkaAdminConfiguration, secrets: any SecretProvider = .standard,
        log: any LogSink = SilentLogSink()
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.secrets = secrets
        self.log = log
    }

    // MARK: Groups

    /// All groups that this user may see, with state, assignor, coordinator, and members with their partitions.
    ///
    /// What keeps some of them from being listed or described is in ``ConsumerGroups/problems``.
    public func describeGroups() async throws -> ConsumerGroups {
        try await call { client, call throws(KafkaError) in
            let (listed, problems) = try client.listGroups(call)
            return try Self.describe(listed, problems, client, call)
        }
    }

    /// One group.
    ///
    /// - Throws: also ``KafkaError`` with code `authorization` where this user may not see it. One that nobody has heard of
    ///   comes back as ``ConsumerGroup/State/dead``.
    public func describeGroup(_ id: String) async throws -> ConsumerGroup {
        try await call { client, call throws(KafkaError) in
            guard let outcome = try client.describeGroups([id], call).first else {
                throw KafkaError(code: .broker, message: "No broker tells of group \(id).")
            }
            let group = try outcome.get()
            guard group.looksGone else { return group }
            return group.corrected(by: try client.listGroups(call).groups.first { $0.id == id }?.state)
        }
    }

    private static func describe(
        _ listed: [(id: String, state: ConsumerGroup.State)], _ problems: [KafkaError], _ client: AdminClient,
        _ call: AdminCall
    ) throws(KafkaError) -> ConsumerGroups {
        var problems = problems
        var found: [String: ConsumerGroup] = [:]
        for outcome in try client.describeGroups(listed.map(\.id), call) {
            switch outcome {
            case .failure(let error): problems.append(error)
            case .success(let group): found[group.id] = group
            }
        }
        let groups = listed.map { id, state in
            found[id]?.corrected(by: state)
                ?? ConsumerGroup(id: id, state: state, assignor: nil, coordinator: nil, members: nil)
        }
        return ConsumerGroups(groups: groups, problems: problems)
    }

    /// What a group has committed; nothing where it has never committed, or doesn't exist.
    public func committedOffsets(of group: String) async throws -> [TopicPartition: CommittedOffset] {
        try await committedOffsets(of: [group])[group]?.get() ?? [:]
    }

    /// The same of several groups, asked at once: each has its offsets, or the reason why not.
    public func committedOffsets(
        of groups: [String]
    ) async throws -> [String: Result<[TopicPartition: CommittedOffset], KafkaError>] {
        try await call { client, call throws(KafkaError) in try client.committedOffsets(of: groups, call) }
    }

    /// The same of a group whose offsets come from transactions: what a committed one has left is seen, even when its
    /// markers are on their way; and what can't be read of any partition is an error.
    func stableOffsets(of group: String) async throws -> [TopicPartition: CommittedOffset] {
        let found = try await call { client, call throws(KafkaError) in
            try client.committedOffsets(of: [group], areStable: true, call)
        }
        return try found[group]?.get() ?? [:]
    }

    /// Moves a group's offsets. Nobody may be in the group: the coordinator refuses it otherwise.
    ///
    /// - Throws: ``KafkaError`` with code `activeGroup`, or `authorization` where Read on the group or on a topic is
    ///   missing. Where one of several partitions is refused, others may have been taken.
    public func alterOffsets(of group: String, to offsets: [TopicPartition: CommittedOffset]) async throws {
        for (partition, offset) in offsets where offset.offset < 0 {
            throw KafkaError(
                code: .offsetOutOfRange, message: "Offset \(offset.offset) of \(partition) is below zero.")
        }
        try await call { client, call throws(KafkaError) in
            try client.alterOffsets(of: group, to: offsets, call)
        }
    }

    // MARK: Partitions

    /// Where partitions begin and end (their high watermarks), in two requests to each leader. Those that don't exist,
    /// have no leader, or may not be seen by this user aren't in the result.
    public func ends(of partitions: some Sequence<TopicPartition>) async throws -> [TopicPartition: PartitionEnds] {
        let partitions = Set(partitions)
        return try await call { client, call throws(KafkaError) in try client.ends(of: partitions, call) }
    }

    /// The first offsets whose records are as late as `time`, or later; partitions without any aren't in the result.
    public func offsets(
        of partitions: some Sequence<TopicPartition>, since time: Timestamp
    ) async throws -> [TopicPartition: Int64] {
        let partitions = Set(partitions)
        // Rounded up: a record of the millisecond before isn't as late.
        let (quotient, rest) = time.microseconds.quotientAndRemainder(dividingBy: 1000)
        let milliseconds = rest > 0 ? quotient + 1 : quotient
        return try await call { client, call throws(KafkaError) in
            try client.offsets(of: partitions, since: milliseconds, call)
        }
    }

    // MARK: Cluster

    /// The cluster's own id; nil where its brokers have none.
    public func clusterID() async throws -> String? {
        try await call { client, call throws(KafkaError) in try client.metadata(allTopics: false, call).id }
    }

    /// The brokers that are up, by number. Rack and controller are nil where they, or this user's rights, don't tell.
    public func brokers() async throws -> [KafkaBroker] {
        try await brokersWithProblem().brokers
    }

    /// The same, with what kept racks from being told.
    func brokersWithProblem() async throws -> (brokers: [KafkaBroker], problem: KafkaError?) {
        try await call { client, call throws(KafkaError) in
            let snapshot = try client.metadata(allTopics: false, call)
            let (facts, problem) = BrokerFacts.ask(snapshot.brokers, client, call)
            let brokers = snapshot.brokers.map { broker in
                var broker = broker
                broker.rack = facts[broker.id]?.rack
                broker.isController = facts[broker.id]?.isController(broker.id, named: snapshot.controller)
                return broker
            }
            return (brokers, problem)
        }
    }

    /// The topics that this user may see, by name, Kafka's own among them.
    public func topics() async throws -> [KafkaTopic] {
        try await call { client, call throws(KafkaError) in try client.metadata(allTopics: true, call).topics }
    }

    // MARK: Calls

    /// One call on a thread of its own, within its time.
    private func call<Result: Sendable>(
        _ body: @escaping @Sendable (AdminClient, AdminCall) throws(KafkaError) -> Result
    ) async throws -> Result {
        let call = AdminCall(within: configuration.timeout)
        let client = try await client(call)
        return try await withTaskCancellationHandler {
            do {
                return try await ClientThread.run("laminar-admin") { () throws(KafkaError) -> Result in
                    try body(client, call)
                }
            } catch {
                if call.isCancelled { throw CancellationError() }
                throw error
            }
        } onCancel: {
            call.cancel()
        }
    }

    private func client(_ call: AdminCall) async throws -> AdminClient {
        if let client = opened.withLock({ $0 }), !client.isStale { return client }
        let outcome = await BoundedWait.task(within: configuration.timeout) {
            [configuration, secrets] () -> Swift.Result<ClientProperties, any Error> in
            do { return .success(try await configuration.clientProperties(secrets: secrets)) } catch {
                return .failure(error)
            }
        }
        guard let outcome else {
            throw KafkaError(
                code: .timedOut,
                message:
                    "The secrets provider didn't answer for \(configuration.timeout): check where '${secret:…}' is "
                    + "looked up.")
        }
        let properties = try outcome.get()
        let made = try await ClientThread.run("laminar-admin") { [log] () throws(KafkaError) -> AdminClient in
            try AdminClient(properties, log: log)
        }
        return opened.withLock { opened in
            // Of two first calls the second one takes over the first one's.
            if let opened, !opened.isStale { return opened }
            opened = made
            return made
        }
    }
}

extension ConsumerGroup {
    /// As a group that isn't there is described. One of the next generation is listed as it is and, to a client that
    /// doesn't know its kind, described like that.
    fileprivate var looksGone: Bool { state == .dead && members?.isEmpty != false }

    /// - Parameter listed: the state that the listing shows; nil where the group isn't in it.
    fileprivate func corrected(by listed: State?) -> ConsumerGroup {
        guard looksGone, let listed, listed != .dead else { return self }
        var group = self
        group.state = listed
        group.members = nil
        return group
    }
}

extension Laminar {
    /// Looks at the cluster of a connection; see ``KafkaAdmin``.
    ///
    /// - Parameter timeout: how long each call may take; 30 s unless told otherwise.
    /// - Throws: ``LaminarError`` with code `unknownName`, or `wrongKind` for one that connects to nothing.
    public func admin(_ connection: String, timeout: Duration = .seconds(30)) throws -> KafkaAdmin {
        guard var configuration = KafkaAdminConfiguration(try resolveConnection(connection)) else {
            throw LaminarError(
                code: .wrongKind, message: "Connection \(connection) is an impulse, which has no brokers.")
        }
        configuration.timeout = timeout
        return try KafkaAdmin(configuration, secrets: secrets, log: log)
    }
}

extension Laminar {
    /// The consumer group of a source's connection.
    ///
    /// - Throws: ``LaminarError`` with code `unknownName`, or `wrongKind` for a connection that isn't a source of Kafka's.
    package func groupID(of connection: String) throws -> String {
        guard case .kafkaSource(let source) = try resolveConnection(connection) else {
            throw LaminarError(
                code: .wrongKind, message: "Connection \(connection) reads nothing, so it has no group: name one.")
        }
        return source.groupID
    }
}
