extension KafkaSource {
    /// One sequence for each assigned partition, for hosts that process partitions side by side.
    ///
    ///     try await withThrowingTaskGroup { group in
    ///         for try await partition in source.partitions {
    ///             group.addTask { for try await order in partition { try await handle(order) } }
    ///         }
    ///     }
    ///
    /// Order holds within each; a slow one holds up no other. A partition's sequence ends when the group takes it away,
    /// and comes again as a new one if it returns.
    public var partitions: Partitions { Partitions(engine: engine) }

    /// The partitions as they are assigned.
    public struct Partitions: AsyncSequence, Sendable {
        /// A partition's own sequence.
        public typealias Element = KafkaPartition<Value>
        let engine: SourceEngine<Value>

        /// Begins to iterate; the first `next()` connects.
        public func makeAsyncIterator() -> Iterator { Iterator(engine) }

        /// Visits the partitions; leaving it ends the source.
        public struct Iterator: AsyncIteratorProtocol {
            private let life: PartitionsLife<Value>

            init(_ engine: SourceEngine<Value>) { life = PartitionsLife(engine) }

            /// The next assigned partition; nil when the source ends.
            ///
            /// - Throws: as iterating the source itself.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws -> KafkaPartition<Value>? {
                try await life.next(isolation: actor)
            }

            /// The same without an actor.
            public mutating func next() async throws -> KafkaPartition<Value>? {
                try await next(isolation: nil)
            }
        }
    }
}

/// Starts the source with the first partition asked for, and ends it with the loop over the partitions.
private final class PartitionsLife<Value: Sendable> {
    private let engine: SourceEngine<Value>
    private var isStarted = false
    private var isEnded = false

    init(_ engine: SourceEngine<Value>) { self.engine = engine }

    deinit { leave() }

    func next(isolation actor: isolated (any Actor)?) async throws -> KafkaPartition<Value>? {
        guard !isEnded else { return nil }
        do {
            if !isStarted {
                try await engine.start(.perPartition, for: ObjectIdentifier(self))
                isStarted = true
            }
            engine.hostAsked(ObjectIdentifier(self), nil)
            if let partition = try await engine.partitions.receive(isolation: actor) { return partition }
        } catch {
            leave()
            throw error
        }
        leave()
        return nil
    }

    private func leave() {
        guard !isEnded else { return }
        isEnded = true
        if isStarted { engine.hostLeft(ObjectIdentifier(self), endsSource: true) }
    }
}

/// The values of one assigned partition, in order.
///
/// Iterated once, by one task, as values, ``records`` or ``batches``; a second iteration throws ``KafkaError`` with code
/// `alreadyIterated`.
public struct KafkaPartition<Value: Sendable>: Sendable, AsyncSequence {
    /// A record's value.
    public typealias Element = Value

    /// Which partition.
    public let id: TopicPartition
    private let engine: SourceEngine<Value>
    let channel: HandoffChannel<KafkaBatch<Value>>

    init(_ id: TopicPartition, engine: SourceEngine<Value>, channel: HandoffChannel<KafkaBatch<Value>>) {
        self.id = id
        self.engine = engine
        self.channel = channel
    }

    /// The topic's name.
    public var topic: String { id.topic }
    /// The partition's number, from 0.
    public var partition: Int32 { id.partition }

    /// Visits the values; taking the next one means that the one before is processed.
    public func makeAsyncIterator() -> KafkaSource<Value>.Iterator {
        KafkaSource<Value>.Iterator(BatchCursor(engine, channel, isMain: false, counting: .values))
    }

    /// The partition record by record, tombstones included.
    public var records: Records { Records(engine: engine, channel: channel) }

    /// A partition's records.
    public struct Records: AsyncSequence, Sendable {
        /// A record with its value.
        public typealias Element = KafkaRecord<Value>
        let engine: SourceEngine<Value>
        let channel: HandoffChannel<KafkaBatch<Value>>

        /// Begins to iterate.
        public func makeAsyncIterator() -> RecordIterator<Value> {
            RecordIterator(BatchCursor(engine, channel, isMain: false, counting: .records))
        }
    }

    /// The partition batch by batch.
    public var batches: Batches { Batches(engine: engine, channel: channel) }

    /// A partition's batches.
    public struct Batches: AsyncSequence, Sendable {
        /// Some consecutive values.
        public typealias Element = KafkaBatch<Value>
        let engine: SourceEngine<Value>
        let channel: HandoffChannel<KafkaBatch<Value>>

        /// Begins to iterate.
        public func makeAsyncIterator() -> KafkaSource<Value>.Batches.Iterator {
            .init(cursor: BatchCursor(engine, channel, isMain: false, counting: .nothing))
        }
    }
}
