internal import Dispatch
internal import LaminarCore
internal import Synchronization

/// A worker's connection: opened when it is needed, opened again after a break. Used by one owned thread.
final class PostgresSession {
    /// What every session of a store shares.
    struct Surroundings: Sendable {
        let address: PostgresAddress
        let timeout: Duration
        let secrets: any SecretProvider
        let log: any LogSink
    }

    let surroundings: Surroundings
    private var connection: PostgresConnection?

    init(_ surroundings: Surroundings) { self.surroundings = surroundings }

    /// The oldest server with what is needed: `pg_xact_status` of a 64-bit transaction id.
    private static let oldestServer = 130_000

    /// The open connection, or a new one.
    ///
    /// - Throws: ``PostgresError``, or what a secret throws.
    func connected() throws -> PostgresConnection {
        if let connection, connection.isOpen { return connection }
        connection = nil
        let server = surroundings.address.description
        let connection = try PostgresConnection(
            try resolve(), server: server, timeout: surroundings.timeout)
        guard connection.serverVersion >= Self.oldestServer else {
            throw PostgresError(
                code: .configuration,
                message: "\(server) is PostgreSQL \(connection.serverVersion / 10_000): 13 or later is needed.")
        }
        // The forms in which values are read here. A client that is gone without a word must not keep its locks.
        _ = try connection.execute(
            "SET datestyle TO ISO; SET bytea_output TO hex; SET tcp_keepalives_idle TO 30; "
                + "SET tcp_keepalives_interval TO 10; SET tcp_keepalives_count TO 3")
        surroundings.log.log(.debug, ["component": "postgres"], "Connected to \(server).")
        self.connection = connection
        return connection
    }

    /// An open connection that answers; one that broke while it lay idle (a server's restart) is replaced.
    func lively() throws -> PostgresConnection {
        guard let connection, connection.isOpen else { return try connected() }
        if (try? connection.execute("")) != nil { return connection }
        return try connected()
    }

    /// Gives the connection up, where it can't be known what state it is in.
    func disconnect() {
        connection?.close()
        connection = nil
    }

    /// Begins a transaction. A connection that broke while it lay idle (a server's restart) is noticed here and replaced
    /// once, since nothing was done on it yet.
    ///
    /// - Returns: the connection, and the transaction's id.
    func begin() throws -> (PostgresConnection, transactionID: String) {
        let wasOpen = connection?.isOpen == true
        do { return try beginOnce() } catch let error where wasOpen && connection?.isOpen != true {
            surroundings.log.log(.debug, ["component": "postgres"], "An idle connection had broken: \(error)")
            return try beginOnce()
        }
    }

    private func beginOnce() throws -> (PostgresConnection, transactionID: String) {
        let connection = try connected()
        connection.forgetPrepared(evenIfFew: false)
        let results = try connection.execute(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_current_xact_id()")
        guard let id = results.last?.text(row: 0, column: 0) else {
            disconnect()
            throw PostgresError(code: .other, message: "\(surroundings.address.description): BEGIN had no answer.")
        }
        return (connection, id)
    }

    /// Undoes a transaction; where even that fails, the end of the connection does it.
    func rollback() {
        guard let connection, connection.isOpen else { return }
        if connection.isInTransaction || connection.hasFailedTransaction, (try? connection.execute("ROLLBACK")) == nil {
            disconnect()
            return
        }
        connection.forgetPrepared(evenIfFew: true)
    }

    /// Asks for the secrets; this thread is one of ours and may wait.
    private func resolve() throws -> [(name: String, value: Secret)] {
        let address = surroundings.address
        let secrets = surroundings.secrets
        let answer = SecretAnswer()
        Task {
            do { answer.set(.success(try await address.resolve(with: secrets))) } catch { answer.set(.failure(error)) }
        }
        guard let result = answer.wait(surroundings.timeout) else {
            throw PostgresError(
                code: .timeout,
                message: "\(address.description): its secrets were not to be had within \(surroundings.timeout).")
        }
        return try result.get()
    }
}

/// What the provider of secrets answers, for a thread that waits.
private final class SecretAnswer: Sendable {
    typealias Parameters = Result<[(name: String, value: Secret)], any Error>
    private let result = Mutex<Parameters?>(nil)
    private let done = DispatchSemaphore(value: 0)

    func set(_ result: Parameters) {
        self.result.withLock { $0 = result }
        done.signal()
    }

    func wait(_ timeout: Duration) -> Parameters? {
        let milliseconds = Int(clamping: timeout.components.seconds) * 1000
        _ = done.wait(timeout: .now() + .milliseconds(max(1000, milliseconds)))
        return result.withLock { $0 }
    }
}
