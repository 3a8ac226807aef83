public import LaminarCore
public import LaminarStore
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Laminar {
    private static let opened = Mutex<Laminar?>(nil)

    /// The instance that the static functions use, opened at the default database when it is first asked for.
    ///
    /// After a ``shutdown()`` the next use opens another one.
    ///
    /// - Throws: `StoreError` when the file can't be opened.
    public static var shared: Laminar {
        get async throws {
            try opened.withLock { shared in
                if let laminar = shared, !laminar.isShutDown { return laminar }
                let laminar = try Laminar(
                    opening: defaultDatabase(environment: ProcessInfo.processInfo.environment), secrets: .standard,
                    log: SilentLogSink(), Observation())
                shared = laminar
                return laminar
            }
        }
    }

    /// Executes a script in ``shared``.
    ///
    ///     try await Laminar.execute("CREATE CONNECTION …")
    ///
    /// - Throws: as the instance's `execute`, and `StoreError` when the database can't be opened.
    @discardableResult
    public static func execute(_ sql: String) async throws -> [StatementResult] {
        try await shared.execute(sql)
    }

    /// Where the catalog is unless told otherwise: `$LAMINAR_DATABASE`, else `laminar.db` in the working directory.
    public static func defaultDatabase(environment: [String: String]) -> DatabaseLocation {
        if let path = environment["LAMINAR_DATABASE"], !path.isEmpty { return .file(path) }
        return .file("laminar.db")
    }
}

/// Opens a catalog for the length of `body`, then shuts it down: open sources commit and leave their groups, which a
/// `deinit` couldn't wait for.
///
///     try await withLaminar(database: .file("laminar.db")) { laminar in
///         for try await order in try laminar.source("orders", as: Order.self) { … }
///     }
///
/// - Throws: `StoreError` when the database can't be opened, or what `body` throws.
public func withLaminar<Result>(
    database: DatabaseLocation, secrets: some SecretProvider = .standard, log: some LogSink = SilentLogSink(),
    metrics: MetricsRegistry = .shared, spans: (any SpanSink)? = nil,
    _ body: (Laminar) async throws -> Result
) async throws -> Result {
    let laminar = try await Laminar(database: database, secrets: secrets, log: log, metrics: metrics, spans: spans)
    do {
        let result = try await body(laminar)
        await laminar.shutdown()
        return result
    } catch {
        await laminar.shutdown()
        throw error
    }
}
