public import LaminarCore

/// Reads topics as typed values, at least once, in order within each partition.
///
///     let configuration = KafkaSourceConfiguration(
///         bootstrapServers: "localhost:9092", subscription: .topics(["orders"]), groupID: "billing")
///     let source = try KafkaSource(configuration, decoding: .json(Order.self))
///     for try await order in source {
///         try await bill(order)                 // taking the next one means that this one is processed
///     }
///     await source.close()                      // commits and leaves the group
///
/// The same records come as ``records`` (with key, headers, offset; tombstones too), as ``batches``, or one sequence for
/// each ``partitions``. A source is iterated once. Nothing is contacted before the first value is asked for.
///
/// A handler may take as long as it likes: polling goes on while it works, and what isn't asked for stays in a queue
/// of bounded size. `break`, cancellation of the task and ``close()`` release everything; what was processed is committed.
public final class KafkaSource<Value: Sendable>: Sendable {
    let engine: SourceEngine<Value>

    /// Makes a source; it connects when it is first iterated.
    ///
    /// - Parameters:
    ///   - configuration: brokers, topics, group and everything that has a default.
    ///   - decoding: what a record's value becomes.
    ///   - acknowledgement: who says that a record is processed.
    ///   - extent: whether to join the group, or to read every partition without one.
    ///   - drainTimeout: how long a rebalance and ``close()`` wait for the host to finish what it has, at most half of
    ///     `max.poll.interval.ms`; default 30 s.
    ///   - secrets: where `${secret:name}` is looked up, at every connect.
    ///   - log: where the log goes.
    ///   - metrics: what it counts in; the process's own unless told otherwise.
    ///   - spans: where spans go; none are made without.
    /// - Throws: ``ConfigurationError`` for a value out of range or two that contradict each other.
    public convenience init(
        _ configuration: KafkaSourceConfiguration, decoding: RecordDecoding<Value>,
        acknowledgement: Acknowledgement = .automatic, extent: SourceExtent = .group,
        drainTimeout: Duration = .seconds(30), secrets: any SecretProvider = .standard,
        log: any LogSink = SilentLogSink(), metrics: MetricsRegistry = .shared, spans: (any SpanSink)? = nil
    ) throws {
        try self.init(
            SourceOptions(
                configuration: configuration, acknowledgement: acknowledgement, extent: extent,
                drainTimeout: drainTimeout, observation: Observation(metrics: metrics, spans: spans),
                secrets: secrets, log: log),
            decoding: decoding)
    }

    init(_ options: SourceOptions, decoding: RecordDecoding<Value>) throws {
        try options.validate()
        engine = SourceEngine(options: options, decoding: decoding)
    }

    /// What the source was made with.
    public var configuration: KafkaSourceConfiguration { engine.options.configuration }

    /// Where it stands now.
    public var state: SourceState { engine.state }

    /// Where the token stands that it logs in with; nil where it needs none, or isn't connected. Of several members' the one
    /// that is worst off.
    public var tokenState: TokenState? { engine.tokenState }

    /// Assignments, commits, bad records, trouble and states, from now on. The last 1024 that weren't taken are kept.
    public var events: AsyncStream<SourceEvent> { engine.events.stream() }

    /// Records, tombstones and bad records by reason, counted since the source was made.
    public var counters: SourceCounters { engine.ledger.counters }

    /// The last 1,000 errors of this source, oldest first: bad records, trouble that is retried, what ended it.
    public var recentErrors: [RecordedError] { engine.ledger.errors }

    /// Marks a record as processed, in any order and from any task; of an assignment that is over it is dropped.
    ///
    /// With ``Acknowledgement/automatic`` there is no need for it.
    public func acknowledge(_ record: KafkaRecord<Value>) {
        record.batch.member.acknowledge([record.batch.messages.run(ofOnly: record.index)])
    }

    /// Marks all records of a batch as processed.
    public func acknowledge(_ batch: KafkaBatch<Value>) {
        batch.member.acknowledge(batch.runs)
    }

    /// Asks for a commit of what is processed, now instead of on the timer; ``events`` tells when it is there.
    public func commit() {
        engine.requestCommit()
    }

    /// Ends the source: waits (bounded) for the iterating task to ask for more, commits what was processed, leaves the
    /// group and releases everything. Returns when that is done; calling it twice does no harm.
    ///
    /// Called from inside the loop it counts the value in hand as not processed.
    public func close() async {
        await engine.close()
    }
}

extension KafkaSource: AsyncSequence {
    /// A record's value.
    public typealias Element = Value

    /// Begins to iterate; the first `next()` connects.
    public func makeAsyncIterator() -> Iterator {
        Iterator(BatchCursor(engine, engine.channel, isMain: true, counting: .values))
    }

    /// Visits the values one by one.
    @frozen public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline let cursor: BatchCursor<Value>
        @usableFromInline var values: [Value] = []
        @usableFromInline var index = 0

        init(_ cursor: BatchCursor<Value>) { self.cursor = cursor }

        /// The next value; asking for it means that the one before is processed.
        ///
        /// - Throws: ``KafkaError``, ``DecodeError``, or what the configuration and its secrets throw.
        @inlinable public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Value? {
            if index < values.count {
                let value = values[index]
                index &+= 1
                cursor.handedOut.pointee = index
                return value
            }
            return try await refill(isolation: actor)
        }

        /// The same without an actor.
        @inlinable public mutating func next() async throws -> Value? {
            try await next(isolation: nil)
        }

        @usableFromInline @inline(never)
        mutating func refill(isolation actor: isolated (any Actor)?) async throws -> Value? {
            values = []
            index = 0
            guard let batch = try await cursor.next(keepsEmpty: false, isolation: actor) else { return nil }
            values = batch.storedValues
            index = 1
            cursor.handedOut.pointee = 1
            return values[0]
        }
    }
}
