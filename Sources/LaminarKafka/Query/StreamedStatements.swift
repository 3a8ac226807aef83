internal import LaminarSQL

/// What a statement of a script gives, as soon as there is something.
package enum StatementOutput: Sendable {
    /// What a statement did.
    case result(StatementResult)
    /// The rows of a SELECT, as many as there are; they end with the call that they are given to.
    case rows(QueryRows)
    /// An INSERT has begun to take the rows of a query, whose progress can be asked for; its result follows.
    case begun(QueryRows)
}

extension Laminar {
    /// Executes a script as ``execute(_:)`` does, and hands over what each statement gives at once: a SELECT's rows as they
    /// come, however many there are.
    ///
    /// - Parameters:
    ///   - isFollowed: whether the last statement, a SELECT, goes on past its Kafka table's end, with rows as they come, until
    ///     the task is cancelled.
    ///   - take: the script goes on when it returns; what it throws ends the script.
    /// - Throws: ``StatementError``, whose `underlying` is also what `take` threw.
    package func execute(
        _ sql: String, isFollowed: Bool = false, _ take: (StatementOutput) async throws -> Void
    ) async throws {
        try checkOpen()
        let script = ScriptExecution(script: sql)
        if isFollowed { try script.checkFollowing() }
        _ = try await script.run { statement, position in
            let result: StatementResult
            switch statement {
            case .select(let query):
                let rows = try open(query, script: sql, at: position, isFollowed: isFollowed)
                defer { rows.cancel() }
                try await take(.rows(rows))
                return StatementResult(kind: .select, message: "", notices: rows.notices)
            case .insert(let insert):
                result = try await self.insert(insert, script: sql, at: position) { try await take(.begun($0)) }
            default:
                result = try await execute(statement, script: sql, at: position)
            }
            try await take(.result(result))
            return result
        }
    }
}

extension ScriptExecution {
    /// A SELECT that is followed doesn't end, so that nothing can stand behind it.
    fileprivate func checkFollowing() throws(StatementError) {
        try checkReadable()
        let followed = statements.first { if case .select = $0.statement { true } else { false } }
        guard let followed else {
            throw StatementError(
                LaminarError(
                    code: .wrongKind, message: "Only the rows of a SELECT can be followed, and there is none here."),
                number: 1, statement: statements.first?.statement.summary ?? "",
                at: statements.first?.position ?? .start, in: script, completed: [])
        }
        guard followed.number == statements.last?.number else {
            throw StatementError(
                LaminarError(
                    code: .wrongKind,
                    message: "A SELECT that is followed doesn't end, so nothing behind it would ever be executed: "
                        + "write it last, as the only SELECT."),
                number: followed.number, statement: "SELECT", at: followed.position, in: script, completed: [])
        }
    }
}
