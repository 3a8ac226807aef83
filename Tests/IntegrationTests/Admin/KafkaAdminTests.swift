import Foundation
import LaminarCore
import LaminarFormats
import LaminarKafka
import LaminarTesting
import Testing

@Suite("Admin", .timeLimit(.minutes(5)))
struct KafkaAdminTests {
    private func admin(_ kafka: KafkaFixture) throws -> KafkaAdmin {
        try KafkaAdmin(KafkaAdminConfiguration(bootstrapServers: kafka.bootstrapServers))
    }

    @Test("a group with two members is what confluent-kafka's admin says it is, offsets included")
    func describe() async throws {
        let topic = try await Topic(records: 20, partitions: 4)
        let group = topic.group("described")
        let one = try ForeignMember("one", of: group, reading: topic.name, on: topic.kafka)
        try await one.awaitCommits(20)
        let two = try ForeignMember("two", of: group, reading: topic.name, on: topic.kafka)
        try await two.awaitAssignment()
        let admin = try admin(topic.kafka)
        // The second member knows its partitions a moment before the coordinator says Stable.
        var found = try await admin.describeGroup(group)
        while found.state != .stable { found = try await admin.describeGroup(group) }
        let foreign = try await ForeignAdmin.group(group, on: topic.kafka)
        #expect(found.state.description == foreign.state)
        #expect(found.assignor == foreign.assignor)
        #expect(found.coordinator.map { Int($0.id) } == foreign.coordinator)
        #expect(found.isActive)
        let members = try #require(found.members)
        #expect(members.count == 2)
        let mine = members.map { member in
            (
                member.clientID,
                ForeignAdmin.Group.Member(host: member.host, partitions: member.partitions.map { Int($0.partition) })
            )
        }
        #expect(Dictionary(uniqueKeysWithValues: mine) == foreign.members)
        let offsets = try await admin.committedOffsets(of: group)
        #expect(offsets.reduce(into: [:]) { $0["\($1.key.partition)"] = $1.value.offset } == foreign.offsets)
        #expect(offsets.values.map(\.offset).reduce(0, +) == 20)
        #expect(try await admin.describeGroups().groups.first { $0.id == group } == found)
        try await one.leave()
        try await two.leave()
        let left = try await admin.describeGroup(group)
        #expect(left.state == .empty && !left.isActive && left.members == [])
    }

    @Test("offsets are moved where nobody is in the group, and refused where somebody is")
    func alter() async throws {
        let topic = try await Topic(records: 8, partitions: 2)
        let group = topic.group("moved")
        let member = try ForeignMember("busy", of: group, reading: topic.name, on: topic.kafka)
        try await member.awaitCommits(8)
        let admin = try admin(topic.kafka)
        let target = [
            TopicPartition(topic.name, 0): CommittedOffset(1, metadata: "by hand"),
            TopicPartition(topic.name, 1): CommittedOffset(3),
        ]
        let error = await #expect(throws: KafkaError.self) { try await admin.alterOffsets(of: group, to: target) }
        #expect(error?.code == .activeGroup, "\(String(describing: error))")
        #expect(try await topic.kafka.committedOffsets(of: group, topic: topic.name) == [0: 4, 1: 4])
        try await member.leave()
        try await admin.alterOffsets(of: group, to: target)
        #expect(try await admin.committedOffsets(of: group) == target)
        #expect(try await topic.kafka.committedOffsets(of: group, topic: topic.name) == [0: 1, 1: 3])
    }

    @Test("a group of Kafka's next generation isn't taken for one that is gone") func nextGeneration() async throws {
        let topic = try await Topic(records: 4, partitions: 2)
        guard topic.kafka.isApacheKafka else { return }
        let group = topic.group("next")
        let member = try ForeignMember("next", of: group, reading: topic.name, on: topic.kafka, .next)
        try await member.awaitCommits(4)
        let admin = try admin(topic.kafka)
        let found = try await admin.describeGroup(group)
        #expect(found.isActive && found.state != .dead, "\(found)")
        // Members are told to a library that knows the kind of group; none are made up for one that doesn't.
        #expect(found.members.map { $0.map(\.clientID) == ["next"] } ?? true, "\(found)")
        #expect(try await admin.committedOffsets(of: group).values.map(\.offset).sorted() == [2, 2])
        let error = await #expect(throws: KafkaError.self) {
            try await admin.alterOffsets(of: group, to: [TopicPartition(topic.name, 0): CommittedOffset(0)])
        }
        #expect(error?.code == .activeGroup, "\(String(describing: error))")
        try await member.leave()
        try await admin.alterOffsets(of: group, to: [TopicPartition(topic.name, 0): CommittedOffset(0)])
    }

    @Test("many groups are asked at once; one that nobody knows has committed nothing")
    func manyGroups() async throws {
        let topic = try await Topic(records: 4, partitions: 4)
        let admin = try admin(topic.kafka)
        let groups = (0..<30).map { topic.group("many-\($0)") }
        for (number, group) in groups.enumerated() where number % 2 == 0 {
            let offset = CommittedOffset(Int64(number % 5))
            try await admin.alterOffsets(of: group, to: [TopicPartition(topic.name, 3): offset])
        }
        let found = try await admin.committedOffsets(of: groups)
        #expect(found.count == 30)
        for (number, group) in groups.enumerated() {
            let offsets = try #require(try found[group]?.get())
            #expect(offsets.first?.value.offset == (number % 2 == 0 ? Int64(number % 5) : nil))
        }
        #expect(try await admin.describeGroup(groups[1]).state == .dead)
    }

    @Test("beginnings and ends are those that a consumer is told, and what isn't there is left out")
    func ends() async throws {
        let topic = try await Topic(records: 40, partitions: 4)
        try await topic.kafka.deleteRecords(of: topic.name, partition: 2, before: 6)
        let admin = try admin(topic.kafka)
        let partitions = (0..<6).map { TopicPartition(topic.name, $0) } + [TopicPartition("not-\(topic.name)", 0)]
        let ends = try await admin.ends(of: partitions)
        let foreign = try await ForeignAdmin.ends(of: topic.name, partitions: 4, on: topic.kafka)
        #expect(ends.reduce(into: [:]) { $0[Int($1.key.partition)] = [$1.value.low, $1.value.high] } == foreign)
        #expect(ends[TopicPartition(topic.name, 2)]?.low == 6)
    }

    @Test("a time is found in each partition, and the end where nothing is as late")
    func times() async throws {
        let topic = try await Topic(records: 0, partitions: 2)
        try await topic.kafka.produce(
            [1_000, 2_000, 3_000].map { TestRecord(value: "x", timestamp: $0, partition: 0) }, to: topic.name)
        let admin = try admin(topic.kafka)
        let partitions = [TopicPartition(topic.name, 0), TopicPartition(topic.name, 1)]
        #expect(
            try await admin.offsets(of: partitions, since: Timestamp(milliseconds: 1_500)) == [partitions[0]: 1])
        #expect(
            try await admin.offsets(of: partitions, since: Timestamp(microseconds: 2_000_001)) == [partitions[0]: 2])
        #expect(try await admin.offsets(of: partitions, since: Timestamp(milliseconds: 3_001)).isEmpty)
    }

    @Test("topics, and the cluster's id") func topics() async throws {
        let topic = try await Topic(records: 0, partitions: 3)
        let admin = try admin(topic.kafka)
        let found = try #require(try await admin.topics().first { $0.name == topic.name })
        #expect(found.partitions.map(\.number) == [0, 1, 2])
        #expect(found.replication == 1 && found.leaderless == 0 && found.underReplicated == 0)
        #expect(try await admin.clusterID()?.isEmpty == false)
    }

    @Test("a broker tells its rack, and that it is the controller where it is the only voter")
    func brokers() async throws {
        let kafka = try await KafkaFixture.start(properties: ["broker.rack": "shelf-7"])
        guard kafka.isApacheKafka else { return await kafka.stop() }
        let brokers = try await admin(kafka).brokers()
        #expect(brokers.map(\.id) == [1])
        #expect(brokers.first?.address == kafka.bootstrapServers)
        #expect(brokers.first?.rack == "shelf-7")
        #expect(brokers.first?.isController == true)
        await kafka.stop()
        // The rack of one that has none isn't made up.
        #expect(try await admin(KafkaFixture.shared).brokers().first?.rack == nil)
    }

    // MARK: Refusals

    private static let alice = KafkaSecurity.sasl(
        .plain(
            username: SecretText(Secret(KafkaFixture.User.alice.name)),
            password: SecretText(Secret(KafkaFixture.User.alice.password))), tls: nil)

    @Test("a right that is missing is named, and the other groups are shown all the same")
    func missingRight() async throws {
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "a group's missing right is named") else { return }
        let topic = try await Topic(records: 2, partitions: 1)
        let (guarded, free) = (topic.group("guarded"), topic.group("free"))
        let anybody = try admin(kafka)
        for group in [guarded, free] {
            try await anybody.alterOffsets(of: group, to: [TopicPartition(topic.name, 0): CommittedOffset(1)])
        }
        try await kafka.allow(.admin, toUse: guarded)
        let admin = try KafkaAdmin(
            KafkaAdminConfiguration(bootstrapServers: kafka.bootstrapServers(.saslPlaintext), security: Self.alice))
        for error in [
            await #expect(throws: KafkaError.self) { _ = try await admin.describeGroup(guarded) },
            await #expect(throws: KafkaError.self) { _ = try await admin.committedOffsets(of: guarded) },
            await #expect(throws: KafkaError.self) {
                try await admin.alterOffsets(of: guarded, to: [TopicPartition(topic.name, 0): CommittedOffset(0)])
            },
        ] {
            #expect(error?.code == .authorization, "\(String(describing: error))")
            #expect(error?.message.contains("on group \(guarded)") == true, "\(String(describing: error))")
        }
        let listed = try await admin.describeGroups()
        #expect(listed.groups.contains { $0.id == free && $0.state == .empty })
        let both = try await admin.committedOffsets(of: [guarded, free])
        #expect(try both[free]?.get().values.map(\.offset) == [1])
        #expect(throws: KafkaError.self) { try both[guarded]?.get() }
    }

    @Test("nobody at the address, and a wrong password, are named within the time")
    func unreachable() async throws {
        var nowhere = KafkaAdminConfiguration(bootstrapServers: "127.0.0.1:1")
        nowhere.timeout = .seconds(2)
        let started = ContinuousClock.now
        let error = await #expect(throws: KafkaError.self) { _ = try await KafkaAdmin(nowhere).topics() }
        #expect(error?.code == .unreachable, "\(String(describing: error))")
        #expect(error?.message.contains("127.0.0.1:1") == true, "\(String(describing: error))")
        #expect(ContinuousClock.now - started < .seconds(20))
        let kafka = try await KafkaFixture.shared
        guard kafka.offers(.sasl, promise: "an admin's wrong password is named") else { return }
        let security = KafkaSecurity.sasl(
            .plain(username: SecretText(Secret("alice")), password: SecretText(Secret("not-hers"))), tls: nil)
        let admin = try KafkaAdmin(
            KafkaAdminConfiguration(bootstrapServers: kafka.bootstrapServers(.saslPlaintext), security: security))
        let refusal = await #expect(throws: KafkaError.self) { _ = try await admin.describeGroups() }
        #expect(refusal?.code == .authentication, "\(String(describing: refusal))")
        #expect(refusal?.message.contains("refuses the user or the password") == true)
    }

    @Test("a cancelled task doesn't wait for brokers that are away") func cancellation() async throws {
        let admin = try KafkaAdmin(KafkaAdminConfiguration(bootstrapServers: "127.0.0.1:1"))
        let started = ContinuousClock.now
        let task = Task { try await admin.topics() }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(ContinuousClock.now - started < .seconds(25))
    }
}
