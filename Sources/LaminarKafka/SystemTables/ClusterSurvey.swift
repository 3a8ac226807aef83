import LaminarCore

/// The clusters that connections lead to, each asked once, all at the same time, 5 s at most.
///
///     let survey = ClusterSurvey(of: try laminar.connectionOverviews(), secrets: secrets, log: log)
///     let (views, notices) = await survey.ask { admin, connections in try await admin.topics() }
///
/// Connections with the same brokers and the same user are asked through one client; connections that come to the same
/// cluster by other addresses are told apart by the cluster's id, so that it is asked once all the same. Who comes as
/// another user may see other things, and is asked too. What can't be reached is a notice.
struct ClusterSurvey: Sendable {
    /// How long everything may take.
    static let bound = Duration.seconds(5)
    /// One call's share: it ends before, to say why.
    private static let callBound = Duration.milliseconds(4_500)
    /// How long those that have said which cluster they are wait for the others, to be asked once.
    private static let gathering = Duration.milliseconds(1_500)

    /// What was seen of one cluster by one user.
    struct View<Answer: Sendable>: Sendable {
        /// The cluster's id, else its addresses.
        let cluster: String
        /// Who leads there, by name.
        let connections: [ConnectionOverview]
        let answer: Answer
    }

    private struct Door: Sendable {
        let admin: KafkaAdmin
        var connections: [ConnectionOverview]
        /// nil before it has said.
        var cluster: String?

        var names: String {
            let names = connections.map(\.name).joined(separator: ", ")
            return connections.count == 1 ? "connection \(names)" : "connections \(names)"
        }

        /// The same cluster to the same user.
        func isSame(as other: Door) -> Bool {
            let (mine, others) = (admin.configuration.security, other.admin.configuration.security)
            return cluster == other.cluster && mine.authentication == others.authentication
                && mine.tls?.certificate == others.tls?.certificate && mine.tls?.keystore == others.tls?.keystore
        }
    }

    private let doors: [Door]
    private let notices: [String]

    init(of connections: [ConnectionOverview], secrets: any SecretProvider, log: any LogSink) {
        var doors: [KafkaAdminConfiguration: Door] = [:]
        var notices: [String] = []
        for connection in connections.sorted(by: { $0.name < $1.name }) {
            guard let configuration = connection.configuration else {
                notices.append("Connection \(connection.name) can't be understood: \(connection.problem ?? "").")
                continue
            }
            guard var door = KafkaAdminConfiguration(configuration)?.door else { continue }
            door.timeout = Self.callBound
            if doors[door] != nil {
                doors[door]?.connections.append(connection)
                continue
            }
            do {
                doors[door] = Door(
                    admin: try KafkaAdmin(door, secrets: secrets, log: log), connections: [connection])
            } catch {
                notices.append("The cluster of connection \(connection.name) couldn't be asked: \(error)")
            }
        }
        self.doors = doors.values.sorted { $0.names < $1.names }
        self.notices = notices
    }

    /// Asks every cluster; never throws.
    func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (KafkaAdmin, [ConnectionOverview]) async throws -> Answer
    ) async -> (views: [View<Answer>], notices: [String]) {
        let started = ContinuousClock.now
        var notices = notices
        let names = doors.map { door in Task { try await door.admin.clusterID() } }
        defer { for name in names { name.cancel() } }
        let early = await Self.each(Array(doors.indices), until: started + Self.gathering) { try await names[$0].value }
        var distinct: [(number: Int, door: Door)] = []
        for (number, outcome) in early {
            var door = doors[number]
            switch outcome {
            // Who takes longer is asked by itself, whichever cluster it is.
            case nil: distinct.append((number, door))
            case .failure(let error): notices.append(Self.notice(door, error))
            case .success(let id):
                door.cluster = id ?? door.admin.configuration.bootstrapServers
                if let index = distinct.firstIndex(where: { $0.door.isSame(as: door) }) {
                    distinct[index].door.connections += door.connections
                    distinct[index].door.connections.sort { $0.name < $1.name }
                } else {
                    distinct.append((number, door))
                }
            }
        }
        let answers = await Self.each(distinct, until: started + Self.bound) { number, door in
            var cluster = door.cluster
            if cluster == nil { cluster = try await names[number].value }
            return View(
                cluster: cluster ?? door.admin.configuration.bootstrapServers, connections: door.connections,
                answer: try await question(door.admin, door.connections))
        }
        var views: [View<Answer>] = []
        for (asked, outcome) in answers {
            switch outcome {
            case .success(let view): views.append(view)
            case .failure(let error): notices.append(Self.notice(asked.door, error))
            case nil:
                let silence = KafkaError(code: .timedOut, message: "it gave no answer for \(Self.bound).")
                notices.append(Self.notice(asked.door, silence))
            }
        }
        return (views.sorted { ($0.connections.first?.name ?? "") < ($1.connections.first?.name ?? "") }, notices)
    }

    private static func notice(_ door: Door, _ error: any Error) -> String {
        "The cluster of \(door.names) couldn't be asked: \(error)"
    }

    /// One question to each at the same time; nil for who isn't done in time.
    private static func each<Asked: Sendable, Answer: Sendable>(
        _ asked: [Asked], until deadline: ContinuousClock.Instant,
        _ question: @escaping @Sendable (Asked) async throws -> Answer
    ) async -> [(Asked, Result<Answer, any Error>?)] {
        await withTaskGroup(of: (Int, Result<Answer, any Error>?).self) { group in
            for (number, one) in asked.enumerated() {
                group.addTask {
                    let left = max(.milliseconds(1), deadline - .now)
                    let outcome = await BoundedWait.task(within: left) { () -> Result<Answer, any Error> in
                        do { return .success(try await question(one)) } catch { return .failure(error) }
                    }
                    return (number, outcome)
                }
            }
            var answers: [Int: Result<Answer, any Error>?] = [:]
            for await (number, answer) in group { answers[number] = answer }
            return asked.enumerated().map { ($0.element, answers[$0.offset] ?? nil) }
        }
    }
}

extension Laminar {
    func surveyClusters() throws -> ClusterSurvey {
        ClusterSurvey(of: try connectionOverviews(), secrets: secrets, log: log)
    }
}
