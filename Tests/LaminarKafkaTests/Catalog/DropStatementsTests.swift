import LaminarKafka
import LaminarTesting
import Testing

@Suite struct DropStatementsTests {
    @Test("a connection that tables use stays, and the error names them")
    func connectionInUse() async throws {
        let laminar = try await catalog(
            Example.connection + Example.table + "CREATE TABLE more (id BIGINT) WITH (connector = 'shop')")
        let error = try #require(try await laminar.failure("DROP CONNECTION shop"))
        #expect((error.underlying as? LaminarError)?.code == .inUse)
        #expect(error.message.contains("tables more, orders"), "\(error)")
        let results = try await laminar.execute("DROP TABLE orders; DROP TABLE more; DROP CONNECTION shop")
        #expect(results.map(\.isChange) == [true, true, true])
        #expect(try await laminar.texts("SHOW CONNECTIONS").isEmpty)
    }

    @Test("what isn't there is an error with a suggestion, unless IF EXISTS is written")
    func absent() async throws {
        let laminar = try await catalog(Example.connection + Example.table)
        let error = try #require(try await laminar.failure("DROP TABLE ordres"))
        #expect(error.suggestion == "orders")
        #expect(error.column == 12)
        #expect(try await laminar.execute("DROP TABLE IF EXISTS ordres").map(\.isChange) == [false])
        #expect(try await laminar.failure("DROP CONNECTION orders")?.message.contains("no connection orders") == true)
    }

    @Test("a table stays while this program reads it")
    func openSource() async throws {
        let broker = try EmbeddedBroker()
        try await broker.produce([TestRecord(value: "{\"id\": 1}")], to: "orders")
        let laminar = try await catalog(
            Example.connection.replacing("localhost:9092", with: broker.bootstrapServers) + Example.table)
        let source = try laminar.rows("orders", extent: .everything)
        for try await row in source {
            #expect(row["id"] == .bigint(1))
            let error = try #require(try await laminar.failure("DROP TABLE orders"))
            #expect((error.underlying as? LaminarError)?.code == .inUse)
            break
        }
        await source.close()
        #expect(try await laminar.failure("DROP TABLE orders") == nil)
        await broker.close()
    }
}
