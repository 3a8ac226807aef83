#if GRDB
    import Foundation
    import GRDB
    import LaminarEcosystem
    import LaminarKafka
    import LaminarTesting
    import Testing

    @Suite struct GRDBTests {
        private static func withDatabase<Result>(_ body: (String) async throws -> Result) async throws -> Result {
            let path = NSTemporaryDirectory() + "laminar-grdb-\(UUID().uuidString).db"
            defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
            return try await body(path)
        }

        private static func open(_ path: String) throws -> DatabasePool {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            return try DatabasePool(path: path, configuration: configuration)
        }

        @Test("a GRDB database keeps what a checkpoint store promises") func conformance() async throws {
            try await Self.withDatabase { path in
                try await Self.open(path).write { db in
                    try db.execute(sql: "CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
                }
                let kit = CheckpointStoreConformance(
                    open: { try await GRDBCheckpointStore(Self.open(path)) },
                    write: { db, number in
                        try db.execute(sql: "INSERT INTO numbers VALUES (?)", arguments: [number])
                    },
                    rows: { try await Self.open(path).read { try Int.fetchAll($0, sql: "SELECT number FROM numbers") } }
                )
                try await kit.verify()
            }
        }

        @Test("a host that lends GRDB's raw handle has the same") func lent() async throws {
            try await Self.withDatabase { path in
                let kit = CheckpointStoreConformance(
                    open: {
                        let pool = try Self.open(path)
                        return LentSQLiteStore { work in
                            try await pool.write { db in
                                guard let handle = db.sqliteConnection else { return }
                                try work(handle)
                            }
                        }
                    },
                    write: { db, number in
                        try db.run("CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY)")
                        try db.run("INSERT INTO numbers VALUES (?)", number)
                    },
                    rows: {
                        try await Self.open(path).read { db in
                            try db.tableExists("numbers") ? Int.fetchAll(db, sql: "SELECT number FROM numbers") : []
                        }
                    })
                try await kit.verify()
            }
        }

        @Test(
            "a closure that ends its transaction is found out, and stores no position",
            arguments: ["COMMIT", "ROLLBACK", "COMMIT; BEGIN IMMEDIATE", "ROLLBACK; BEGIN IMMEDIATE"])
        func endedTransaction(script: String) async throws {
            try await Self.withDatabase { path in
                let store = try await GRDBCheckpointStore(Self.open(path))
                let partition = TopicPartition("orders", 0)
                let epoch = try await store.claim([partition], for: "s").first?.epoch ?? 0
                let checkpoint = Checkpoint(
                    source: "s",
                    positions: [
                        CheckpointPosition(
                            partition: partition, epoch: epoch, position: StoredPosition(nextOffset: 7))
                    ])
                let error = await #expect(throws: (any Error).self) {
                    try await store.commit(checkpoint) { db in try db.execute(sql: script) }
                }
                if script.contains("BEGIN") {
                    // GRDB itself lets no statement run behind the end of its transaction.
                    #expect(error is DatabaseError, "\(error as Any)")
                } else {
                    #expect((error as? CheckpointError)?.code == .transactionEnded, "\(error as Any)")
                }
                #expect(try await store.claim([partition], for: "s").first?.stored == nil)
            }
        }

        @Test("records arrive once over a restart") func restart() async throws {
            try await Self.withDatabase { path in
                let broker = try EmbeddedBroker()
                try broker.createTopic("numbers", partitions: 2)
                try await broker.produce(
                    (0..<200).map { TestRecord(value: "\($0)", partition: Int32($0 % 2)) }, to: "numbers")
                let pool = try Self.open(path)
                try await pool.write { db in try db.execute(sql: "CREATE TABLE numbers (number INTEGER NOT NULL)") }
                let store = try await GRDBCheckpointStore(pool)
                for goal in [30, 200] {
                    var configuration = KafkaSourceConfiguration(
                        bootstrapServers: broker.bootstrapServers, subscription: .topics(["numbers"]), groupID: "grdb")
                    configuration.batch.records = 25
                    // The mock lets a new member in when the session of the one that left is over.
                    configuration.properties["session.timeout.ms"] = "6000"
                    let source = try CheckpointedSource(configuration, decoding: .payload, checkpoint: store)
                    for try await batch in source.batches {
                        try await source.checkpoint(batch) { db in
                            for payload in batch {
                                try db.execute(
                                    sql: "INSERT INTO numbers VALUES (?)", arguments: [Int(payload.text ?? "") ?? -1])
                            }
                        }
                        if try await Self.count(pool) >= goal { break }
                    }
                    await source.close()
                }
                let numbers = try await pool.read { try Int.fetchAll($0, sql: "SELECT number FROM numbers") }
                #expect(numbers.sorted() == Array(0..<200))
                await broker.close()
            }
        }

        private static func count(_ pool: DatabasePool) async throws -> Int {
            try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM numbers") ?? 0 }
        }
    }
#endif
