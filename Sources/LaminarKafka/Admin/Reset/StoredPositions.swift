internal import LaminarStore

/// The positions of one source in Laminar's own database, changed from outside: for a group whose offsets are moved.
struct StoredPositions: Sendable {
    let source: String

    /// Those that are stored; a partition that was only claimed has none.
    func read(_ connection: SQLiteConnection) throws -> [TopicPartition: Int64] {
        let exists = try connection.first(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'laminar_checkpoints'"
        ) { $0.int64(0) }
        guard exists != nil else { return [:] }
        let rows = try connection.query(
            """
            SELECT topic, partition_id, next_offset FROM laminar_checkpoints
            WHERE source = ? AND next_offset IS NOT NULL
            """, source
        ) { (topic: $0.text(0) ?? "", partition: $0.int64(1) ?? -1, offset: $0.int64(2) ?? 0) }
        return rows.reduce(into: [:]) { found, row in
            guard let partition = Int32(exactly: row.partition) else { return }
            found[TopicPartition(row.topic, partition)] = row.offset
        }
    }

    /// Moves them. Who still believes to own one is fenced; which topic and record it was is forgotten, so that the next
    /// start takes what it finds.
    func write(_ offsets: [TopicPartition: Int64], _ connection: SQLiteConnection) throws {
        for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
            try connection.run(
                """
                UPDATE laminar_checkpoints SET next_offset = ?, topic_id = NULL, leader_epoch = NULL,
                    record_offset = NULL, record_timestamp = NULL, record_hash = NULL, epoch = epoch + 1
                WHERE source = ? AND topic = ? AND partition_id = ?
                """, offset, source, partition.topic, Int64(partition.partition))
        }
    }
}
