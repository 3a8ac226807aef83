internal import LaminarCore
internal import LaminarKafka

/// One checkpoint: BEGIN, the host's writes, the positions behind their fence, COMMIT; and where the connection broke
/// while the server committed, the question what became of it.
struct PostgresCommit {
    let session: PostgresSession
    let checkpoint: Checkpoint

    func run<Result>(_ body: (PostgresTransaction) throws -> Result) throws -> Result {
        let connection: PostgresConnection
        let id: String
        do { (connection, id) = try session.begin() } catch {
            session.rollback()
            throw StoreTrouble(cause: error)
        }
        let result = try host(body, on: connection)
        do {
            try storePositions(on: connection, transactionID: id)
        } catch {
            session.rollback()
            throw StoreTrouble(cause: error)
        }
        try commit(connection, transactionID: id)
        return result
    }

    /// The host's own writes; what it throws is thrown as it is, unless the connection broke under it.
    private func host<Result>(
        _ body: (PostgresTransaction) throws -> Result, on connection: PostgresConnection
    ) throws -> Result {
        let transaction = PostgresTransaction(connection)
        defer { transaction.end() }
        do {
            let result = try body(transaction)
            if transaction.wasEndedByHost { throw transaction.endedByHost("The closure") }
            guard !connection.hasFailedTransaction else {
                throw PostgresError(
                    code: .misuse,
                    message:
                        "A statement of the checkpoint failed and its error was swallowed: PostgreSQL can only roll "
                        + "such a transaction back, and nothing was stored. Use a savepoint around what may fail.")
            }
            return result
        } catch {
            let isBroken = !connection.isOpen
            session.rollback()
            let isLine = [.connection, .timeout].contains((error as? PostgresError)?.code)
            throw isBroken && isLine ? StoreTrouble(cause: error) : error
        }
    }

    private func storePositions(on connection: PostgresConnection, transactionID: String) throws {
        let results = try PostgresTables.store(checkpoint, on: connection)
        // The statements come in the order of the partitions.
        for (position, result) in zip(checkpoint.positions.sorted { $0.partition < $1.partition }, results) {
            guard let id = result.text(row: 0, column: 0) else {
                throw CheckpointError.fenced(position.partition, source: checkpoint.source)
            }
            guard id == transactionID else {
                throw PostgresError(
                    code: .misuse, message: "The closure of a checkpoint ended its transaction and began another.")
            }
        }
    }

    private func commit(_ connection: PostgresConnection, transactionID: String) throws {
        do throws(PostgresError) {
            // The server answers ROLLBACK to the COMMIT of a transaction that has failed.
            let answer = try connection.execute("COMMIT")
            guard answer.last?.commandTag == "COMMIT" else {
                throw PostgresError(code: .other, message: "The server rolled the checkpoint back: nothing was stored.")
            }
        } catch {
            guard !connection.isOpen else {
                session.rollback()
                // A deferred constraint of the host's is the host's affair; what passes by itself is the store's.
                let passes: [PostgresError.Code] = [.conflict, .timeout, .resources, .connection, .other]
                throw passes.contains(error.code) ? StoreTrouble(cause: error) : error
            }
            session.surroundings.log.log(
                .info, ["component": "postgres"], "The answer to a COMMIT was lost; asking what became of it: \(error)")
            let fate = CommitFate(
                session: session, checkpoint: checkpoint, transactionID: transactionID)
            switch fate.ask() {
            case .committed: return
            case .rolledBack: throw StoreTrouble(cause: error)
            case .unknown:
                throw StoreTrouble(
                    cause: PostgresError(
                        code: .connection,
                        message: "\(error) Whether the checkpoint was stored couldn't be asked within "
                            + "\(session.surroundings.timeout): it was, with its rows, or neither was."))
            }
        }
    }
}
