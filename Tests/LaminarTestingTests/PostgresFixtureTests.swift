import LaminarTesting
import Testing

@Suite(.serialized) struct PostgresFixtureTests {
    @Test("what is committed survives a kill; the server comes back, freezes, goes on, and is gone at the end")
    func life() async throws {
        let postgres = try await PostgresFixture.start()
        let database = try await postgres.createDatabase("life")
        try await postgres.query("CREATE TABLE rows (id INT); INSERT INTO rows VALUES (1)", in: database)
        try await postgres.kill()
        await #expect(throws: FixtureError.self) { try await postgres.query("SELECT 1") }
        try await postgres.start()
        #expect(try await postgres.query("SELECT id FROM rows", in: database) == ["1"])
        try await postgres.pause()
        try await postgres.resume()
        try await postgres.halt()
        try await postgres.start()
        #expect(try await postgres.query("SELECT id FROM rows", in: database) == ["1"])
        #expect(!postgres.log().isEmpty)
        await postgres.stop()
        await postgres.stop()
        await #expect(throws: FixtureError.self) { try await postgres.query("SELECT 1") }
    }

    @Test("no server remains when whoever started it is killed")
    func orphans() async throws {
        let parent = try Peers.python(
            """
            import subprocess, sys
            keeper = subprocess.Popen(["bash", sys.argv[1], "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for line in keeper.stdout:
                print(line, end="")
            """, [PostgresFixture.script])
        let folder = try await parent.line { $0.hasPrefix("folder ") }.dropFirst(7)
        _ = try await parent.line { $0 == "ready" }
        try await ExternalProcess("kill", ["-9", "\(parent.identifier)"]).success()
        try await ExternalProcess("sh", ["-c", "while [ -d '\(folder)' ]; do sleep 0.1; done"])
            .success(within: .seconds(60))
    }
}
