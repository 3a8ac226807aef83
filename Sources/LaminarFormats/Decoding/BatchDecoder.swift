/// Decodes payloads of one format into batches of one schema. Made by a ``RecordFormat``.
///
///     var decoder = try format.makeDecoder(schema: schema, options: options)
///     var next = 0
///     while let bad = decoder.append(payloads, from: next) {       // nil: all are in
///         handle(decoder.failure, at: bad)                         // skip it, send it to the DLQ, or stop
///         next = bad + 1
///     }
///     let batch = decoder.finish(metadata: columns)
///
/// One owner at a time, which the type enforces: it can't be copied, so it may move between threads.
public struct BatchDecoder: ~Copyable, @unchecked Sendable {
    // Sendable: `engine` is made inside `init` from Sendable parts, is stored nowhere else and never handed out, and the
    // struct can't be copied; so whoever holds it is alone with the engine.
    private let engine: any BatchEngine
    /// The same engine where it needs to be told who wrote the payloads.
    let writers: (any WriterEngine)?
    /// All columns, those of the metadata too.
    public let schema: RowSchema
    /// The places in the schema of the columns that ``finish(metadata:)`` must be given, in order.
    public let metadataColumns: [Int]
    /// The places in the schema of the columns that are filled from the payload.
    public let payloadColumns: [Int]
    /// Whether a null payload becomes a row (`raw`: a NULL value). If not, the caller keeps tombstones away from
    /// `append(_:from:)`, which would call one a bad record.
    public let decodesTombstones: Bool

    /// A decoder that a host wrote.
    ///
    /// - Parameters:
    ///   - schema: all columns; those with a metadata field are the caller's to fill.
    ///   - decoder: decodes one payload into the other columns.
    public init(schema: RowSchema, decoder: some RecordDecoder) {
        let tombstones = decoder.decodesTombstones
        self.init(schema: schema, decodesTombstones: tombstones) { rows in RecordEngine(decoder, rows: rows) }
    }

    /// A built-in decoder. `payloadFields`: the metadata fields that this format fills by itself.
    init(
        schema: RowSchema, decodesTombstones: Bool, payloadFields: Set<MetadataField> = [],
        engine: (RowStore) -> any BatchEngine
    ) {
        var metadata: [Int] = []
        var payload: [Int] = []
        for (index, column) in schema.columns.enumerated() {
            if let field = column.metadata, !payloadFields.contains(field) {
                metadata.append(index)
            } else {
                payload.append(index)
            }
        }
        self.schema = schema
        self.decodesTombstones = decodesTombstones
        metadataColumns = metadata
        payloadColumns = payload
        self.engine = engine(RowStore(payload.map { schema.columns[$0] }))
        writers = self.engine as? any WriterEngine
    }

    /// Rows that have been appended since the last ``finish(metadata:)``.
    public var count: Int { engine.rows.count }

    /// Why `append(_:from:)` stopped the last time that it did.
    public var failure: DecodeFailure? { engine.failure }

    /// Appends a row for each payload, from `start` on.
    ///
    /// - Parameters:
    ///   - payloads: borrowed for the call; nothing past a payload's `count` is read.
    ///   - start: the first one to decode, 0 up to `payloads.count`.
    /// - Returns: the place of the first payload that can't be decoded, whose half-read row is undone and whose reason is
    ///   in ``failure``; nil when all of them are in.
    public mutating func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int = 0) -> Int? {
        start < payloads.count ? engine.append(payloads, from: max(start, 0)) : nil
    }

    /// The same over an array.
    public mutating func append(_ payloads: [PayloadSlice], from start: Int = 0) -> Int? {
        payloads.withUnsafeBufferPointer { append($0, from: start) }
    }

    /// The rows so far as a batch; the decoder starts again with none.
    ///
    /// - Parameter metadata: one column for each of ``metadataColumns``, in that order, of the schema's type and with
    ///   ``count`` rows. Others stop the program, as a wrong index of an array does.
    public mutating func finish(metadata: [Column] = []) -> RecordBatch {
        let rows = engine.rows.count
        precondition(metadata.count == metadataColumns.count, "one column for each metadata column of the schema")
        var columns = [Column?](repeating: nil, count: schema.columns.count)
        for (place, column) in zip(metadataColumns, metadata) { columns[place] = column }
        for (place, column) in zip(payloadColumns, engine.rows.finish()) { columns[place] = column }
        do throws(FormatError) {
            return try RecordBatch(schema: schema, columns: columns.compactMap { $0 }, count: rows)
        } catch {
            preconditionFailure("metadata columns must fit: \(error.message)")  // a caller's mistake
        }
    }

    /// Forgets the rows since the last ``finish(metadata:)``.
    public mutating func discard() { engine.rows.truncate(to: 0) }
}

/// What a format does for a batch: one dynamic call for all payloads of it.
protocol BatchEngine: AnyObject {
    var rows: RowStore { get }
    var failure: DecodeFailure? { get }
    func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int?
}
