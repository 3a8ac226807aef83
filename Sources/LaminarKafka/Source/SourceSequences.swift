extension KafkaSource {
    /// The source batch by batch. Asking for the next batch means that the one before is processed.
    public var batches: Batches { Batches(engine: engine) }

    /// The source record by record, tombstones included.
    public var records: Records { Records(engine: engine) }

    /// A sequence of batches.
    public struct Batches: AsyncSequence, Sendable {
        /// Some consecutive values.
        public typealias Element = KafkaBatch<Value>
        let engine: SourceEngine<Value>

        /// Begins to iterate; the first `next()` connects.
        public func makeAsyncIterator() -> Iterator {
            Iterator(cursor: BatchCursor(engine, engine.channel, isMain: true, counting: .nothing))
        }

        /// Visits the batches.
        public struct Iterator: AsyncIteratorProtocol {
            let cursor: BatchCursor<Value>

            /// The next batch that holds a record.
            ///
            /// - Throws: as iterating the source itself.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws -> KafkaBatch<Value>? {
                try await cursor.next(keepsEmpty: true, isolation: actor)
            }

            /// The same without an actor.
            public mutating func next() async throws -> KafkaBatch<Value>? {
                try await next(isolation: nil)
            }
        }
    }

    /// A sequence of records.
    public struct Records: AsyncSequence, Sendable {
        /// A record with its value.
        public typealias Element = KafkaRecord<Value>
        let engine: SourceEngine<Value>

        /// Begins to iterate; the first `next()` connects.
        public func makeAsyncIterator() -> RecordIterator<Value> {
            RecordIterator(BatchCursor(engine, engine.channel, isMain: true, counting: .records))
        }
    }
}

/// Visits records one by one, tombstones included.
public struct RecordIterator<Value: Sendable>: AsyncIteratorProtocol {
    private let cursor: BatchCursor<Value>
    private var records: KafkaBatch<Value>.Records.Iterator?

    init(_ cursor: BatchCursor<Value>) { self.cursor = cursor }

    /// The next record; asking for it means that the one before is processed.
    ///
    /// - Throws: ``KafkaError``, ``DecodeError``, or what the configuration and its secrets throw.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> KafkaRecord<Value>? {
        while true {
            if let record = records?.next() {
                cursor.handedOut.pointee = record.index + 1
                return record
            }
            guard let batch = try await cursor.next(keepsEmpty: true, isolation: actor) else { return nil }
            records = batch.records.makeIterator()
        }
    }

    /// The same without an actor.
    public mutating func next() async throws -> KafkaRecord<Value>? {
        try await next(isolation: nil)
    }
}
