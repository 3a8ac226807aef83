import Foundation
import LaminarKafka
import Synchronization

/// What one promise is tried with: a source and numbers that no other trial has.
struct Trial<Store: CheckpointStore>: Sendable {
    let kit: CheckpointStoreConformance<Store>
    let store: Store
    let source = "trial-\(UUID().uuidString.lowercased())"
    let orders = TopicPartition("orders", 0)
    let more = TopicPartition("orders", 1)

    init(kit: CheckpointStoreConformance<Store>, store: Store) async throws {
        self.kit = kit
        self.store = store
    }

    func number() -> Int { Numbers.next() }

    func claim(_ partitions: TopicPartition..., from other: Store? = nil) async throws -> [TopicPartition:
        CheckpointClaim]
    {
        let claims = try await (other ?? store).claim(partitions, for: source)
        try expect(claims.count == partitions.count, "a claim of \(partitions.count) gave \(claims.count)")
        var found: [TopicPartition: CheckpointClaim] = [:]
        for claim in claims { found[claim.partition] = claim }
        for partition in partitions {
            try expect(found[partition] != nil, "the claim says nothing of \(partition)")
        }
        return found
    }

    func epoch(_ partition: TopicPartition) async throws -> Int64 {
        try await claim(partition)[partition]?.epoch ?? -1
    }

    func checkpoint(_ positions: (TopicPartition, epoch: Int64, StoredPosition)...) -> Checkpoint {
        Checkpoint(
            source: source, positions: positions.map { CheckpointPosition(partition: $0, epoch: $1, position: $2) })
    }

    func commit(_ checkpoint: Checkpoint, writing number: Int, to other: Store? = nil) async throws {
        let write = kit.write
        let answer = try await (other ?? store).commit(checkpoint) { transaction in
            try write(transaction, number)
            return number
        }
        try expect(answer == number, "commit gave \(answer) for a closure that returned \(number)")
    }

    func expectFenced(_ checkpoint: Checkpoint, _ what: String) async throws {
        let number = number()
        do { try await commit(checkpoint, writing: number) } catch let error as CheckpointError
            where error.code == .fenced
        {
            try await expectRow(number, false, "after a fenced commit of \(what)")
            return
        } catch {
            throw ConformanceFailure(message: "\(what) threw \(error), not a CheckpointError with code fenced")
        }
        throw ConformanceFailure(message: "\(what) was taken")
    }

    func expectRow(_ number: Int, _ isThere: Bool, _ when: String) async throws {
        let found = try await kit.rows().contains(number)
        try expect(found == isThere, "\(when) the host's row is \(found ? "there" : "missing")")
    }

    func expectStored(_ partition: TopicPartition, _ position: StoredPosition?, in other: Store? = nil) async throws {
        let stored = try await claim(partition, from: other)[partition]?.stored
        try expect(
            stored == position,
            "\(partition) holds \(stored.map { "\($0)" } ?? "nothing") and not \(position.map { "\($0)" } ?? "nothing")"
        )
    }

    func expect(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
        if !condition { throw ConformanceFailure(message: otherwise()) }
    }
}

private enum Numbers {
    private static let last = Atomic<Int>(0)
    static func next() -> Int { last.add(1, ordering: .relaxed).newValue }
}
