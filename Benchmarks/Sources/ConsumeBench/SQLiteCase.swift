import Foundation
import LaminarKafka

/// Orders into an SQLite file, a transaction for every thousand: with their checkpoint, or without one.
struct SQLiteCase {
    var configuration: KafkaSourceConfiguration
    let count: Int
    private let path = NSTemporaryDirectory() + "laminar-bench-\(UUID().uuidString).db"

    init(configuration: KafkaSourceConfiguration, count: Int) {
        self.configuration = configuration
        self.configuration.batch = .init(records: 1000, fills: true)
        self.count = count
    }

    private static let table = """
        CREATE TABLE orders (id INTEGER, user_id INTEGER, name TEXT, amount REAL, currency TEXT, ts TEXT, active INTEGER)
        """

    @Sendable private static func insert(_ batch: KafkaBatch<Order>, _ db: SQLiteConnection) throws {
        let insert = try db.prepare("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)")
        for order in batch {
            try insert.run(
                order.id, order.userID, order.name, order.amount, order.currency, order.ts, order.active)
        }
    }

    /// As a host writes without a checkpoint: at least once.
    func plain() async throws {
        let database = try SQLiteDatabase(.file(path))
        defer { remove() }
        try database.use { try $0.execute(Self.table) }
        var measurement = Measurement()
        var times: [Double] = []
        let source = try KafkaSource(configuration, decoding: .json(Order.self))
        for try await batch in source.batches {
            let started = ContinuousClock.now
            try database.transaction { try Self.insert(batch, $0) }
            times.append((ContinuousClock.now - started) / .milliseconds(1))
            measurement.add(batch.count)
            if measurement.records >= count { break }
        }
        report(&measurement, times)
        await source.close()
    }

    /// The same rows with their checkpoint: exactly once.
    func checkpoint() async throws {
        let store = try await SQLiteCheckpointStore(.file(path))
        defer { remove() }
        try await store.write { try $0.execute(Self.table) }
        var measurement = Measurement()
        var times: [Double] = []
        let source = try CheckpointedSource(configuration, decoding: .json(Order.self), checkpoint: store)
        for try await batch in source.batches {
            let started = ContinuousClock.now
            try await source.checkpoint(batch) { db in try Self.insert(batch, db) }
            times.append((ContinuousClock.now - started) / .milliseconds(1))
            measurement.add(batch.count)
            if measurement.records >= count { break }
        }
        report(&measurement, times)
        await source.close()
    }

    private func report(_ measurement: inout Measurement, _ times: [Double]) {
        let sorted = times.sorted()
        measurement.report(more: #", "median_ms": \#(sorted[sorted.count / 2]), "transactions": \#(sorted.count)"#)
    }

    private func remove() {
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
    }
}
