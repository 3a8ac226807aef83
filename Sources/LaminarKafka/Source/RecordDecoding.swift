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
    let makeDecoder: @Sendable (WriterSchemas?) throws -> any BatchContentDecoder<Value>

    /// - Parameter makeDecoder: takes where writers' schemas are had; nil where the source has no registry.
    init(
        format: String, makeDecoder: @escaping @Sendable (WriterSchemas?) throws -> any BatchContentDecoder<Value>
    ) {
        self.format = format
        self.makeDecoder = makeDecoder
    }

    /// A decoding that needs no registry.
    init(format: String, makeDecoder: @escaping @Sendable () throws -> any BatchContentDecoder<Value>) {
        self.init(format: format) { _ in try makeDecoder() }
    }
}

/// A batch's worth of decoding: one dynamic call a batch. Used by one thread at a time.
protocol BatchContentDecoder<Value>: AnyObject {
    associatedtype Value: Sendable
    /// Whether there is nothing to do, so that a hop to another thread isn't worth it.
    var isTrivial: Bool { get }
    /// Whether writers' schemas are asked for.
    var usesRegistry: Bool { get }
    /// Decodes a whole batch, or up to the bad record at which `onBad` says stop.
    ///
    /// Where a record's schema isn't there yet, the contents only say so (``BatchContents/wait``).
    ///
    /// - Throws: ``KafkaError`` with code `closed` where the source is closed while a schema is waited for.
    func decode(
        _ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict
    ) throws(KafkaError) -> BatchContents<Value>
}

extension BatchContentDecoder {
    /// No: what is needed is in the payloads.
    var usesRegistry: Bool { false }
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
    /// The record because of which nothing was decoded, and the schema that it waits for.
    var wait: SchemaWait?

    /// Nothing, since a record has to wait.
    init(_ wait: SchemaWait) {
        self.init(values: .stored([]), records: 0)
        self.wait = wait
    }

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
