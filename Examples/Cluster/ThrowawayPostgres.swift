import LaminarTesting

/// The PostgreSQL of `--postgres`, else one that is started for this run (a second) and forgotten.
///
/// It needs the server's programs: `apt-get install postgresql`, `brew install postgresql@17`.
public struct ThrowawayPostgres: Sendable {
    /// What libpq takes to connect.
    public let connection: String
    private let server: PostgresFixture?

    /// - Parameter given: a connection string, `postgresql://…` or `host=… dbname=…`; nil starts a server.
    /// - Throws: `FixtureError` where none can be had.
    public init(_ given: String?) async throws {
        let started = given == nil ? try await PostgresFixture.start() : nil
        server = started
        connection = given ?? started?.connection() ?? ""
    }

    /// Stops the server that was started.
    public func close() async { await server?.stop() }
}
