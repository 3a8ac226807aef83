import CSQLite

/// Stands for an async driver such as PostgresNIO or MySQLNIO: a connection with SQL, parameters and rows, which has never
/// heard of Laminar. (Over SQLite's C interface, so that this example runs anywhere.)
actor OwnConnection {
    enum Cell: Sendable {
        case null
        case integer(Int64)
        case text(String)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    nonisolated(unsafe) private let handle: OpaquePointer

    init(path: String) throws {
        var opened: OpaquePointer?
        guard sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK, let opened
        else { throw Failure(description: "\(path) can't be opened") }
        handle = opened
        sqlite3_busy_timeout(opened, 5000)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs a statement: the rows that it gives, and how many it changed.
    @discardableResult
    func run(_ sql: String, _ parameters: [Cell] = []) throws -> (rows: [[Cell]], changed: Int) {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failure() }
        defer { sqlite3_finalize(statement) }
        for (index, parameter) in parameters.enumerated() {
            let place = Int32(index + 1)
            switch parameter {
            case .null: sqlite3_bind_null(statement, place)
            case .integer(let value): sqlite3_bind_int64(statement, place, value)
            case .text(let value): laminar_sqlite3_bind_text(statement, place, value, Int32(value.utf8.count))
            }
        }
        var rows: [[Cell]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: rows.append((0..<sqlite3_column_count(statement)).map { cell(statement, $0) })
            case SQLITE_DONE: return (rows, Int(sqlite3_changes(handle)))
            default: throw failure()
            }
        }
    }

    private func cell(_ statement: OpaquePointer?, _ column: Int32) -> Cell {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, column))
        case SQLITE_TEXT: sqlite3_column_text(statement, column).map { .text(String(cString: $0)) } ?? .null
        default: .null
        }
    }

    private func failure() -> Failure { Failure(description: String(cString: sqlite3_errmsg(handle))) }
}

/// A pool of one connection a transaction.
struct OwnDatabase: Sendable {
    let path: String

    /// All of it is stored, or nothing where `body` throws.
    @discardableResult
    func transaction<Result: Sendable>(_ body: (OwnConnection) async throws -> Result) async throws -> Result {
        let connection = try OwnConnection(path: path)
        try await connection.run("BEGIN IMMEDIATE")
        do {
            let result = try await body(connection)
            try await connection.run("COMMIT")
            return result
        } catch {
            _ = try? await connection.run("ROLLBACK")
            throw error
        }
    }
}
