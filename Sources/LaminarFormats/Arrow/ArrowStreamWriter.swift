/// Writes batches as an Arrow IPC stream, which pyarrow, Polars, DuckDB, DataFusion and others read from a file, a pipe or
/// a socket.
///
///     var writer = ArrowStreamWriter(schema: batch.schema) { bytes in try file.write(bytes) }
///     try writer.write(batch)                     // as often as there are batches
///     try writer.finish()
///     // pyarrow.ipc.open_stream(path).read_all()
///
/// The columns' buffers go to the closure as they lie in memory: nothing but INTERVAL is copied. No compression, no
/// dictionaries.
///
/// - Note: Format: Apache Arrow columnar format 1.4, "Serialization and Interprocess Communication (IPC)", "IPC Streaming
///   Format". Buffers are aligned to 8 bytes.
public struct ArrowStreamWriter {
    /// What every batch must have.
    public let schema: RowSchema
    private let write: (UnsafeRawBufferPointer) throws -> Void
    private var hasSchema = false
    private var isFinished = false

    /// - Parameters:
    ///   - schema: that of every batch.
    ///   - write: takes the stream's bytes, piece by piece, in order; borrowed for the call.
    public init(schema: RowSchema, to write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        self.schema = schema
        self.write = write
    }

    /// Writes what readers need before the first batch; ``write(_:rows:)`` and ``finish()`` do it where it wasn't done.
    public mutating func start() throws {
        guard !hasSchema else { return }
        hasSchema = true
        try message(ArrowMessage.schema(schema))
    }

    /// Writes a batch.
    ///
    /// - Parameters:
    ///   - batch: of the writer's schema; one without rows is written too.
    ///   - rows: only the first ones; nil for all.
    /// - Throws: ``EncodeFailure`` with code `.type` for another schema or after ``finish()``, `.range` for an INTERVAL of
    ///   more than 292 years of hours (Arrow counts nanoseconds); what the closure throws.
    public mutating func write(_ batch: RecordBatch, rows: Int? = nil) throws {
        guard !isFinished else {
            throw EncodeFailure(.type, "The Arrow stream is finished: make a writer for each stream.")
        }
        guard batch.schema == schema else {
            throw EncodeFailure(.type, "The batch has another schema than the Arrow stream: make a writer for each.")
        }
        let root = try ArrowColumn(batch, rows: rows.map { max($0, 0) })
        try start()
        var places: [(Int64, Int64)] = []
        var end = 0
        for column in root.children { Self.place(column, &places, &end) }
        try message(ArrowMessage.recordBatch(root, buffers: places, bodyLength: Int64(end)))
        for column in root.children { try body(column) }
        withExtendedLifetime(batch) {}
    }

    /// Writes the end. A stream without batches has its schema all the same; finishing twice changes nothing.
    public mutating func finish() throws {
        guard !isFinished else { return }
        try start()
        isFinished = true
        try bytes([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
    }

    private static func padded(_ count: Int) -> Int { (count + 7) & ~7 }

    private static func place(_ column: ArrowColumn, _ places: inout [(Int64, Int64)], _ end: inout Int) {
        for buffer in column.buffers {
            places.append((Int64(end), Int64(buffer.byteCount)))
            end += padded(buffer.byteCount)
        }
        for child in column.children { place(child, &places, &end) }
    }

    /// Continuation marker, the metadata's length with its padding, the metadata.
    private func message(_ metadata: [UInt8]) throws {
        let length = Self.padded(metadata.count)
        var head: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
        withUnsafeBytes(of: Int32(length).littleEndian) { head.append(contentsOf: $0) }
        head.append(contentsOf: metadata)
        head.append(contentsOf: repeatElement(0, count: length - metadata.count))
        try bytes(head)
    }

    private func body(_ column: ArrowColumn) throws {
        for buffer in column.buffers where buffer.byteCount > 0 {
            try write(UnsafeRawBufferPointer(start: buffer.start, count: buffer.byteCount))
            let padding = Self.padded(buffer.byteCount) - buffer.byteCount
            if padding > 0 { try bytes([UInt8](repeating: 0, count: padding)) }
        }
        for child in column.children { try body(child) }
    }

    private func bytes(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }
}
