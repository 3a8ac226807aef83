import Foundation

/// PostgreSQL in a process of its own, for the time of a test.
///
///     let postgres = try await PostgresFixture.shared                  // one for all tests of this process
///     let database = try await postgres.createDatabase("orders")       // orders_k3x9…, so that tests don't meet
///     …                                                                // postgres.connection(to: database)
///
///     let own = try await PostgresFixture.start()                      // one of its own, to break
///     try await own.kill(); try await own.start()
///     await own.stop()
///
/// It is the server of the system's packages (`apt-get install postgresql`, `brew install postgresql@17`), or of the
/// folder that `$POSTGRES_BIN` names. State lives in a temporary folder that goes with it, and the server ends with this
/// process, however that ends. It starts in about a second; started by root it runs as `postgres`.
public final class PostgresFixture: Sendable {
    /// How a client comes in.
    public enum Door: Sendable, CaseIterable {
        /// The Unix socket, without a password.
        case socket
        /// TCP on 127.0.0.1, without a password.
        case tcp
        /// TCP on 127.0.0.1 as user `secured`, whose password is ``PostgresFixture/password``.
        case password
        /// Like `password`, inside of TLS whose certificate and host name are checked.
        case tls
    }

    /// The password of the user `secured`, of tests only.
    public static let password = "secured-secret"

    /// The script behind it, which people can use too: its head says how.
    public static var script: String { ProjectFolder.path("scripts/postgres") }

    private let keeper: ExternalProcess
    private let folder: String
    private let programs: String
    /// The server's port on 127.0.0.1.
    public let port: Int

    /// The one server that tests share when they don't break it; started at first use, ended with the process.
    ///
    /// - Throws: ``FixtureError`` when no server can be had.
    public static var shared: PostgresFixture {
        get async throws { try await SharedServer.instance.fixture() }
    }

    /// Starts a server of its own.
    ///
    /// - Throws: ``FixtureError`` with code `start`, with what the server's log says, or `unavailable`.
    public static func start() async throws -> PostgresFixture { try await PostgresFixture() }

    private init() async throws {
        keeper = try ExternalProcess(
            name: "PostgreSQL", launch: ["bash", Self.script, "serve"], environment: [:], endsWithItsInput: true)
        var facts: [String: String] = [:]
        while let line = try await keeper.nextLine(within: .seconds(120)), line != "ready" {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            switch words.first {
            case "unavailable": throw FixtureError(code: .unavailable, message: "PostgreSQL: \(line).")
            case "failed": throw FixtureError(code: .start, message: "PostgreSQL did not start: \(line)")
            default: if words.count == 2 { facts[words[0]] = words[1] }
            }
        }
        guard let folder = facts["folder"], let port = facts["port"].flatMap({ Int($0) }), let programs = facts["bin"]
        else { throw FixtureError(code: .start, message: "PostgreSQL did not start: \(keeper.errorsSoFar)") }
        self.folder = folder
        self.port = port
        self.programs = programs
    }

    // MARK: - Coming in

    /// What libpq takes to connect: `host=… port=… dbname=… user=…`.
    ///
    /// - Parameter port: another one than the server's, for a ``TCPProxy`` before it.
    public func connection(
        to database: String = "laminar", by door: Door = .socket, port: Int? = nil
    ) -> String {
        let common = "port=\(port ?? self.port) dbname=\(database)"
        switch door {
        case .socket: return "host=\(folder) \(common) user=laminar"
        case .tcp: return "host=127.0.0.1 \(common) user=laminar sslmode=disable"
        case .password: return "host=127.0.0.1 \(common) user=secured password=\(Self.password) sslmode=disable"
        case .tls:
            return "host=localhost \(common) user=secured password=\(Self.password) sslmode=verify-full "
                + "sslrootcert=\(folder)/certs/ca.crt"
        }
    }

    /// Creates a database under a name of its own, `name` and a random tail, in which everybody may create tables.
    ///
    /// - Returns: the database's name.
    /// - Throws: ``FixtureError`` with code `process`.
    public func createDatabase(_ name: String) async throws -> String {
        let unique = "\(name)_\(UUID().uuidString.lowercased().prefix(8))"
        try await query("CREATE DATABASE \(unique)")
        try await query("GRANT ALL ON DATABASE \(unique) TO secured", in: unique)
        return unique
    }

    /// What `psql`, which nobody here wrote, prints for a statement: a line a row, `|` between columns.
    ///
    /// - Throws: ``FixtureError`` with code `process`, with what psql says.
    @discardableResult
    public func query(_ sql: String, in database: String = "laminar") async throws -> [String] {
        let psql = try ExternalProcess(
            "\(programs)/psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, connection(to: database)])
        return try await psql.success(within: .seconds(60)).output.split(separator: "\n").map(String.init)
    }

    // MARK: - Breaking it

    /// Ends the server and all of its processes at once, as a crash would (SIGKILL).
    public func kill() async throws { try await command("kill") }

    /// Ends the server cleanly; open transactions are rolled back.
    public func halt() async throws { try await command("stop") }

    /// Starts it again, and waits until it takes connections.
    public func start() async throws { try await command("start") }

    /// Freezes it: its connections stay, and answer nothing (SIGSTOP).
    public func pause() async throws { try await command("pause") }

    /// Lets a frozen server go on.
    public func resume() async throws { try await command("resume") }

    /// The end of the server's log, for a failure's report.
    public func log(lines: Int = 40) -> String {
        let text = FileManager.default.contents(atPath: folder + "/server.log") ?? Data()
        return String(decoding: text, as: UTF8.self).split(separator: "\n").suffix(lines).joined(separator: "\n")
    }

    /// Ends the server and removes its folder. Doing it twice is harmless.
    public func stop() async {
        _ = try? await keeper.result(within: .seconds(60))
    }

    private func command(_ line: String) async throws {
        let answer = try await keeper.exchange(line, within: .seconds(90)) { $0 == "done" || $0.hasPrefix("failed") }
        guard answer.last == "done" else {
            throw FixtureError(code: .broker, message: "PostgreSQL, \(line): \(answer.last ?? "no answer").")
        }
    }
}

/// The server that tests share.
private actor SharedServer {
    static let instance = SharedServer()
    private var starting: Task<PostgresFixture, any Error>?

    func fixture() async throws -> PostgresFixture {
        let start = starting ?? Task { try await PostgresFixture.start() }
        starting = start
        return try await start.value
    }
}
