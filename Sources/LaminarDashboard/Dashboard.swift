internal import LaminarCore
public import LaminarKafka
internal import Synchronization

/// Metrics, probes and a status page of a `Laminar` over HTTP, in the host's own process.
///
///     try await Dashboard.start(for: laminar)                          // http://127.0.0.1:9404
///     try await Dashboard.start(for: laminar, on: "127.0.0.1:0")       // any free port
///
/// | path | what |
/// |---|---|
/// | `/` | the status page: sources, throughput and lag of the last ten minutes, rebalances, errors, pipelines; live |
/// | `/metrics` | Prometheus text |
/// | `/health/live`, `/health/ready` | 200 or 503, with the reasons as JSON |
/// | `/status.json` | what the page shows, as JSON |
///
/// It lives as long as the `Laminar` and is closed by its `shutdown()` after the sources, so that a probe can see it stop.
/// Nothing on it is a secret, a key or a value of a record. It is served on loopback, and elsewhere only when told
/// (``Options/allowsRemote``), since everybody who reaches it sees names of topics and groups and the texts of errors. Only
/// GET is answered, to a `Host` that is an address, `localhost` or one of ``Options/allowedHosts``: a page in a browser can't
/// reach it under a name of its own (DNS rebinding).
public final class Dashboard: Sendable {
    /// How it is served.
    public struct Options: Sendable {
        /// Whether it may be reached from other machines; default false.
        public var allowsRemote: Bool
        /// Further names that a `Host` may have: those of a proxy before it.
        public var allowedHosts: [String]
        /// What the page is called; default `Laminar`.
        public var title: String
        /// How often numbers are taken and sent to open pages; default 2 s, half a second at least.
        public var interval: Duration

        /// Loopback, no further names, every two seconds.
        public init(
            allowsRemote: Bool = false, allowedHosts: [String] = [], title: String = "Laminar",
            interval: Duration = .seconds(2)
        ) {
            self.allowsRemote = allowsRemote
            self.allowedHosts = allowedHosts
            self.title = title
            self.interval = max(interval, .milliseconds(500))
        }
    }

    /// Where it is served, with the port that was taken: `127.0.0.1:9404`.
    public let address: String
    /// The page's address.
    public var url: String { "http://\(address)" }
    private let server: StatusServer

    /// Serves a `Laminar`, which keeps the dashboard and closes it.
    ///
    /// - Parameters:
    ///   - laminar: what is shown; not kept alive by it.
    ///   - address: an IP address or `localhost`, and a port; 0 takes a free one.
    ///   - options: how it is served.
    /// - Throws: ``DashboardError``; `LaminarError` with code `shutDown`.
    @discardableResult
    public static func start(
        for laminar: Laminar, on address: String = "127.0.0.1:9404", options: Options = Options()
    ) async throws -> Dashboard {
        let dashboard = try Dashboard(on: address, options) { [weak laminar] in laminar }
        do { try laminar.keep(dashboard) } catch {
            await dashboard.close()
            throw error
        }
        return dashboard
    }

    /// Serves sources that a host made in code. Keep the result: with its last reference it ends.
    ///
    ///     let page = try await Dashboard.start(showing: ObservedSources { [orders.health, payments.health] })
    ///
    /// - Throws: ``DashboardError``.
    public static func start(
        showing content: some DashboardContent, on address: String = "127.0.0.1:9404", options: Options = Options()
    ) async throws -> Dashboard {
        try Dashboard(on: address, options) { content }
    }

    private init(
        on address: String, _ options: Options, _ content: @escaping @Sendable () -> (any DashboardContent)?
    ) throws(DashboardError) {
        let place = try ListenAddress(parsing: address, allowsRemote: options.allowsRemote)
        server = StatusServer(
            guarding: HostCheck(allowed: options.allowedHosts),
            StatusHistory(title: options.title, interval: options.interval, content: content))
        self.address = try server.start(place)
    }

    deinit { server.stopSoon() }

    /// Ends it and every connection to it. Doing it twice is harmless.
    public func close() async { await server.stop() }
}

extension Dashboard: Companion {}
