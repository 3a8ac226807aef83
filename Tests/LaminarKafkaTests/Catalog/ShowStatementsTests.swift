import LaminarKafka
import Testing

@Suite struct ShowStatementsTests {
    @Test("SHOW lists what there is, by name")
    func lists() async throws {
        let laminar = try await catalog(
            Example.connection + Example.table + "CREATE CONNECTION beat TO impulse (event_rate = 5);")
        let connections = try await laminar.texts("SHOW CONNECTIONS")
        #expect(connections.map { $0[0] } == ["beat", "shop"])
        #expect(connections.map { $0[3] } == [nil, "orders"])
        #expect(try await laminar.texts("SHOW TABLES").map { Array($0.prefix(3)) } == [["orders", "shop", "2"]])
        #expect(try await laminar.texts("SHOW PIPELINES").isEmpty)
        let empty = try await laminar.execute("SHOW PIPELINES")
        #expect(empty.first?.table?.columns.map(\.name) == ["name", "state", "definition"])
    }

    @Test("DESCRIBE tells a table's columns and where they are filled from, or a connection's options")
    func describe() async throws {
        let laminar = try await catalog(
            Example.connection
                + "CREATE TABLE t (id BIGINT NOT NULL, at TIMESTAMP METADATA FROM 'timestamp') WITH (connector = 'shop')"
        )
        #expect(
            try await laminar.texts("DESCRIBE t") == [
                ["id", "BIGINT", "false", "payload"], ["at", "TIMESTAMP", "true", "record's timestamp"],
            ])
        let options = try await laminar.texts("DESCRIBE shop")
        #expect(options.contains(["topic", "orders"]))
        #expect(options.contains { $0[0] == "group_id" })
    }

    @Test("one name for two things has to be told apart")
    func ambiguous() async throws {
        let laminar = try await catalog(
            Example.connection + "CREATE TABLE shop (id BIGINT) WITH (connector = 'shop')")
        #expect(try await laminar.failure("SHOW CREATE shop")?.message.contains("SHOW CREATE CONNECTION") == true)
        #expect(try await laminar.texts("SHOW CREATE TABLE shop").first?.first??.hasPrefix("CREATE TABLE") == true)
        #expect(try await laminar.texts("SHOW CREATE CONNECTION shop").first?.first??.hasPrefix("CREATE CONN") == true)
    }

    @Test(
        "an unknown name is an error with a suggestion",
        arguments: ["DESCRIBE ordres", "SHOW CREATE ordres", "SHOW CREATE TABLE ordres"])
    func unknown(sql: String) async throws {
        let error = try #require(try await catalog(Example.connection + Example.table).failure(sql))
        #expect(error.suggestion == "orders")
        #expect((error.underlying as? LaminarError)?.code == .unknownName)
    }
}
