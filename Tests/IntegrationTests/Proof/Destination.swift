import Foundation
import LaminarTesting

/// Where a victim writes to, and what somebody else finds there.
protocol Destination: Sendable {
    /// What the victim is told: the kind of destination, and the place.
    var kind: String { get }
    var place: String { get }
    /// About the time between two of its commits.
    var interval: Duration { get }
    /// Each record as `partition|offset|value`, read by a program that nobody here wrote.
    func records() async throws -> [String]
}

/// A table in an SQLite file, read by Python.
struct SQLiteDestination: Destination {
    let place = FileManager.default.temporaryDirectory.appending(path: "laminar-proof-\(UUID().uuidString).db").path
    var kind = "sqlite"
    let interval = Duration.milliseconds(20)

    func records() async throws -> [String] {
        // The victim may not have come so far as to create the table.
        let script = """
            import os, sqlite3, sys
            if not os.path.exists(sys.argv[1]): sys.exit()
            database = sqlite3.connect(sys.argv[1], timeout=60)
            if database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'rows'").fetchone()[0]:
                for row in database.execute('SELECT "partition", "offset", value FROM rows'):
                    print("|".join(map(str, row)))
            """
        return try await Peers.python(script, [place]).success(within: .seconds(120)).lines
    }

    func remove() {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: place + suffix) }
    }
}

/// A table in PostgreSQL, read by psql.
struct PostgresDestination: Destination {
    let postgres: PostgresFixture
    let database: String
    let kind = "postgres"
    let interval = Duration.milliseconds(20)
    let place: String

    /// - Parameter port: a proxy's before the server.
    init(on postgres: PostgresFixture, port: Int? = nil) async throws {
        self.postgres = postgres
        database = try await postgres.createDatabase("proof")
        try await postgres.query(
            #"CREATE TABLE rows ("partition" INTEGER, "offset" BIGINT, value TEXT)"#, in: database)
        place = postgres.connection(to: database, by: port == nil ? .socket : .tcp, port: port)
    }

    func records() async throws -> [String] {
        try await postgres.query(#"SELECT "partition", "offset", value FROM rows"#, in: database)
    }
}

/// Another topic, read by kcat with `read_committed`.
struct TopicDestination: Destination {
    let kafka: KafkaFixture
    let kind = "kafka"
    let interval = Duration.milliseconds(250)
    let place: String

    init(on kafka: KafkaFixture) async throws {
        self.kafka = kafka
        place = try await kafka.createTopic("copied", partitions: 4)
    }

    func records() async throws -> [String] {
        try await kafka.read(place, format: "%s")
    }
}

extension KafkaFixture {
    /// What kcat reads of a topic from its beginning to its end, a line a record.
    func read(_ topic: String, format: String) async throws -> [String] {
        try await Peers.kcat([
            "-C", "-q", "-e", "-b", bootstrapServers, "-t", topic, "-o", "beginning", "-X",
            "isolation.level=read_committed", "-f", format + "\\n",
        ]).success(within: .seconds(120)).lines
    }
}

extension ExternalProcess.Result {
    /// Standard output, line by line.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
}
