import LaminarFormats

/// How a source turns records into values: `.json(Order.self)`, `.payload`, or a table's format and columns.
///
///     let source = try KafkaSource(configuration, decoding: .json(Order.self))
///
/// Decoding runs on a thread of its own beside the fetch, a batch at a time.
public struct RecordDecoding<Value: Sendable>: Sendable {
    /// The format's name, as errors show it.
    let format: String
    /// Makes what one member uses; called once for each.
    let makeDecoder: @Sendable () throws -> any BatchContentDecoder<Value>

    init(format: String, makeDecoder: @escaping @Sendable () throws -> any BatchContentDecoder<Value>) {
        self.format = format
        self.makeDecoder = makeDecoder
    }
}

/// A batch's worth of decoding: one dynamic call a batch. Used by one thread at a time.
protocol BatchContentDecoder<Value>: AnyObject {
    associatedtype Value: Sendable
    /// Whether there is nothing to do, so that a hop to another thread isn't worth it.
    var isTrivial: Bool { get }
    /// Decodes a whole batch, or up to the bad record at which `onBad` says stop.
    func decode(_ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict) -> BatchContents<Value>
}

/// A record that can't be decoded.
struct BadRecord {
    enum Verdict {
        /// Leave it out and go on.
        case skip
        /// Keep what comes before it and drop the rest.
        case stop
    }

    let index: Int
    let failure: DecodeFailure
}

/// What decoding made of a batch.
struct BatchContents<Value: Sendable>: Sendable {
    @usableFromInline enum Values: Sendable {
        case stored([Value])
        /// Made when asked for, from the messages.
        case viewed(@Sendable (Int) -> Value, count: Int)
    }

    var values: Values
    /// The typed columns, where the format has them.
    var columns: RecordBatch?
    /// For each record of the batch its value's index, -1 for a tombstone, -2 for a record that was skipped; nil where
    /// every record has a value.
    var valueOfRecord: [Int32]?
    /// How many of the batch's records this covers: all, unless decoding stopped at a bad one.
    var records: Int

    init(values: Values, columns: RecordBatch? = nil, valueOfRecord: [Int32]? = nil, records: Int) {
        self.values = values
        self.columns = columns
        self.valueOfRecord = valueOfRecord
        self.records = records
    }

    var count: Int {
        switch values {
        case .stored(let values): values.count
        case .viewed(_, let count): count
        }
    }
}
