import LaminarFormats
import LaminarStore

/// A translated query on an SQLite connection of its own, prepared once and run any number of times by one thread.
///
/// Registered are only the functions that the statement names: a catalog of hundreds costs a query nothing.
final class QueryEngine {
    let rows: ResultRows
    private let connection: SQLiteConnection
    private let statement: SQLiteStatement
    private let query: TranslatedQuery

    /// - Parameters:
    ///   - local: attached as `local` where the statement reads it.
    ///   - isCopyingLocal: see ``SQLiteConnection/attach(_:as:copying:busyTimeout:)``.
    ///   - openSupply: begins a scan; called each time that the statement reads it.
    ///   - willWait: called before a supply is asked for more rows.
    /// - Throws: ``QueryError``, ``StoreError``.
    init(
        _ query: TranslatedQuery, local: SQLiteDatabase?, isCopyingLocal: Bool,
        isStopped: (@Sendable () -> Bool)? = nil,
        openSupply: @escaping (PlannedScan) throws -> any BatchSupply
    ) throws {
        self.query = query
        let rows = try ResultRows(query.columns)
        self.rows = rows
        connection = try SQLiteConnection.scratch()
        if let isStopped { connection.stop(when: isStopped) }
        if let local, Self.reads("local", in: query.sql) {
            try connection.attach(local, as: "local", copying: isCopyingLocal)
        }
        for name in Self.registeredNames(in: query.sql) {
            if let function = FunctionCatalog.registeredScalar(name) { try connection.register(function) }
            if let function = FunctionCatalog.registeredAggregate(name) { try connection.register(function) }
        }
        for scan in query.scans {
            let table = ScanTable(
                columnCount: scan.table.schema.columns.count, request: scan.request,
                willWait: { [unowned rows] in try rows.flush() }, openSupply: { try openSupply(scan) })
            try connection.register(table, as: scan.name)
        }
        statement = try connection.prepare(query.sql)
    }

    /// The way to stop a run from another thread; to be invalidated before the engine goes.
    func makeInterrupter() -> SQLiteInterrupter { connection.makeInterrupter() }

    /// Runs the statement once and sends its batches to `emit`.
    ///
    /// - Parameter now: what NOW() is.
    /// - Throws: what a function, a supply or `emit` threw; ``QueryError`` for what the engine itself refuses.
    func run(now: Timestamp, _ emit: @escaping (RecordBatch) throws -> Void) throws {
        var values = query.values
        if let index = query.nowIndex, values.indices.contains(index) { values[index] = .integer(now.microseconds) }
        rows.emit = emit
        defer {
            rows.emit = { _ in }
            rows.discard()
            statement.end()
        }
        do {
            try statement.begin(values)
            while try statement.step() { try rows.append(statement.row) }
        } catch {
            // The rows before a failure are the reader's; what can't be sent any more is lost with the query anyway.
            if !(error is CancellationError) { try? rows.flush() }
            throw Self.explained(error)
        }
        try rows.flush()
    }

    private static func explained(_ error: any Error) -> any Error {
        guard let error = error as? StoreError else { return error }
        switch error.code {
        case .interrupted: return QueryError.cancelled
        case .outOfMemory: return QueryError(.outOfMemory, "There is no memory left for the query.")
        case .binding where error.sqliteCode & 0xff == 18:
            return QueryError(.outOfMemory, "A value of the query is larger than 1 GB, which the engine doesn't take.")
        case .statement where error.message.hasSuffix("integer overflow."):
            return QueryError.outOfRange(.bigint)
        default: return error
        }
    }

    // MARK: Names in a statement

    /// The names of our own functions that the text has, in any place.
    static func registeredNames(in sql: String) -> Set<String> {
        var names = Set<String>()
        for word in words(of: sql) where word.starts(with: prefix) {
            names.insert(String(decoding: word, as: UTF8.self))
        }
        return names
    }

    private static let prefix = Array("laminar_".utf8)

    private static func reads(_ name: String, in sql: String) -> Bool {
        let bytes = Array(name.utf8)
        return words(of: sql).contains { $0.elementsEqual(bytes) }
    }

    private static func words(of sql: String) -> [ArraySlice<UInt8>] {
        Array(sql.utf8).split { byte in
            !(byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x5F)
        }
    }
}

extension QueryError {
    static let cancelled = QueryError(.cancelled, "The query was cancelled.")
}
