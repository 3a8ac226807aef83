import LaminarPostgres
import LaminarTesting
import Testing

@Suite struct PostgresConformanceTests {
    @Test("the kit for checkpoint stores finds nothing")
    func kit() async throws {
        let database = try await Database("kit")
        _ = try await database.query("CREATE TABLE numbers (number BIGINT)")
        let kit = CheckpointStoreConformance(
            open: { try database.store() },
            write: { db, number in try db.run("INSERT INTO numbers VALUES ($1)", number) },
            rows: { try await database.query("SELECT number FROM numbers").compactMap { Int($0) } })
        try await kit.verify()
    }
}
