public import LaminarCore

/// Reads records, lets the host make others of them, and writes those: Kafka → Kafka.
///
///     var totals = KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "totals")
///     totals.commitMode = .exactlyOnce
///     let transform = try KafkaTransform(
///         orders, decoding: .json(Order.self), into: totals, encoding: .json(Total.self))
///     for try await batch in transform.batches {
///         try await transform.process(batch) { output in
///             for order in batch { try output.send(Total(order)) }
///         }
///     }
///     await transform.close()
///
/// or in one line, `try await transform.run { Total($0) }`.
///
/// **At least once** (the default): an input counts as processed when the broker has acknowledged all that was made of it.
///
/// **Exactly once** (`commitMode = .exactlyOnce`): outputs and the input's offsets are committed in one Kafka transaction,
/// every 100 ms unless `commit.interval.ms` says otherwise. Whoever reads the outputs with `read_committed` sees each
/// input's outputs once, whatever crashes. A transaction that fails is aborted, and its batches come again from ``batches``;
/// so what the host does besides is done again too. A process that was taken over by another one is fenced: it throws
/// ``KafkaError`` with code `fenced`, and nothing of what it had open is ever seen. Where a transactional call of librdkafka
/// doesn't come back, which newer versions can do after their brokers were away, it throws `timedOut`: start it again.
///
/// Batches must be processed in the order in which they come, each once, also those that yield nothing.
public final class KafkaTransform<Input: Sendable, Output: Sendable>: Sendable {
    let source: KafkaSource<Input>
    let core: TransformCore<Output>

    /// Makes a transform; it connects when ``batches`` is first iterated.
    ///
    /// - Parameters:
    ///   - source: brokers, topics and group of the input. Its commit interval is that of the transactions; the default of
    ///     five seconds stands for 100 ms then.
    ///   - decoding: what an input becomes.
    ///   - sink: brokers and topic of the output; transactions need both on one cluster.
    ///   - encoding: what an output becomes.
    ///   - drainTimeout: how long a rebalance and ``close()`` wait for the host to finish what it has; default 30 s.
    ///   - secrets: where `${secret:name}` is looked up.
    ///   - log: where the log goes.
    ///   - metrics: what it counts in; the process's own unless told otherwise.
    ///   - spans: where spans go; none are made without.
    /// - Throws: ``ConfigurationError`` for a value out of range or two that contradict each other.
    public convenience init(
        _ source: KafkaSourceConfiguration, decoding: RecordDecoding<Input>, into sink: KafkaSinkConfiguration,
        encoding: RecordEncoding<Output>, drainTimeout: Duration = .seconds(30),
        secrets: any SecretProvider = .standard, log: any LogSink = SilentLogSink(),
        metrics: MetricsRegistry = .shared, spans: (any SpanSink)? = nil
    ) throws {
        try self.init(
            source, decoding: decoding, into: sink, encoding: encoding, drainTimeout: drainTimeout, secrets: secrets,
            log: log, named: nil, errorLog: nil, observation: Observation(metrics: metrics, spans: spans))
    }

    init(
        _ source: KafkaSourceConfiguration, decoding: RecordDecoding<Input>, into sink: KafkaSinkConfiguration,
        encoding: RecordEncoding<Output>, drainTimeout: Duration = .seconds(30), secrets: any SecretProvider,
        log: any LogSink, named name: String?, errorLog: ErrorLog?, observation: Observation
    ) throws {
        try sink.validate()
        var source = source
        let interval = source.commits.interval
        // The transactions carry the offsets: a commit beside them could overtake them.
        if sink.commitMode == .exactlyOnce { source.commits = .manual(checkpointEvery: interval) }
        self.source = try KafkaSource(
            SourceOptions(
                configuration: source, acknowledgement: .explicit, extent: .group, drainTimeout: drainTimeout,
                name: name, errorLog: errorLog, observation: observation, secrets: secrets, log: log),
            decoding: decoding)
        core = try TransformCore(
            sink, encoding: encoding, group: TransactionGroup(sink, groupID: source.groupID),
            interval: interval == ConfigurationDefaults.commitInterval
                ? ConfigurationDefaults.transactionInterval : interval,
            secrets: secrets, log: log, observation: observation)
        self.source.engine.setReleaseGuard(core)
        core.setSource(self.source.engine)
    }

    /// Where it stands now.
    public var state: SourceState { source.state }

    /// Where the token stands that its input logs in with; nil where it needs none, or isn't connected.
    public var tokenState: TokenState? { source.tokenState }

    /// Assignments, commits, trouble (aborted transactions among it) and states, from now on.
    public var events: AsyncStream<SourceEvent> { source.events }

    /// The input, batch by batch, to be given to ``process(_:_:)`` in this order. Iterated once.
    public var batches: KafkaSource<Input>.Batches { source.batches }

    /// Writes what the host makes of a batch, and marks the batch as processed with it.
    ///
    /// Returns when the outputs are on their way, which is before they are committed; it suspends while too many are, and
    /// while a transaction is being committed. A batch that isn't this member's any more, or that comes again after an abort,
    /// is left out without a word.
    ///
    /// - Parameters:
    ///   - batch: the next one of ``batches``.
    ///   - body: makes the outputs; may throw and may suspend. Nothing of them is written before it has returned.
    /// - Throws: what `body` throws, with the batch unprocessed; ``KafkaError`` with code `outOfOrder`, `closed` or
    ///   `fenced`, or of a record that can't be written; `CancellationError`.
    public func process(
        _ batch: KafkaBatch<Input>, _ body: (inout TransformOutput<Output>) async throws -> Void
    ) async throws {
        let input = InputBatch(runs: batch.runs, member: batch.member)
        let span = source.engine.spans?.process(batch)
        do {
            try await core.write(input, because: span) { unit in
                var output = TransformOutput(unit)
                try await body(&output)
            }
            span?.end(nil)
        } catch {
            span?.end(error)
            throw error
        }
    }

    /// Processes everything until the transform is closed or the task is cancelled: each input becomes an output, or none.
    ///
    ///     try await transform.run { order in order.amount > 100 ? Total(order) : nil }
    ///
    /// - Throws: as iterating ``batches`` and ``process(_:_:)``.
    public func run(_ transform: (Input) async throws -> Output?) async throws {
        for try await batch in batches {
            try await process(batch) { output in
                for input in batch {
                    if let value = try await transform(input) { try output.send(value) }
                }
            }
        }
    }

    /// Commits what is processed, now instead of on the timer; ``events`` tells when it is there.
    public func commit() {
        core.requestCommit()
        // Beside a transaction the consumer commits nothing.
        if source.configuration.commits.isAutomatic { source.commit() }
    }

    /// Ends the source, commits what was processed, leaves the group and releases everything. Returns when that is done.
    public func close() async { await source.close() }
}
