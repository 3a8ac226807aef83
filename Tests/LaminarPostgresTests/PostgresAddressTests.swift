import LaminarCore
import LaminarKafka
import LaminarPostgres
import LaminarTesting
import Testing

@Suite struct PostgresAddressTests {
    @Test(
        "what isn't a connection string is refused without quoting it",
        arguments: [
            "host=db password=top secret", "postgresql://u:secret@h/db?nonsense=1", "host='secret", "sslmod=secret",
            "a\0b",
        ])
    func malformed(text: String) {
        let error = #expect(throws: PostgresError.self) { try PostgresCheckpointStore(text) }
        #expect(error?.code == .configuration && error?.message.contains("secret") == false)
    }

    @Test("numbers out of range are refused")
    func ranges() {
        #expect(throws: PostgresError.self) { try PostgresCheckpointStore("host=x", connections: 0) }
        #expect(throws: PostgresError.self) { try PostgresCheckpointStore("host=x", timeout: .milliseconds(10)) }
    }

    @Test("every door lets a client in; a secret is put in at the connect", arguments: PostgresFixture.Door.allCases)
    func doors(door: PostgresFixture.Door) async throws {
        let database = try await Database("doors")
        _ = try await database.query("GRANT ALL ON SCHEMA public TO secured")
        let connection = database.postgres.connection(to: database.name, by: door)
            .replacing(PostgresFixture.password, with: "${secret:db}")
        let store = try PostgresCheckpointStore(
            connection, secrets: .closure { $0 == "db" ? Secret(PostgresFixture.password) : nil })
        #expect(try await store.claim([orders0], for: "shop").first?.epoch == 1)
        let encrypted = try await store.commit(.orders((0, 1, 1))) { db in
            try db.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") { $0.bool(0) }
        }
        #expect(encrypted == (door == .tls))
        await store.close()
    }

    @Test("a secret that nobody knows is named")
    func unknownSecret() async throws {
        let store = try PostgresCheckpointStore(
            "postgresql://u:${secret:nowhere}@127.0.0.1:1/db", secrets: .closure { _ in nil })
        let error = await #expect(throws: CheckpointError.self) { try await store.claim([orders0], for: "shop") }
        #expect(error?.message.contains("nowhere") == true)
    }

    @Test("nobody at the address is unavailable, in bounded time")
    func nobodyThere() async throws {
        let store = try PostgresCheckpointStore("host=127.0.0.1 port=1 dbname=x user=x")
        let error = await #expect(throws: CheckpointError.self) { try await store.claim([orders0], for: "shop") }
        #expect(error?.code == .unavailable && (error?.underlying as? PostgresError)?.code == .connection)
    }
}
