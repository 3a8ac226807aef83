import LaminarKafka
import LaminarPostgres
import LaminarTesting

/// A database of its own for one test, and what a test asks of it.
struct Database {
    let postgres: PostgresFixture
    let name: String

    init(_ name: String, on postgres: PostgresFixture? = nil) async throws {
        self.postgres = if let postgres { postgres } else { try await PostgresFixture.shared }
        self.name = try await self.postgres.createDatabase(name)
    }

    func store(
        by door: PostgresFixture.Door = .socket, port: Int? = nil, connections: Int = 2,
        timeout: Duration = .seconds(20)
    ) throws -> PostgresCheckpointStore {
        try PostgresCheckpointStore(
            postgres.connection(to: name, by: door, port: port), connections: connections,
            timeout: timeout)
    }

    func query(_ sql: String) async throws -> [String] { try await postgres.query(sql, in: name) }
}

let orders0 = TopicPartition("orders", 0)
let orders1 = TopicPartition("orders", 1)

extension Checkpoint {
    /// One of partitions of topic `orders`.
    static func orders(_ positions: (partition: Int32, epoch: Int64, next: Int64)...) -> Checkpoint {
        Checkpoint(
            source: "shop",
            positions: positions.map {
                CheckpointPosition(
                    partition: TopicPartition("orders", $0.partition), epoch: $0.epoch,
                    position: StoredPosition(
                        nextOffset: $0.next, topicID: "AbC", leaderEpoch: 3,
                        lastRecord: RecordFingerprint(offset: $0.next - 1, timestamp: 1_700_000_000_000, hash: -42)))
            })
    }
}
