internal import CPostgres

/// One result of the server: owns the `PGresult` and knows what it says.
final class PostgresResult {
    /// Made by libpq, cleared in `deinit`; used by the connection's thread only.
    private let raw: OpaquePointer

    init(owning raw: OpaquePointer) { self.raw = raw }

    deinit { PQclear(raw) }

    /// Whether it is an answer to the statement, and not an error.
    var isSuccess: Bool {
        switch PQresultStatus(raw) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE: true
        default: false
        }
    }

    /// The end of a pipeline, which carries nothing.
    var isPipelineEnd: Bool { PQresultStatus(raw) == PGRES_PIPELINE_SYNC }

    /// A statement that wasn't run, since an earlier one of its pipeline failed.
    var isSkipped: Bool { PQresultStatus(raw) == PGRES_PIPELINE_ABORTED }

    /// The server waits for, or sends, rows of a COPY, which can't go on.
    var isCopy: Bool {
        switch PQresultStatus(raw) {
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: true
        default: false
        }
    }

    /// The statement's kind as the server names it: `INSERT 0 1`, `COMMIT`.
    var commandTag: String { PQcmdStatus(raw).map { String(cString: $0) } ?? "" }

    /// How many rows an INSERT, UPDATE, DELETE or MERGE changed; 0 for another statement.
    var changedRows: Int {
        if commandTag.hasPrefix("SELECT") || commandTag.hasPrefix("FETCH") { return 0 }
        return PQcmdTuples(raw).flatMap { Int(String(cString: $0)) } ?? 0
    }

    var sqlState: String? { field(laminar_pg_sqlstate) }

    /// The first line of the server's message, or of libpq's own.
    var primaryMessage: String {
        if let primary = field(laminar_pg_message) { return primary }
        return PQresultErrorMessage(raw).map { firstLine(String(cString: $0)) } ?? "no reason given"
    }

    var rowCount: Int { Int(PQntuples(raw)) }
    var columnCount: Int { Int(PQnfields(raw)) }

    func columnName(_ column: Int) -> String {
        guard column >= 0, column < columnCount else { return "" }
        return PQfname(raw, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// Lends the text of a value; nil where it is NULL, or isn't there.
    func withText<Result>(row: Int, column: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard row >= 0, row < rowCount, column >= 0, column < columnCount,
            PQgetisnull(raw, Int32(row), Int32(column)) == 0, let start = PQgetvalue(raw, Int32(row), Int32(column))
        else { return nil }
        return body(UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(raw, Int32(row), Int32(column)))))
    }

    func text(row: Int, column: Int) -> String? {
        withText(row: row, column: column) { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a `bytea`, in whichever form the server writes it.
    func bytes(row: Int, column: Int) -> [UInt8]? {
        withText(row: row, column: column) { text in
            // libpq ends every value with a NUL.
            guard let start = text.bindMemory(to: UInt8.self).baseAddress else { return [] }
            var count = 0
            guard let bytes = PQunescapeBytea(start, &count) else { return [] }
            defer { PQfreemem(bytes) }
            return Array(UnsafeBufferPointer(start: bytes, count: count))
        }
    }

    private func field(_ code: Int32) -> String? {
        PQresultErrorField(raw, code).map { String(cString: $0) }
    }
}

/// The first line of libpq's text, without its end.
func firstLine(_ text: String) -> String {
    let line = text.split(separator: "\n").first.map(String.init) ?? "no reason given"
    return line.hasSuffix(".") ? String(line.dropLast()) : line
}
