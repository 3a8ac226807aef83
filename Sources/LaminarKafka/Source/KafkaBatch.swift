public import LaminarFormats

/// Consecutive values of a source, with their records and, for a table, their columns.
///
///     for try await batch in source.batches {
///         for order in batch { total += order.amount }
///     }
///
/// Keeps the messages in librdkafka's own memory until the last value, record or column view of it is gone.
public final class KafkaBatch<Value: Sendable>: Sendable {
    let messages: MessageBatch
    let contents: BatchContents<Value>
    let lane: Lane
    let member: SourceMember
    /// All that the batch covers.
    let runs: [OffsetRun]

    /// - Parameter runs: what it covers; nil for all of the messages that the contents cover.
    init(
        _ messages: MessageBatch, _ contents: BatchContents<Value>, lane: Lane, member: SourceMember,
        runs: [OffsetRun]? = nil
    ) {
        self.messages = messages
        self.contents = contents
        self.lane = lane
        self.member = member
        self.runs = runs ?? messages.runs(upTo: contents.records)
    }

    /// The typed columns, one row a value; nil for a source without columns.
    public var columns: RecordBatch? { contents.columns }

    /// The batch's records, tombstones included, in order within each partition.
    public var records: Records { Records(batch: self) }

    /// How many records the batch holds, tombstones and skipped ones included.
    public var recordCount: Int { contents.records }

    /// Bytes of the records' keys and values.
    public var byteCount: Int { messages.bytes }

    /// What counts as processed once the first `count` values are: everything before the first value that isn't.
    func runs(afterValues count: Int) -> [OffsetRun] {
        guard count < contents.count else { return runs }
        guard count > 0 else { return [] }
        guard let map = contents.valueOfRecord else { return messages.runs(upTo: count) }
        return messages.runs(upTo: map.firstIndex(of: Int32(count)) ?? contents.records)
    }

    /// All values as an array; the stored ones aren't copied.
    var storedValues: [Value] {
        switch contents.values {
        case .stored(let values): values
        case .viewed(let view, let count): (0..<count).map(view)
        }
    }

    /// Whether there is no value: only tombstones and skipped records.
    public var isEmpty: Bool { contents.count == 0 }
}

extension KafkaBatch: RandomAccessCollection {
    /// 0.
    public var startIndex: Int { 0 }
    /// The number of values: records without tombstones and skipped ones.
    public var endIndex: Int { contents.count }
    /// The value at an index; out of range is a programmer's mistake and traps.
    public subscript(index: Int) -> Value {
        switch contents.values {
        case .stored(let values): return values[index]
        case .viewed(let view, let count):
            precondition(index >= 0 && index < count)
            return view(index)
        }
    }
}

extension KafkaBatch {
    /// Visits the values.
    public func makeIterator() -> Iterator {
        switch contents.values {
        case .stored(let values): Iterator(stored: values, view: nil, count: values.count)
        case .viewed(let view, let count): Iterator(stored: [], view: view, count: count)
        }
    }

    /// Visits a batch's values, in the host's own code without a call for each.
    @frozen public struct Iterator: IteratorProtocol {
        @usableFromInline let stored: [Value]
        @usableFromInline let view: (@Sendable (Int) -> Value)?
        @usableFromInline let count: Int
        @usableFromInline var index = 0

        init(stored: [Value], view: (@Sendable (Int) -> Value)?, count: Int) {
            self.stored = stored
            self.view = view
            self.count = count
        }

        /// The next value.
        @inlinable public mutating func next() -> Value? {
            guard index < count else { return nil }
            defer { index += 1 }
            guard let view else { return stored[index] }
            return view(index)
        }
    }
}

extension KafkaBatch {
    /// A batch's records.
    public struct Records: Sendable, Sequence {
        let batch: KafkaBatch<Value>

        /// Visits the records that weren't skipped.
        public func makeIterator() -> Iterator { Iterator(batch: batch) }

        /// Visits a batch's records.
        public struct Iterator: IteratorProtocol {
            let batch: KafkaBatch<Value>
            private var index = 0

            init(batch: KafkaBatch<Value>) { self.batch = batch }

            /// The next record, tombstones included.
            public mutating func next() -> KafkaRecord<Value>? {
                while index < batch.contents.records {
                    defer { index += 1 }
                    if let map = batch.contents.valueOfRecord, map[index] == -2 { continue }
                    return KafkaRecord(batch: batch, index: index)
                }
                return nil
            }
        }
    }
}
