internal import LaminarSQL

/// A script on its way: statement after statement, a result each, and the first failure with its place.
struct ScriptExecution {
    let script: String
    let statements: [SQL.ParsedStatement]
    private let mistake: SQLError?

    init(script: String) {
        self.script = script
        (statements, mistake) = SQL.parseUpToMistake(script)
    }

    /// What can't be read stands behind the statements that can.
    ///
    /// - Throws: ``StatementError``.
    func checkReadable(_ completed: [StatementResult] = []) throws(StatementError) {
        guard let mistake else { return }
        throw StatementError(
            mistake, number: statements.count + 1, statement: "", at: mistake.position, in: script,
            completed: completed)
    }

    /// - Throws: ``StatementError``.
    func run(
        _ execute: (SQL.Statement, SQL.Position) async throws -> StatementResult
    ) async throws(StatementError) -> [StatementResult] {
        var results: [StatementResult] = []
        for parsed in statements {
            do {
                results.append(try await execute(parsed.statement, parsed.position))
            } catch {
                throw StatementError(
                    error, number: parsed.number, statement: parsed.statement.summary, at: parsed.position, in: script,
                    completed: results)
            }
        }
        try checkReadable(results)
        return results
    }
}

extension SQL.Statement {
    /// Whether it only reads the catalog, so that it needn't wait for another process's statement.
    var isReadOnly: Bool {
        switch self {
        case .show, .describe, .select, .explain: true
        case .createConnection, .createTable, .createPipeline, .insert, .drop, .startPipeline, .stopPipeline: false
        }
    }

    /// How an error names it: `CREATE TABLE orders`.
    var summary: String {
        switch self {
        case .createConnection(let statement): "CREATE CONNECTION \(statement.name.name)"
        case .createTable(let statement): "CREATE TABLE \(statement.name.name)"
        case .createPipeline(let statement): "CREATE PIPELINE \(statement.name.name)"
        case .select: "SELECT"
        case .insert(let statement): "INSERT INTO \(statement.table.name)"
        case .drop(let statement): "DROP \(statement.kind.rawValue.uppercased()) \(statement.name.name)"
        case .startPipeline(let name): "START PIPELINE \(name.name)"
        case .stopPipeline(let name): "STOP PIPELINE \(name.name)"
        case .show(.connections): "SHOW CONNECTIONS"
        case .show(.tables): "SHOW TABLES"
        case .show(.pipelines): "SHOW PIPELINES"
        case .show(.create(_, let name)): "SHOW CREATE \(name.name)"
        case .describe(let name): "DESCRIBE \(name.name)"
        case .explain: "EXPLAIN"
        }
    }
}

extension SQL.Statement {
    /// The pipeline that the statement makes, changes or drops; nil for other statements.
    var changedPipeline: (name: String, rests: Bool)? {
        switch self {
        case .createPipeline(let statement): (statement.name.name, statement.orReplace)
        case .drop(let drop) where drop.kind == .pipeline: (drop.name.name, true)
        case .startPipeline(let name): (name.name, false)
        case .stopPipeline(let name): (name.name, true)
        case .createConnection, .createTable, .select, .insert, .drop, .show, .describe, .explain: nil
        }
    }
}
