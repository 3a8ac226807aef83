public import LaminarCore

/// Reads topics exactly once into the host's own database: what the host writes and how far it has read commit together.
///
///     let source = try CheckpointedSource(configuration, decoding: .json(Order.self), checkpoint: store)
///     for try await batch in source.batches {
///         do {
///             try await source.checkpoint(batch) { db in
///                 let insert = try db.prepare("INSERT INTO orders VALUES (?, ?)")
///                 for order in batch { try insert.run(order.id, order.amount) }
///             }
///         } catch let error as CheckpointError where error.code == .fenced { continue }
///     }
///     await source.close()
///
/// A restart goes on at what is stored, after a crash at any instant. Only ``checkpoint(_:_:)`` (or
/// ``prepareCheckpoint(_:dialect:)``) marks records as processed; taking the next batch doesn't. Batches are checkpointed in
/// the order in which they came, empty ones too. The group's committed offsets follow on a timer, as information for people.
///
/// Where a partition begins at an assignment: at its checkpoint, else at the group's committed offset, else where the
/// configuration says. A checkpoint whose records are gone, that lies past the partition's end, or that is of a topic which
/// was deleted and made anew ends the iteration with a ``CheckpointError`` that names what is lost and what can be done.
public final class CheckpointedSource<Value: Sendable, Store: CheckpointClaiming>: Sendable {
    let engine: SourceEngine<Value>
    /// Where the positions are kept.
    public let store: Store
    /// Whose positions they are: the connection's name, else the consumer group.
    public let name: String

    /// Makes a source; it connects when it is first iterated.
    ///
    /// - Parameters:
    ///   - configuration: brokers, topics, group and everything that has a default.
    ///   - decoding: what a record's value becomes.
    ///   - store: where the positions are kept. All processes of a group share one store.
    ///   - name: whose positions; nil takes the group's id. Whoever shares group and store must give the same name.
    ///   - drainTimeout: how long a rebalance waits for the host to checkpoint what it has, at most half of
    ///     `max.poll.interval.ms`; what is not in time is fenced. Default 30 s.
    ///   - secrets: where `${secret:name}` is looked up, at every connect.
    ///   - log: where the log goes.
    ///   - metrics: what it counts in; the process's own unless told otherwise.
    ///   - spans: where spans go; none are made without.
    /// - Throws: ``ConfigurationError`` for a value out of range or two that contradict each other.
    public convenience init(
        _ configuration: KafkaSourceConfiguration, decoding: RecordDecoding<Value>, checkpoint store: Store,
        named name: String? = nil, drainTimeout: Duration = .seconds(30), secrets: any SecretProvider = .standard,
        log: any LogSink = SilentLogSink(), metrics: MetricsRegistry = .shared, spans: (any SpanSink)? = nil
    ) throws {
        try self.init(
            configuration, decoding: decoding, checkpoint: store, named: name, drainTimeout: drainTimeout,
            secrets: secrets, log: log, errorLog: nil, observation: Observation(metrics: metrics, spans: spans))
    }

    init(
        _ configuration: KafkaSourceConfiguration, decoding: RecordDecoding<Value>, checkpoint store: Store,
        named name: String?, drainTimeout: Duration = .seconds(30), secrets: any SecretProvider, log: any LogSink,
        errorLog: ErrorLog?, observation: Observation = Observation()
    ) throws {
        let name = name ?? configuration.groupID
        self.store = store
        self.name = name
        var options = SourceOptions(
            configuration: configuration, acknowledgement: .explicit, extent: .group, drainTimeout: drainTimeout,
            errorLog: errorLog, observation: observation, secrets: secrets, log: log)
        options.checkpoint = CheckpointStart(source: name, claims: store)
        try options.validate()
        engine = SourceEngine(options: options, decoding: decoding)
    }

    /// What the source was made with.
    public var configuration: KafkaSourceConfiguration { engine.options.configuration }

    /// Where it stands now.
    public var state: SourceState { engine.state }

    /// Where the token stands that it logs in with; nil where it needs none, or isn't connected.
    public var tokenState: TokenState? { engine.tokenState }

    /// Records, tombstones and bad records by reason, counted since the source was made.
    public var counters: SourceCounters { engine.ledger.counters }

    /// The last 1,000 errors of this source, oldest first: bad records, trouble that is retried, what ended it.
    public var recentErrors: [RecordedError] { engine.ledger.errors }

    /// Assignments, commits, bad records, trouble and states, from now on. The last 1024 that weren't taken are kept.
    public var events: AsyncStream<SourceEvent> { engine.events.stream() }

    /// The statements that checkpoint a batch, for a host whose driver is its own. See ``PreparedCheckpoint``.
    ///
    /// - Throws: ``CheckpointError`` with code `fenced` where the batch is void: a partition of it was given back or read
    ///   again; the records of what is still owned come again. Or `outOfOrder` where an earlier batch isn't checkpointed.
    public func prepareCheckpoint(
        _ batch: KafkaBatch<Value>, dialect: CheckpointDialect
    ) async throws -> PreparedCheckpoint {
        PreparedCheckpoint(try await draw(batch), dialect, runs: batch.runs, member: batch.member)
    }

    /// Goes back to what is stored, with all partitions: for a host that gives up on the batches it has. Batches that were
    /// taken before are void.
    ///
    /// - Throws: ``KafkaError``, with which the source ends too.
    public func rewind() async throws(KafkaError) {
        try await engine.rewindToStored()
    }

    /// Ends the source: commits to the group what was checkpointed, leaves the group and releases everything. Returns when
    /// that is done; calling it twice does no harm.
    public func close() async { await engine.close() }

    /// What a checkpoint of the batch stores, if it may be stored now.
    private func draw(_ batch: KafkaBatch<Value>) async throws -> Checkpoint {
        switch batch.member.progress.fences(of: batch.runs) {
        case .passed(let fences): return Checkpoint(source: name, batch, fences)
        case .void(let partition):
            try await batch.member.readAgain(batch.runs)
            throw CheckpointError.fenced(partition, source: name)
        case .outOfOrder(let partition):
            throw CheckpointError(
                code: .outOfOrder,
                message: "A batch of \(partition) that came before this one isn't checkpointed yet, or this one is "
                    + "already: checkpoint every batch once, in the order in which they come, empty ones too. "
                    + "rewind() goes back to what is stored.",
                partition: partition)
        }
    }
}

extension CheckpointedSource where Store: CheckpointStore {
    /// Runs `body` and stores how far the batch goes, in one transaction.
    ///
    /// - Parameters:
    ///   - batch: the oldest of this source's batches that isn't checkpointed.
    ///   - body: the host's own writes; synchronous, run once at most, on a thread that may block. What it throws rolls
    ///     everything back and is thrown on; the batch can then be tried again.
    /// - Returns: what `body` returns, after the transaction is durable.
    /// - Throws: ``CheckpointError``: `fenced` where a partition of the batch was lost meanwhile: everything is rolled back,
    ///   and the partitions that are still owned go back to what is stored, so take the next batch; `outOfOrder`;
    ///   `unavailable` where the database can't be reached: try the same batch again.
    @discardableResult
    public func checkpoint<Result: Sendable>(
        _ batch: KafkaBatch<Value>, _ body: @escaping @Sendable (Store.Transaction) throws -> Result
    ) async throws -> Result {
        let checkpoint = try await draw(batch)
        let start = ContinuousClock.now
        let span = engine.spans?.checkpoint(batch)
        do {
            let result = try await store.commit(checkpoint, body)
            batch.member.checkpointed(batch.runs)
            engine.meters.noteCheckpoint(since: start, nil)
            span?.end(nil)
            return result
        } catch {
            engine.meters.noteCheckpoint(since: start, error)
            span?.end(error)
            if let error = error as? CheckpointError, error.code == .fenced {
                try await batch.member.readAgain(batch.runs)
            }
            throw error
        }
    }

    /// Stores how far the batch goes, and nothing else: for what needs no rows of the host's.
    public func checkpoint(_ batch: KafkaBatch<Value>) async throws {
        try await checkpoint(batch) { _ in }
    }
}

extension Checkpoint {
    /// The position behind a batch's last record of each partition.
    fileprivate init<Value>(source: String, _ batch: KafkaBatch<Value>, _ fences: [TopicPartition: Fence]) {
        var last: [TopicPartition: OffsetRun] = [:]
        for run in batch.runs { last[run.partition] = run }
        let positions = last.compactMap { partition, run -> CheckpointPosition? in
            guard let fence = fences[partition] else { return nil }
            let message = batch.messages[run.start + run.offsets.count - 1]
            return withExtendedLifetime(batch) {
                CheckpointPosition(
                    partition: partition, epoch: fence.epoch,
                    position: StoredPosition(
                        nextOffset: run.offsets.upperBound + 1, topicID: fence.topicID,
                        leaderEpoch: TopicIdentity.leaderEpoch(of: message), lastRecord: RecordFingerprint(message)))
            }
        }
        self.init(source: source, positions: positions.sorted { $0.partition < $1.partition })
    }
}

extension CheckpointedSource {
    /// The source batch by batch, skipped records and tombstones included. Only a checkpoint marks a batch as processed.
    ///
    /// Beside what iterating a ``KafkaSource`` throws, ``CheckpointError`` where the stored position can't be gone on from.
    public var batches: KafkaSource<Value>.Batches { KafkaSource<Value>.Batches(engine: engine) }
}
