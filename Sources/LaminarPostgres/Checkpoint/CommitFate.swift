internal import Foundation
internal import LaminarCore
internal import LaminarKafka

/// What became of a COMMIT whose answer was lost with its connection: asked of the server, as soon as it is back.
///
/// The transaction's id tells by `pg_xact_status` (PostgreSQL documentation, "9.27.12 Transaction ID and Snapshot
/// Information Functions"). An id alone isn't proof: a server that lost its last commits in a crash
/// (`synchronous_commit = off`) gives the same ids again. So the epoch must have moved as well.
struct CommitFate {
    enum Answer: Equatable { case committed, rolledBack, unknown }

    let session: PostgresSession
    let checkpoint: Checkpoint
    let transactionID: String

    /// Asks until there is an answer, or until the session's timeout has passed.
    func ask() -> Answer {
        session.disconnect()
        let deadline = ContinuousClock.now + session.surroundings.timeout
        var pause = 0.02
        while true {
            if let answer = try? askOnce() { return answer }
            guard ContinuousClock.now < deadline else { return .unknown }
            // On an owned thread, which may sleep.
            Thread.sleep(forTimeInterval: pause)
            pause = min(1, pause * 2)
        }
    }

    /// - Returns: nil while the old connection's transaction is still open at the server.
    private func askOnce() throws -> Answer? {
        let connection = try session.connected()
        let status: PostgresResult
        do throws(PostgresError) {
            status = try connection.run("SELECT pg_xact_status($1::xid8)", [.text(transactionID)])
        } catch {
            // An id in the server's future: it doesn't remember our transaction.
            guard error.sqlState == "22023" else { throw error }
            return .rolledBack
        }
        switch status.text(row: 0, column: 0) {
        case "aborted": return .rolledBack
        case "committed": return try hasMoved(connection) ? .committed : .rolledBack
        case "in progress":
            // The server hasn't noticed yet that nobody is there any more.
            _ = try connection.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid = $1::xid8::xid",
                [.text(transactionID)])
            return nil
        default: return .unknown
        }
    }

    private func hasMoved(_ connection: PostgresConnection) throws -> Bool {
        guard let position = checkpoint.positions.first else { return true }
        let epoch = try connection.run(
            PostgresTables.readEpoch,
            [
                .text(checkpoint.source), .text(position.partition.topic),
                .integer(Int64(position.partition.partition)),
            ])
        return (epoch.text(row: 0, column: 0).flatMap { Int64($0) } ?? 0) > position.epoch
    }
}
