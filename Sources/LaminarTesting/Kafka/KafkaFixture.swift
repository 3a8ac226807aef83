internal import CRdKafka
import Foundation
import Synchronization

/// Kafka in processes of its own, for the time of a test.
///
///     let kafka = try await KafkaFixture.shared                         // one for all tests of this process
///     let topic = try await kafka.createTopic("orders", partitions: 4)  // orders-k3x9…, so that tests don't meet
///     …                                                                 // bootstrap_servers = kafka.bootstrapServers
///
///     let cluster = try await KafkaFixture.start(nodes: 3)              // one of its own, to break
///     try await cluster.kill(node: 2)
///     await cluster.stop()
///
/// It is Apache Kafka (KRaft, Java 17), from the jars in `$KAFKA_LIBS`, else in `../shared/peers/kafka-libs` beside the
/// package, else from the official release, downloaded once and verified. Where none of these can be had it is
/// noida-db, which can do less: ask ``offers(_:promise:)``. State lives in a temporary folder that goes with it, and the
/// nodes end with this process, however that ends. It starts in 3 to 7 seconds.
public final class KafkaFixture: Sendable {
    /// Which Kafka.
    public enum Version: String, Sendable, CaseIterable {
        /// Apache Kafka 4.1.
        case v4_1 = "4.1"
        /// Apache Kafka 3.9, whose SCRAM tolerates the clients before librdkafka 2.6.1.
        case v3_9 = "3.9"
    }

    /// How a client comes in.
    public enum Listener: String, Sendable, CaseIterable {
        /// Without anything.
        case plaintext = "PLAINTEXT"
        /// PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER (unsecured tokens), unencrypted.
        case saslPlaintext = "SASL_PLAINTEXT"
        /// TLS; a client certificate is asked for and not needed.
        case ssl = "SSL"
        /// SASL inside of TLS.
        case saslSSL = "SASL_SSL"
        /// Without anything, by way of ``KafkaFixture/proxies``.
        case proxied = "PROXIED"
    }

    /// A user that every mechanism knows.
    public struct User: Sendable {
        /// The name.
        public let name: String
        /// The password, of tests only.
        public let password: String

        /// May do what no access rule forbids.
        public static let alice = User(name: "alice", password: "alice-secret")
        /// May do everything.
        public static let admin = User(name: "admin", password: "admin-secret")
    }

    /// Files in PEM for the TLS listeners, which are named `localhost` and `127.0.0.1`.
    public struct Certificates: Sendable {
        /// The authority that signed the brokers' and the client's.
        public let authority: String
        /// A client's certificate.
        public let client: String
        /// Its key, without a password.
        public let clientKey: String
    }

    /// Something that not every broker behind this fixture can do.
    public enum Capability: String, Sendable {
        /// SASL listeners.
        case sasl
        /// TLS listeners.
        case tls
        /// Members that are silent for too long leave their group.
        case eviction
        /// Transactions that take too long are aborted.
        case transactionTimeouts
        /// Bounds on a fetch, so backlogs over 90 MB.
        case largeBacklogs
        /// Several nodes, a node that is killed or paused.
        case failover
    }

    /// The script behind it, which people and benchmarks can use too: its head says how.
    public static var script: String { ProjectFolder.path("scripts/kafka") }

    private let keeper: ExternalProcess
    private let folder: String
    private let listeners: [[Listener: String]]
    private let admin: TopicAdmin
    /// A stretch of network before each node, to cut, slow down and freeze; empty unless asked for at the start.
    public let proxies: [TCPProxy]
    /// Whether it is Apache Kafka, and not its stand-in.
    public let isApacheKafka: Bool

    /// The one broker that tests share when they don't break it; started at first use, ended with the process.
    ///
    /// - Throws: ``FixtureError`` when no broker can be had.
    public static var shared: KafkaFixture {
        get async throws { try await SharedFixtures.instance.fixture(.v4_1) }
    }

    /// The shared broker of that version.
    ///
    /// - Throws: ``FixtureError`` when no broker can be had.
    public static func shared(_ version: Version) async throws -> KafkaFixture {
        try await SharedFixtures.instance.fixture(version)
    }

    /// Starts a broker of its own.
    ///
    /// - Parameters:
    ///   - version: of Apache Kafka.
    ///   - nodes: 1 or 3 (up to 9).
    ///   - properties: of the brokers, by Kafka's names; they overrule the fixture's.
    ///   - proxied: whether there is a ``TCPProxy`` before each node, for clients of the listener `proxied`.
    ///   - javaOptions: further options of the nodes' Java, such as `-Dname=value`.
    /// - Throws: ``FixtureError`` with code `start`, with what the broker's log says, or `unavailable`.
    public static func start(
        version: Version = .v4_1, nodes: Int = 1, properties: [String: String] = [:], proxied: Bool = false,
        javaOptions: [String] = []
    ) async throws -> KafkaFixture {
        guard (1...9).contains(nodes) else {
            throw FixtureError(code: .start, message: "A Kafka fixture takes 1 to 9 nodes, not \(nodes).")
        }
        do {
            return try await KafkaFixture(
                version: version, nodes: nodes, properties: properties, proxied: proxied, javaOptions: javaOptions,
                apache: true)
        } catch {
            // Only the want of Java or jars makes room for the stand-in; a broken start is an error.
            guard nodes == 1, error.code == .unavailable,
                FileManager.default.isExecutableFile(atPath: ProjectFolder.path(".cache/venv/bin/noida-db"))
            else { throw error }
            return try await KafkaFixture(
                version: version, nodes: 1, properties: [:], proxied: false, javaOptions: [], apache: false)
        }
    }

    private init(
        version: Version, nodes: Int, properties: [String: String], proxied: Bool, javaOptions: [String], apache: Bool
    ) async throws(FixtureError) {
        // They listen before there is anything behind them, since the nodes tell of their ports.
        var proxies: [TCPProxy] = []
        if proxied { for _ in 0..<nodes { proxies.append(try TCPProxy()) } }
        self.proxies = proxies
        var environment = ["KAFKA_VERSION": version.rawValue, "KAFKA_FLAVOUR": apache ? "apache" : "noida"]
        if !javaOptions.isEmpty { environment["KAFKA_OPTS"] = javaOptions.joined(separator: " ") }
        environment["PROXIES"] = proxies.map { String($0.port) }.joined(separator: " ")
        let extra = FileManager.default.temporaryDirectory.appending(path: "laminar-kafka-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: extra) }
        do {
            if !properties.isEmpty {
                let lines = properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }
                try Data(lines.joined().utf8).write(to: extra)
                environment["EXTRA"] = extra.path(percentEncoded: false)
            }
            keeper = try ExternalProcess(
                name: "Kafka", launch: ["bash", Self.script, "serve", String(nodes)],
                environment: environment, endsWithItsInput: true)
            var folder = ""
            var listeners: [[Listener: String]] = []
            while let line = try await keeper.nextLine(within: .seconds(240)), line != "ready" {
                let words = line.split(separator: " ").map(String.init)
                switch words.first {
                case "folder": folder = String(line.dropFirst("folder ".count))
                case "node":
                    var addresses: [Listener: String] = [:]
                    for index in words.indices {
                        guard let listener = Listener(rawValue: words[index]), index + 1 < words.count else { continue }
                        addresses[listener] = words[index + 1]
                    }
                    listeners.append(addresses)
                case "unavailable":
                    throw FixtureError(code: .unavailable, message: "Kafka \(version.rawValue): \(line).")
                default:
                    throw FixtureError(code: .start, message: "Kafka \(version.rawValue) did not start: \(line)")
                }
            }
            guard listeners.count == nodes else {
                throw FixtureError(
                    code: .start, message: "Kafka \(version.rawValue) did not start: \(keeper.errorsSoFar)")
            }
            for (proxy, addresses) in zip(proxies, listeners) {
                let address = addresses[.proxied]?.split(separator: ":").map(String.init) ?? []
                if address.count == 2, let port = Int(address[1]) { proxy.carryOn(to: address[0], port: port) }
            }
            self.folder = folder
            self.listeners = listeners
            isApacheKafka = apache
            admin = try TopicAdmin(
                bootstrapServers: listeners.compactMap { $0[.plaintext] }.joined(separator: ","))
        } catch let error as FixtureError {
            throw error
        } catch {
            throw FixtureError(code: .start, message: "Kafka could not be started: \(error.localizedDescription).")
        }
    }

    // MARK: - Coming in

    /// What a client's `bootstrap.servers` takes: every node's plaintext address.
    public var bootstrapServers: String { bootstrapServers(.plaintext) }

    /// Every node's address at that listener.
    public func bootstrapServers(_ listener: Listener) -> String {
        if listener == .proxied { return proxies.map(\.address).joined(separator: ",") }
        return listeners.compactMap { $0[listener] }.joined(separator: ",")
    }

    /// One node's plaintext address; nodes count from 1.
    public func address(node: Int) -> String? {
        listeners.indices.contains(node - 1) ? listeners[node - 1][.plaintext] : nil
    }

    /// Where the certificates are, as long as the fixture runs.
    public var certificates: Certificates {
        Certificates(
            authority: folder + "/certs/ca.crt", client: folder + "/certs/client.crt",
            clientKey: folder + "/certs/client.key")
    }

    /// Whether this broker can do something; where it can't, the promise is noted as not exercised, and the end of
    /// `make test` tells of it.
    ///
    ///     guard kafka.offers(.sasl, promise: "a wrong password is named at once") else { return }
    public func offers(_ capability: Capability, promise: String) -> Bool {
        if isApacheKafka { return true }
        UnexercisedPromises.note("\(promise) (needs \(capability.rawValue): Apache Kafka could not be had)")
        return false
    }

    // MARK: - Topics

    /// Creates a topic under a name of its own, `name` and a random tail, and waits until every partition has a leader.
    ///
    /// - Parameters:
    ///   - partitions: 1 to 10,000.
    ///   - configuration: of the topic, by Kafka's names (`cleanup.policy`, `message.timestamp.type`).
    /// - Returns: the topic's name.
    /// - Throws: ``FixtureError`` with code `broker`.
    @discardableResult
    public func createTopic(
        _ name: String, partitions: Int = 4, configuration: [String: String] = [:]
    ) async throws -> String {
        let unique = "\(name)-\(UUID().uuidString.lowercased().prefix(8))"
        try await createTopic(named: unique, partitions: partitions, configuration: configuration)
        return unique
    }

    /// Creates a topic of exactly that name.
    ///
    /// - Throws: ``FixtureError`` with code `broker`, also when it exists.
    public func createTopic(
        named name: String, partitions: Int = 4, configuration: [String: String] = [:]
    ) async throws {
        try await admin.createTopic(
            name, partitions: partitions, replication: min(listeners.count, 3), configuration: configuration)
    }

    /// Deletes a topic, and waits until the broker has forgotten it.
    ///
    /// - Throws: ``FixtureError`` with code `broker`.
    public func deleteTopic(_ name: String) async throws { try await admin.deleteTopic(name) }

    /// Gives a topic more partitions, `total` in all.
    ///
    /// - Throws: ``FixtureError`` with code `broker`.
    public func addPartitions(to topic: String, total: Int) async throws {
        try await admin.addPartitions(to: topic, total: total)
    }

    /// Deletes the records of a partition that stand before an offset, as retention would.
    ///
    /// - Throws: ``FixtureError`` with code `broker`.
    public func deleteRecords(of topic: String, partition: Int, before offset: Int64) async throws {
        try await admin.deleteRecords(of: topic, partition: partition, before: offset)
    }

    /// What an access rule allows with a topic; each lets the user see it, too.
    public enum TopicRight: Sendable {
        /// Reading it.
        case read
        /// Writing to it.
        case write
    }

    /// Allows a user something with a topic. From the first rule of a topic on, who has none may do nothing with it, but
    /// for ``User/admin`` and for who comes in without authentication.
    ///
    /// - Throws: ``FixtureError`` with code `broker`.
    public func allow(_ user: User, to right: TopicRight, _ topic: String) async throws {
        let operation = right == .read ? RD_KAFKA_ACL_OPERATION_READ : RD_KAFKA_ACL_OPERATION_WRITE
        try await admin.allow(user.name, operation, on: RD_KAFKA_RESOURCE_TOPIC, topic)
    }

    /// Allows a user a group. From the first rule of a group on, who has none may not use it, but for ``User/admin`` and
    /// for who comes in without authentication.
    ///
    /// - Throws: ``FixtureError`` with code `broker`.
    public func allow(_ user: User, toUse group: String) async throws {
        try await admin.allow(user.name, RD_KAFKA_ACL_OPERATION_READ, on: RD_KAFKA_RESOURCE_GROUP, group)
    }

    /// A group's committed offsets of a topic, by partition; partitions without one are absent.
    ///
    /// - Throws: ``FixtureError`` with code `broker`.
    public func committedOffsets(of group: String, topic: String) async throws -> [Int: Int64] {
        try await admin.committedOffsets(of: group, topic: topic)
    }

    /// Writes records and waits until they are acknowledged.
    ///
    /// - Throws: ``FixtureError`` with code `broker`.
    public func produce(_ records: [TestRecord], to topic: String) async throws {
        try await TestProducer(bootstrapServers: bootstrapServers).produce(records, to: topic)
    }

    // MARK: - Breaking it

    /// Ends a node at once, as a crash would (SIGKILL).
    public func kill(node: Int) async throws { try await command("kill \(node)") }

    /// Ends a node cleanly: its partitions move first.
    public func stop(node: Int) async throws { try await command("stop \(node)") }

    /// Starts a node again, and waits until it is up.
    public func start(node: Int) async throws { try await command("start \(node)") }

    /// Freezes a node: its connections stay, and answer nothing (SIGSTOP).
    public func pause(node: Int) async throws { try await command("pause \(node)") }

    /// Lets a frozen node go on.
    public func resume(node: Int) async throws { try await command("resume \(node)") }

    /// The end of every node's log, for a failure's report.
    public func logs(lines: Int = 40) -> String {
        (1...listeners.count).map { node in
            let path = "\(folder)/node\(node)/server.log"
            let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
            let tail = text.split(separator: "\n").suffix(lines).joined(separator: "\n")
            return "── node \(node)\n\(tail)"
        }.joined(separator: "\n")
    }

    /// Ends every node at once and removes its folder. Doing it twice is harmless.
    public func stop() async {
        for proxy in proxies { proxy.close() }
        _ = try? await keeper.result(within: .seconds(60))
    }

    private func command(_ line: String) async throws {
        let answer = try await keeper.exchange(line, within: .seconds(120)) { $0 == "done" || $0.hasPrefix("failed") }
        guard answer.last == "done" else {
            throw FixtureError(code: .broker, message: "Kafka, \(line): \(answer.last ?? "no answer").")
        }
    }
}

/// The fixtures that tests share, one a version.
private actor SharedFixtures {
    static let instance = SharedFixtures()
    private var starts: [KafkaFixture.Version: Task<KafkaFixture, any Error>] = [:]

    func fixture(_ version: KafkaFixture.Version) async throws -> KafkaFixture {
        let start = starts[version] ?? Task { try await KafkaFixture.start(version: version) }
        starts[version] = start
        return try await start.value
    }
}
