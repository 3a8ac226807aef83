import Foundation
import LaminarTesting
import Testing

@testable import LaminarKafka

@Suite("Transactional ids are stable, and nobody has another's")
struct TransactionSlotTests {
    private func group() -> TransactionGroup {
        var sink = KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "t")
        sink.transactionalID = "slots-\(UUID().uuidString)"
        return TransactionGroup(sink, groupID: "g")
    }

    @Test("members of one process have numbers of their own, and a released one is had again") func numbers() {
        let group = group()
        let first = group.claim()
        let second = group.claim()
        #expect(first.transactionalID == group.prefix + "-0")
        #expect(second.transactionalID == group.prefix + "-1")
        first.release()
        first.release()
        #expect(group.claim().transactionalID == group.prefix + "-0")
    }

    @Test("the prefix names group and host unless it is given") func prefix() {
        let sink = KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "t")
        let prefix = TransactionGroup(sink, groupID: "billing").prefix
        #expect(prefix.hasPrefix("laminar-billing-"))
        #expect(prefix == TransactionGroup(sink, groupID: "billing").prefix)
    }

    @Test("another process's number is passed over, until it ends") func otherProcess() async throws {
        let group = group()
        let own = group.claim()
        own.release()
        // Holds the same lock from outside, as another process of the group would.
        let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false)
            .trimmingCharacters(in: ["/"])
        let names = try FileManager.default.contentsOfDirectory(atPath: "/\(folder)/laminar-\(getuid())")
        let file = try #require(names.first { $0.contains(own.transactionalID.dropFirst(6).prefix(36)) })
        let holder = try ExternalProcess(
            "flock", ["/\(folder)/laminar-\(getuid())/\(file)", "sh", "-c", "echo held; read line"])
        #expect(try await holder.nextLine() == "held")
        #expect(group.claim().transactionalID == group.prefix + "-1")
        _ = try await holder.result(within: .seconds(20))
        #expect(group.claim().transactionalID == group.prefix + "-0")
    }
}
