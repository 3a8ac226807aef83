internal import CPostgres
internal import LaminarCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// One connection to a server: owns the `PGconn`, sends statements and waits for their answers within a bound.
///
/// Used by one owned thread. After a break or a time-out it is closed for good and every call throws `connection`.
final class PostgresConnection {
    private var raw: OpaquePointer?
    private let server: String
    private let timeout: Duration
    /// Names of prepared statements at the server, by their text.
    private var prepared: [String: String] = [:]
    private static let preparedLimit = 128

    /// Connects. Blocks, by libpq's `connect_timeout` at most for each address of the host.
    ///
    /// - Parameter timeout: how long one statement may take.
    /// - Throws: ``PostgresError``: `connection`, `authentication`, `configuration`.
    init(_ parameters: [(name: String, value: Secret)], server: String, timeout: Duration) throws(PostgresError) {
        self.server = server
        self.timeout = timeout
        let names = parameters.map(\.name) + ["client_encoding"]
        let values = parameters.map { part in part.value.withUnredacted { $0 } } + ["UTF8"]
        guard let raw = withCStrings(names, { names in withCStrings(values) { PQconnectdbParams(names, $0, 0) } })
        else { throw PostgresError(code: .resources, message: "\(server): libpq has no memory for a connection.") }
        self.raw = raw
        guard PQstatus(raw) == CONNECTION_OK, PQsetnonblocking(raw, 1) == 0 else {
            let reason = PQerrorMessage(raw).map { firstLine(String(cString: $0)) } ?? "no reason given"
            let isRefusal = PQconnectionNeedsPassword(raw) != 0 || Self.tellsOfRefusal(reason)
            close()
            throw PostgresError(
                code: isRefusal ? .authentication : .connection, message: "\(server) can't be reached: \(reason).")
        }
        // What the server has to say beside results (notices) is nobody's business here; libpq would print it.
        PQsetNoticeReceiver(raw, { _, _ in }, nil)
    }

    deinit { close() }

    /// libpq gives no SQLSTATE for a refused connection, only the server's words.
    private static func tellsOfRefusal(_ reason: String) -> Bool {
        ["authentication failed", "no pg_hba.conf entry", "role \"", "database \"", "permission denied"]
            .contains { reason.contains($0) }
    }

    var isOpen: Bool { raw.map { PQstatus($0) == CONNECTION_OK } ?? false }

    /// The server's process of this connection.
    var backend: Int32 { raw.map { PQbackendPID($0) } ?? 0 }

    /// 150018 for 15.18.
    var serverVersion: Int { raw.map { Int(PQserverVersion($0)) } ?? 0 }

    var isInTransaction: Bool { transactionStatus == PQTRANS_INTRANS }

    /// Whether a statement of the open transaction failed, so that it can only be rolled back.
    var hasFailedTransaction: Bool { transactionStatus == PQTRANS_INERROR }

    private var transactionStatus: PGTransactionStatusType { raw.map { PQtransactionStatus($0) } ?? PQTRANS_UNKNOWN }

    func close() {
        PQfinish(raw)
        raw = nil
        prepared = [:]
    }

    // MARK: - Statements

    /// Runs a script of statements without parameters; the first failure ends it.
    ///
    /// - Returns: one result a statement.
    func execute(_ script: String) throws(PostgresError) -> [PostgresResult] {
        try checkNUL(script)
        return try answers(to: script) { PQsendQuery($0, script) }
    }

    /// Runs a statement once, with values, without preparing it.
    func run(_ sql: String, _ values: [PostgresValue]) throws(PostgresError) -> PostgresResult {
        try checkNUL(sql)
        return try only(
            try answers(to: sql, values) { raw, parameters in
                PQsendQueryParams(
                    raw, sql, parameters.count, nil, parameters.values, parameters.lengths, parameters.formats, 0)
            }, of: sql)
    }

    /// The server's name of a statement that it has compiled.
    func prepare(_ sql: String) throws(PostgresError) -> String {
        if let name = prepared[sql] { return name }
        try checkNUL(sql)
        let name = "laminar_\(prepared.count)"
        _ = try answers(to: sql) { PQsendPrepare($0, name, sql, 0, nil) }
        prepared[sql] = name
        return name
    }

    /// Runs a compiled statement.
    func run(prepared name: String, _ sql: String, _ values: [PostgresValue]) throws(PostgresError) -> PostgresResult {
        try only(
            try answers(to: sql, values) { raw, parameters in
                PQsendQueryPrepared(
                    raw, name, parameters.count, parameters.values, parameters.lengths, parameters.formats, 0)
            }, of: sql)
    }

    /// Runs compiled statements without waiting for one before the next is sent: one round trip for all.
    ///
    /// - Returns: one result a row of values, in order. The first failure is thrown, and those after it weren't run.
    func pipeline(
        _ statements: [(name: String, sql: String, values: [PostgresValue])]
    ) throws(PostgresError) -> [PostgresResult] {
        guard !statements.isEmpty else { return [] }
        for statement in statements { try check(statement.values, of: statement.sql) }
        let raw = try open()
        guard PQenterPipelineMode(raw) == 1 else { throw broken("starting a pipeline") }
        for statement in statements {
            let sent = withWireValues(statement.values) { parameters in
                PQsendQueryPrepared(
                    raw, statement.name, parameters.count, parameters.values, parameters.lengths,
                    parameters.formats, 0)
            }
            guard sent == 1 else { throw broken(shortened(statement.sql)) }
        }
        guard PQpipelineSync(raw) == 1 else { throw broken("a pipeline") }
        var results: [PostgresResult] = []
        var failure: PostgresError?
        let deadline = ContinuousClock.now + timeout
        for statement in statements {
            // One result and the nil that ends it, for each.
            while let result = try next(raw, deadline, doing: statement.sql) {
                if result.isSuccess {
                    results.append(result)
                } else if !result.isSkipped {
                    failure = failure ?? error(of: result, doing: statement.sql)
                }
            }
            guard self.raw != nil else { break }
        }
        while self.raw != nil, let end = try next(raw, deadline, doing: "the end of a pipeline"), !end.isPipelineEnd {}
        if let failure { try leavePipeline(after: failure) }
        guard self.raw != nil, PQexitPipelineMode(raw) == 1 else { throw broken("the end of a pipeline") }
        return results
    }

    private func leavePipeline(after failure: PostgresError) throws(PostgresError) {
        if let raw, PQexitPipelineMode(raw) == 0 { close() }
        throw failure
    }

    /// Forgets what the server has compiled: after a failure (a table may have changed under a plan), or when it is much.
    func forgetPrepared(evenIfFew: Bool) {
        guard !prepared.isEmpty, evenIfFew || prepared.count >= Self.preparedLimit, isOpen else { return }
        prepared = [:]
        if (try? execute("DEALLOCATE ALL")) == nil { close() }
    }

    // MARK: - Sending and waiting

    private func open() throws(PostgresError) -> OpaquePointer {
        guard let raw else {
            throw PostgresError(code: .connection, message: "\(server): the connection is broken.")
        }
        return raw
    }

    private func answers(
        to sql: String, _ values: [PostgresValue],
        _ send: (OpaquePointer, WireValues) -> Int32
    ) throws(PostgresError) -> [PostgresResult] {
        try check(values, of: sql)
        return try answers(to: sql) { raw in withWireValues(values) { send(raw, $0) } }
    }

    private func answers(to sql: String, _ send: (OpaquePointer) -> Int32) throws(PostgresError) -> [PostgresResult] {
        let raw = try open()
        guard send(raw) == 1 else { throw broken(shortened(sql)) }
        var results: [PostgresResult] = []
        var failure: PostgresError?
        let deadline = ContinuousClock.now + timeout
        while let result = try next(raw, deadline, doing: sql) {
            if result.isCopy {
                close()
                throw PostgresError(
                    code: .misuse, message: "\(shortened(sql)): COPY from or to the client isn't supported here.")
            }
            if result.isSuccess { results.append(result) } else { failure = failure ?? error(of: result, doing: sql) }
        }
        if let failure { throw failure }
        return results
    }

    private func only(_ results: [PostgresResult], of sql: String) throws(PostgresError) -> PostgresResult {
        guard let result = results.first else { throw broken(shortened(sql)) }
        return result
    }

    /// The next result of what was sent; nil at the end of a statement.
    private func next(
        _ raw: OpaquePointer, _ deadline: ContinuousClock.Instant, doing sql: String
    ) throws(PostgresError) -> PostgresResult? {
        var isSending = PQflush(raw) == 1
        // Reading goes on while sending: a server that can't get rid of its answers would stop reading.
        while isSending || PQisBusy(raw) == 1 {
            guard try wait(raw, forWriting: isSending, deadline, doing: sql) else { continue }
            guard PQconsumeInput(raw) == 1 else { throw broken(shortened(sql)) }
            isSending = PQflush(raw) == 1
        }
        return PQgetResult(raw).map { PostgresResult(owning: $0) }
    }

    /// - Returns: false after a signal: look again.
    private func wait(
        _ raw: OpaquePointer, forWriting: Bool, _ deadline: ContinuousClock.Instant, doing sql: String
    ) throws(PostgresError) -> Bool {
        let left = deadline - ContinuousClock.now
        guard left > .zero else {
            close()
            throw PostgresError(
                code: .timeout,
                message: "\(server) gave no answer within \(timeout) to: \(shortened(sql)). The connection was closed.")
        }
        var descriptor = pollfd(
            fd: PQsocket(raw), events: Int16(POLLIN) | (forWriting ? Int16(POLLOUT) : 0), revents: 0)
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
        let ready = poll(&descriptor, 1, Int32(clamping: milliseconds))
        if ready < 0, errno != EINTR { throw broken(shortened(sql)) }
        return ready > 0
    }

    // MARK: - Errors

    private func error(of result: PostgresResult, doing sql: String) -> PostgresError {
        guard let state = result.sqlState else {
            return PostgresError(code: .connection, message: "\(server): \(result.primaryMessage).")
        }
        return PostgresError(sqlState: state, primary: result.primaryMessage, doing: shortened(sql))
    }

    private func broken(_ action: String) -> PostgresError {
        let reason = raw.flatMap { PQerrorMessage($0) }.map { firstLine(String(cString: $0)) } ?? "it was closed"
        close()
        return PostgresError(code: .connection, message: "\(server), \(action): the connection broke: \(reason).")
    }

    private func check(_ values: [PostgresValue], of sql: String) throws(PostgresError) {
        for value in values {
            if case .text(let text) = value, text.utf8.contains(0) {
                throw PostgresError(
                    code: .binding, message: "\(shortened(sql)): PostgreSQL's text can't hold a NUL character.")
            }
        }
        guard values.count <= 65_535 else {
            throw PostgresError(code: .binding, message: "\(shortened(sql)): a statement takes 65,535 values at most.")
        }
    }

    private func checkNUL(_ sql: String) throws(PostgresError) {
        guard !sql.utf8.contains(0) else {
            throw PostgresError(code: .statement, message: "A statement can't hold a NUL character.")
        }
    }
}

/// The start of a statement's text, enough to find it.
func shortened(_ sql: String) -> String {
    let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 80 ? line.prefix(79) + "…" : line
}
