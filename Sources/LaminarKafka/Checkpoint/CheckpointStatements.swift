#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One statement of a checkpoint, for a driver of the host's own.
public struct CheckpointStatement: Sendable, Hashable {
    /// The text, with the dialect's placeholders.
    public let sql: String
    /// One a placeholder, in order. No text of a record is ever among them.
    public let parameters: [CheckpointValue]
    /// How many rows it must change; nil where that doesn't matter. Another number means that a partition is fenced: the
    /// transaction must be rolled back.
    public let expectedRows: Int?
}

/// A parameter, or a column of a row.
public enum CheckpointValue: Sendable, Hashable {
    /// NULL; the column tells its type.
    case null
    /// A signed integer of 64 bits: a BIGINT.
    case integer(Int64)
    /// UTF-8 text.
    case text(String)
}

/// Which SQL a database speaks.
public enum CheckpointDialect: Sendable, Hashable, CaseIterable {
    /// SQLite 3.35 and later: `?`.
    case sqlite
    /// PostgreSQL 9.5 and later: `$1`.
    case postgres
    /// MySQL 8 and MariaDB 10.5 and later: `?`.
    case mysql
}

/// The SQL behind a checkpoint store, for a host that writes its own.
///
///     let sql = CheckpointStatements(.postgres)
///     for statement in sql.schema { … }                              // once, at the start
///     for statement in sql.claim(partitions, for: source) {          // in one transaction
///         for row in … { claims.append(try sql.claim(from: row)) }
///     }
///     for statement in sql.commit(checkpoint) { … }                  // in the transaction of the host's own rows
///
/// Two tables, `laminar_checkpoints` and `laminar_checkpoint_format`; every column is text or a 64-bit integer. Statements
/// of several partitions come in one order, so that two transactions don't wait for each other crosswise.
public struct CheckpointStatements: Sendable, Hashable {
    /// Which SQL.
    public let dialect: CheckpointDialect

    /// The tables' format that this version of the library writes. A database with a higher one belongs to a newer library.
    public static let formatVersion: Int64 = 1

    /// Statements in that dialect.
    public init(_ dialect: CheckpointDialect) { self.dialect = dialect }

    /// Makes the tables where they aren't; changes nothing where they are.
    public var schema: [CheckpointStatement] {
        let name = dialect == .mysql ? "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "TEXT"
        let formatRow = "laminar_checkpoint_format (id, version) VALUES (1, \(Self.formatVersion))"
        return [
            """
            CREATE TABLE IF NOT EXISTS laminar_checkpoint_format (id BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL)
            """,
            dialect == .mysql
                ? "INSERT IGNORE INTO \(formatRow)" : "INSERT INTO \(formatRow) ON CONFLICT (id) DO NOTHING",
            """
            CREATE TABLE IF NOT EXISTS laminar_checkpoints (
                source \(name) NOT NULL, topic \(name) NOT NULL, partition_id BIGINT NOT NULL, epoch BIGINT NOT NULL,
                next_offset BIGINT, topic_id \(name), leader_epoch BIGINT,
                record_offset BIGINT, record_timestamp BIGINT, record_hash BIGINT, updated_at BIGINT NOT NULL,
                PRIMARY KEY (source, topic, partition_id))
            """,
        ].map { CheckpointStatement(sql: $0, parameters: [], expectedRows: nil) }
    }

    /// Gives one row with one column, the tables' format; ``checkFormat(_:)`` says whether it will do.
    public var readFormat: CheckpointStatement {
        CheckpointStatement(
            sql: "SELECT version FROM laminar_checkpoint_format WHERE id = 1", parameters: [], expectedRows: nil)
    }

    /// - Throws: ``CheckpointError`` with code `newerFormat` for tables of a newer library.
    public func checkFormat(_ version: Int64) throws(CheckpointError) {
        guard version > Self.formatVersion else { return }
        throw CheckpointError(
            code: .newerFormat,
            message:
                "The checkpoints in this database have format \(version), which a newer version of the library wrote; "
                + "this one knows \(Self.formatVersion): upgrade it, or name another database.")
    }

    /// Takes partitions over: to be run in one transaction. Each row that comes back is a claim.
    public func claim(_ partitions: [TopicPartition], for source: String) -> [CheckpointStatement] {
        partitions.sorted().flatMap { partition -> [CheckpointStatement] in
            let key: [CheckpointValue] = [
                .text(source), .text(partition.topic), .integer(Int64(partition.partition)),
            ]
            let insert = """
                INSERT INTO laminar_checkpoints (source, topic, partition_id, epoch, updated_at) VALUES (?, ?, ?, 1, ?)
                """
            switch dialect {
            case .sqlite, .postgres:
                return [
                    statement(
                        """
                        \(insert) ON CONFLICT (source, topic, partition_id)
                        DO UPDATE SET epoch = laminar_checkpoints.epoch + 1, updated_at = excluded.updated_at
                        RETURNING \(Self.columns)
                        """, key + [now])
                ]
            case .mysql:
                return [
                    statement(
                        """
                        \(insert) ON DUPLICATE KEY UPDATE epoch = epoch + 1, updated_at = VALUES(updated_at)
                        """, key + [now]),
                    statement(
                        """
                        SELECT \(Self.columns) FROM laminar_checkpoints
                        WHERE source = ? AND topic = ? AND partition_id = ?
                        """, key),
                ]
            }
        }
    }

    /// What a row of ``claim(_:for:)`` says.
    ///
    /// - Parameter row: its ten columns in order.
    /// - Throws: ``CheckpointError`` with code `brokenStore` for a row that isn't one.
    public func claim(from row: [CheckpointValue]) throws(CheckpointError) -> CheckpointClaim {
        guard row.count == 10, case .text(let topic) = row[0],
            let number = row[1].number.flatMap({ Int32(exactly: $0) }),
            let epoch = row[2].number
        else {
            throw CheckpointError(
                code: .brokenStore, message: "A row of laminar_checkpoints isn't one: it has \(row.count) columns.")
        }
        let partition = TopicPartition(topic, number)
        guard let next = row[3].number else { return CheckpointClaim(partition: partition, epoch: epoch) }
        var position = StoredPosition(nextOffset: next)
        if case .text(let id) = row[4] { position.topicID = id }
        position.leaderEpoch = row[5].number.flatMap { Int32(exactly: $0) }
        if let offset = row[6].number, let timestamp = row[7].number, let hash = row[8].number {
            position.lastRecord = RecordFingerprint(offset: offset, timestamp: timestamp, hash: hash)
        }
        return CheckpointClaim(partition: partition, epoch: epoch, stored: position)
    }

    /// Stores the positions: to be run in the transaction of the host's own rows, which must be rolled back where one of
    /// them changes another number of rows than it must.
    public func commit(_ checkpoint: Checkpoint) -> [CheckpointStatement] {
        checkpoint.positions.sorted { $0.partition < $1.partition }.map { position in
            let stored = position.position
            return statement(
                """
                UPDATE laminar_checkpoints SET next_offset = ?, topic_id = ?, leader_epoch = ?, record_offset = ?,
                    record_timestamp = ?, record_hash = ?, updated_at = ?, epoch = epoch + 1
                WHERE source = ? AND topic = ? AND partition_id = ? AND epoch = ?
                """,
                [
                    .integer(stored.nextOffset), stored.topicID.map { .text($0) } ?? .null,
                    stored.leaderEpoch.map { .integer(Int64($0)) } ?? .null,
                    stored.lastRecord.map { .integer($0.offset) } ?? .null,
                    stored.lastRecord.map { .integer($0.timestamp) } ?? .null,
                    stored.lastRecord.map { .integer($0.hash) } ?? .null, now,
                    .text(checkpoint.source), .text(position.partition.topic),
                    .integer(Int64(position.partition.partition)), .integer(position.epoch),
                ], expectedRows: 1)
        }
    }

    private static let columns = """
        topic, partition_id, epoch, next_offset, topic_id, leader_epoch, record_offset, record_timestamp, record_hash, \
        updated_at
        """

    private func statement(
        _ sql: String, _ parameters: [CheckpointValue], expectedRows: Int? = nil
    ) -> CheckpointStatement {
        guard dialect == .postgres else {
            return CheckpointStatement(sql: sql, parameters: parameters, expectedRows: expectedRows)
        }
        var numbered = ""
        var number = 0
        for character in sql {
            if character == "?" { number += 1 }
            numbered += character == "?" ? "$\(number)" : String(character)
        }
        return CheckpointStatement(sql: numbered, parameters: parameters, expectedRows: expectedRows)
    }

    /// Milliseconds since 1970, for people who look into the table.
    private var now: CheckpointValue {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return .integer(Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

extension CheckpointValue {
    /// The integer; nil for NULL and for text.
    fileprivate var number: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }
}

// For drivers whose calls block, all of it in a few lines.
extension CheckpointStatements {
    /// Makes the tables where they aren't, and refuses those of a newer library.
    ///
    /// - Parameter query: runs a statement and returns its rows.
    /// - Throws: ``CheckpointError`` with code `newerFormat`, or what `query` throws.
    public func prepareTables(_ query: (CheckpointStatement) throws -> [[CheckpointValue]]) throws {
        for statement in schema { _ = try query(statement) }
        try checkFormat(query(readFormat).first?.first?.number ?? Self.formatVersion)
    }

    /// Takes partitions over, inside of a transaction that the caller has begun.
    public func claim(
        _ partitions: [TopicPartition], for source: String, _ query: (CheckpointStatement) throws -> [[CheckpointValue]]
    ) throws -> [CheckpointClaim] {
        try claim(partitions, for: source).flatMap { try query($0).map { try claim(from: $0) } }
    }

    /// Stores the positions, inside of a transaction that the caller has begun.
    ///
    /// - Parameter run: runs a statement and returns how many rows it changed.
    /// - Throws: ``CheckpointError`` with code `fenced`, after which the transaction must be rolled back.
    public func commit(_ checkpoint: Checkpoint, _ run: (CheckpointStatement) throws -> Int) throws {
        let positions = checkpoint.positions.sorted { $0.partition < $1.partition }
        for (position, statement) in zip(positions, commit(checkpoint)) where try run(statement) != 1 {
            throw CheckpointError.fenced(position.partition, source: checkpoint.source)
        }
    }
}
