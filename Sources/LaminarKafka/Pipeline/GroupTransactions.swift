internal import CRdKafka
internal import LaminarCore
internal import LaminarFormats

/// Writes changed groups in Kafka's transactions, one a checkpoint: the groups, and beside them which checkpoint they are of.
///
/// The checkpoint is stored in the database before its transaction begins. Its number, with the positions up to which it
/// counts, is committed in the transaction as the offsets of a group of the pipeline's own; so a start finds out whether
/// the last transaction came through (``GroupMark``), and nothing is written twice or left out.
///
/// A transaction that fails isn't mended: the pipeline ends with the error and begins again, which ends at the broker what
/// was left open. One that another pipeline has fenced, or whose time-out has passed, begins again when it is started.
final class GroupTransactions: Sendable {
    private static let slice = Transactor.slice
    private static let bound = Duration.seconds(60)

    private let client: ProducerClient
    private let encoders: EncoderPool<Row>
    private let group: String
    private let id: String
    private let admin: KafkaAdmin
    private let callBound: Duration
    private let log: any LogSink

    /// - Parameters:
    ///   - pipeline: whose groups they are; the transactional id ends with it.
    ///   - group: under whose offsets the marks are kept.
    /// - Throws: ``ConfigurationError``, `SecretError`, `RegistryError`, or ``KafkaError`` with code `client`.
    init(
        _ configuration: KafkaSinkConfiguration, encoding: RecordEncoding<Row>, pipeline: String, group: String,
        secrets: any SecretProvider, log: any LogSink
    ) async throws {
        self.group = group
        self.log = log
        callBound = Transactor.callBound(configuration)
        // Without this machine's name: another one that runs the pipeline has to fence this one.
        id = configuration.transactionalID.map { "\($0)-\(pipeline)" } ?? "laminar-\(group)"
        encoders = try EncoderPool(configuration, encoding)
        try await encoders.agree(configuration, secrets: secrets)
        admin = try KafkaAdmin(KafkaAdminConfiguration(configuration), secrets: secrets, log: log)
        client = try await ProducerClient(configuration, transactionalID: id, secrets: secrets, log: log)
    }

    /// Fences whoever wrote before, ends what they left open, and reads what the last transaction has left.
    ///
    /// - Throws: ``KafkaError``.
    func begin() async throws -> [TopicPartition: CommittedOffset] {
        try await call("Starting transactions as \(id)") { rd_kafka_init_transactions($0, Self.slice) }
        return try await admin.stableOffsets(of: group)
    }

    /// Writes one transaction.
    ///
    /// - Parameters:
    ///   - marks: positions, each with the mark beside it.
    ///   - body: writes the rows.
    /// - Throws: ``KafkaError``, ``EncodeError``, or what `body` throws; then the transaction is aborted, or will be when
    ///   the next one of its id begins.
    func write<Result>(
        _ marks: [TopicPartition: CommittedOffset], _ body: () async throws -> Result
    ) async throws -> Result {
        guard !client.outbox.isStale else {
            throw KafkaError(
                code: .unreachable, message: "Certificates or keys have changed: a new client takes them up.")
        }
        try await call("Beginning a transaction as \(id)") { rd_kafka_begin_transaction($0) }
        do {
            let result = try await body()
            try await client.flush()
            let group = group
            try await call("Adding offsets to the transaction of \(id)") { handle in
                guard let member = rd_kafka_consumer_group_metadata_new(group) else { return nil }
                defer { rd_kafka_consumer_group_metadata_destroy(member) }
                let list = PartitionList(capacity: marks.count)
                for (partition, mark) in marks {
                    list.add(partition, offset: mark.offset, metadata: mark.metadata)
                }
                let error = rd_kafka_send_offsets_to_transaction(handle, list.list, member, Self.slice)
                withExtendedLifetime(list) {}
                return error
            }
            try await call("Committing the transaction of \(id)") { rd_kafka_commit_transaction($0, Self.slice) }
            return result
        } catch {
            try? await call("Aborting the transaction of \(id)") { rd_kafka_abort_transaction($0, Self.slice) }
            throw error
        }
    }

    /// Hands a row over, inside of ``write(_:_:)``.
    func enqueue(_ row: Row) async throws {
        let unit = try encoders.take()
        defer { encoders.put(back: unit) }
        try unit.encode(row)
        let record = unit.record
        try await client.enqueue(
            key: record.keyBytes, value: record.valueBytes, extras: record.extras, bytes: record.byteCount)
    }

    func close() async { await client.close() }

    /// Calls until there is an answer that stands, a minute at most.
    private func call(
        _ what: String, _ body: @escaping @Sendable (OpaquePointer) -> OpaquePointer?
    ) async throws(KafkaError) {
        let deadline = ContinuousClock.now + Self.bound
        let handle = client.handle
        while true {
            let began = ContinuousClock.now
            let verdict = await BoundedWait.thread("laminar-txn", within: callBound) {
                withExtendedLifetime(handle) { Verdict(body(handle.client), what) }
            }
            switch verdict {
            case .done: return
            case .again(let error):
                guard ContinuousClock.now < deadline else { throw error }
                log.log(.info, ["component": "transactions"], error.message)
                try? await Task.sleep(for: .milliseconds(20))
            case .refused(let error), .fatal(let error): throw error
            case nil:
                let call = CallWatch.Call(what: what, began: began, deadline: began + callBound)
                throw .stuck(call, allowed: .milliseconds(Int(Self.slice)))
            }
        }
    }
}
