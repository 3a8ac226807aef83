import Foundation
import LaminarKafka

/// A checkpoint store with many partitions; no broker is needed.
struct CheckpointsCase {
    let partitions: Int

    func run() async throws {
        let path = NSTemporaryDirectory() + "laminar-scale-\(UUID().uuidString).db"
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let store = try await SQLiteCheckpointStore(.file(path))
        let all = (0..<partitions).map { TopicPartition("orders", Int32($0)) }
        let first = try await milliseconds { _ = try await store.claim(all, for: "scale") }
        var epochs: [TopicPartition: Int64] = [:]
        var claims: [CheckpointClaim] = []
        let again = try await milliseconds { claims = try await store.claim(all, for: "scale") }
        for claim in claims { epochs[claim.partition] = claim.epoch }
        let everything = try await commit(all, to: store, &epochs)
        var sizes: [String] = []
        for count in [1, 10, 100, 1000] where count <= partitions {
            var times: [Double] = []
            for round in 0..<51 {
                // Other ones each time, all over the table.
                let some = (0..<count).map { all[(round * 7919 + $0 * (partitions / count)) % partitions] }
                times.append(try await commit(some, to: store, &epochs))
            }
            sizes.append(#""commit_\#(count)_ms": \#(times.sorted()[times.count / 2])"#)
        }
        try await store.write { try $0.execute("PRAGMA user_version") }
        let bytes = ["", "-wal"].reduce(0) { sum, end in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + end)
            return sum + (attributes?[.size] as? Int ?? 0)
        }
        Usage.tell(
            #""partitions": \#(partitions), "claim_ms": \#(first), "claim_again_ms": \#(again), "#
                + #""commit_all_ms": \#(everything), \#(sizes.joined(separator: ", ")), "bytes": \#(bytes)"#)
    }

    /// Stores that the first record of each partition was processed, without its fingerprint: what `source` begins with.
    static func notePositions(store path: String, group: String, topics: [String], partitions: Int) async throws {
        let store = try await SQLiteCheckpointStore(.file(path))
        let all = topics.flatMap { topic in (0..<partitions).map { TopicPartition(topic, Int32($0)) } }
        let claims = try await store.claim(all, for: group)
        let positions = claims.map {
            CheckpointPosition(partition: $0.partition, epoch: $0.epoch, position: StoredPosition(nextOffset: 1))
        }
        try await store.commit(Checkpoint(source: group, positions: positions)) { _ in }
        Usage.tell(#""partitions": \#(positions.count)"#)
    }

    private func commit(
        _ partitions: [TopicPartition], to store: SQLiteCheckpointStore, _ epochs: inout [TopicPartition: Int64]
    ) async throws -> Double {
        let positions = partitions.map { partition in
            CheckpointPosition(
                partition: partition, epoch: epochs[partition] ?? 0,
                position: StoredPosition(
                    nextOffset: 12_345_678, topicID: "AAAAAAAAAAAAAAAAAAAAAA", leaderEpoch: 3,
                    lastRecord: RecordFingerprint(offset: 12_345_677, timestamp: 1_700_000_000_000, hash: 42)))
        }
        let time = try await milliseconds {
            try await store.commit(Checkpoint(source: "scale", positions: positions)) { _ in }
        }
        for partition in partitions { epochs[partition, default: 0] += 1 }
        return time
    }

    private func milliseconds(_ body: () async throws -> Void) async throws -> Double {
        let start = ContinuousClock.now
        try await body()
        return (ContinuousClock.now - start) / .milliseconds(1)
    }
}
