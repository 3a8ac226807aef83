import LaminarKafka
import Testing

@Suite struct ConnectionStatementsTests {
    private static func connection(_ options: String, name: String = "shop", create: String = "CREATE CONNECTION")
        -> String
    {
        """
        \(create) \(name) TO kafka (
            bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source', format = 'json'\(options))
        """
    }

    @Test(
        "an identical definition is a no-op, however it is written",
        arguments: [
            connection(", batch_size = 500"), connection(", 'batch_size' = '500',"),
            connection(", BATCH_SIZE = '0500'"),
            """
            CREATE CONNECTION "shop" TO KAFKA (format = 'JSON', type = 'Source', topic = ' orders ', batch_size = 500,
                bootstrap_servers = 'localhost:9092', offset = 'earliest')
            """,
        ])
    func identical(sql: String) async throws {
        let laminar = try await catalog(Self.connection(", batch_size = 500"))
        let results = try await laminar.execute(sql)
        #expect(results.map(\.isChange) == [false])
    }

    @Test("a different definition is an error that names every difference and the way out")
    func different() async throws {
        let laminar = try await catalog(Self.connection(", batch_size = 500, offset = 'latest'"))
        let error = try #require(
            try await laminar.failure(Self.connection(", batch_size = 600, batch_bytes = 1000000")))
        let text = error.description
        for part in ["batch_size: '500' → '600'", "batch_bytes", "offset", "CREATE OR REPLACE CONNECTION"] {
            #expect(text.contains(part), "\(text)")
        }
        #expect((error.underlying as? LaminarError)?.code == .alreadyExists)
        let shown = try await laminar.texts("SHOW CREATE shop")
        #expect(shown.first?.first??.contains("500") == true)
    }

    @Test("OR REPLACE changes it, IF NOT EXISTS leaves it")
    func replace() async throws {
        let laminar = try await catalog(Self.connection(""))
        let kept = try await laminar.execute(
            Self.connection(", batch_size = 9", create: "CREATE CONNECTION IF NOT EXISTS"))
        #expect(kept.map(\.isChange) == [false])
        let replaced = try await laminar.execute(
            Self.connection(", batch_size = 9", create: "CREATE OR REPLACE CONNECTION"))
        #expect(replaced.map(\.isChange) == [true])
        #expect(try await laminar.texts("SHOW CREATE shop").first?.first??.contains("batch_size = '9'") == true)
    }

    @Test("a generated group id is kept: over restarts, and when the connection is replaced")
    func groupID() async throws {
        try await withDatabaseFile { path in
            let first = try await Laminar(database: .file(path))
            try await first.execute(Self.connection(""))
            let id = try await first.texts("SHOW CONNECTIONS")[0][5]
            #expect(id?.hasPrefix("laminar-") == true)
            let second = try await Laminar(database: .file(path))
            try await second.execute(Self.connection(""))
            try await second.execute(Self.connection(", batch_size = 7", create: "CREATE OR REPLACE CONNECTION"))
            #expect(try await second.texts("SHOW CONNECTIONS")[0][5] == id)
            try await second.execute(
                Self.connection(", group_id_prefix = 'team-a.'", create: "CREATE OR REPLACE CONNECTION"))
            let other = try await second.texts("SHOW CONNECTIONS")[0][5]
            #expect(other?.hasPrefix("team-a.") == true)
        }
    }

    @Test("a replacement that one of its tables can't be read with is refused, naming the table")
    func replacementBreaksTable() async throws {
        let laminar = try await catalog(Example.connection + Example.table)
        let error = try #require(
            try await laminar.failure(
                """
                CREATE OR REPLACE CONNECTION shop TO kafka (
                    bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source', format = 'raw')
                """))
        #expect(error.message.contains("Table orders doesn't fit"))
        #expect(try await laminar.texts("SHOW CREATE shop").first?.first??.contains("json") == true)
    }

    @Test("a secret that is written out is refused in a file, taken in memory, and never shown")
    func literalSecret() async throws {
        let sql = Self.connection(
            ", 'auth.type' = 'sasl', 'auth.mechanism' = 'PLAIN', 'auth.username' = 'u', 'auth.password' = 'hunter2'")
        let laminar = try await catalog(sql)
        for statement in ["SHOW CREATE shop", "DESCRIBE shop", "SHOW CONNECTIONS"] {
            let shown = "\(try await laminar.execute(statement))"
            #expect(!shown.contains("hunter2"), "\(statement)")
        }
        try await withDatabaseFile { path in
            let error = try #require(try await Laminar(database: .file(path)).failure(sql))
            #expect((error.underlying as? ConfigurationError)?.code == .literalSecret)
            #expect(!error.description.contains("hunter2"), "\(error)")
        }
    }

    @Test("a reference to a secret is kept as it is")
    func secretReference() async throws {
        let laminar = try await catalog(
            Self.connection(
                ", 'auth.type' = 'sasl', 'auth.mechanism' = 'PLAIN', 'auth.username' = 'u', "
                    + "'auth.password' = '${secret:kafka_password}'"))
        #expect(
            try await laminar.texts("SHOW CREATE shop").first?.first??.contains("'${secret:kafka_password}'") == true)
    }

    @Test("an unknown connector or option points at its place and says what was meant")
    func mistakes() async throws {
        let laminar = try await catalog()
        let option = try #require(try await laminar.failure(Self.connection(", batch_sise = 5")))
        #expect(option.line == 2)
        #expect(option.suggestion == "batch_size")
        let connector = try #require(try await laminar.failure("CREATE CONNECTION a TO kafak (type = 'source')"))
        #expect(connector.suggestion == "kafka")
        #expect(connector.column == 24)
    }

    @Test("an impulse has its options and no format")
    func impulse() async throws {
        let laminar = try await catalog(
            "CREATE CONNECTION beat TO impulse (event_rate = 10); CREATE TABLE b WITH (connector = 'beat')")
        #expect(
            try await laminar.texts("DESCRIBE b").map { $0[0] } == ["counter", "subtask_index", "timestamp"])
    }
}
