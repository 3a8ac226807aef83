internal import CArrow

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

// The Arrow C stream interface: batch after batch, drawn by another library of the same process.

extension RowSchema {
    /// Hands batches to another Arrow library of this process as it asks for them.
    ///
    ///     var rest = batches[...]
    ///     try schema.exportArrow(stream: stream) { rest.popFirst() }
    ///     // pyarrow.RecordBatchReader._import_from_c(stream)
    ///
    /// - Parameters:
    ///   - stream: an `ArrowArrayStream` of the C stream interface, 40 bytes, whose content is overwritten.
    ///   - next: the next batch, of this schema; nil at the end. Called on the receiver's thread, one call at a time, and
    ///     let go when the receiver releases the stream. What it throws is the receiver's error, as its description.
    /// - Note: Format: "The Arrow C stream interface", Apache Arrow format 1.4.
    public func exportArrow(
        stream: UnsafeMutableRawPointer, _ next: sending @escaping () throws -> RecordBatch?
    ) {
        StreamOwner.fill(stream.assumingMemoryBound(to: ArrowArrayStream.self), StreamOwner(self, next))
    }

    /// Hands these batches, all of this schema, to another Arrow library of this process.
    ///
    /// - Parameter stream: an `ArrowArrayStream`, 40 bytes, whose content is overwritten.
    public func exportArrow(stream: UnsafeMutableRawPointer, batches: [RecordBatch]) {
        var rest = batches[...]
        exportArrow(stream: stream) { rest.popFirst() }
    }
}

/// What one `ArrowArrayStream` owns. Its receiver calls one function at a time, as the interface asks.
private final class StreamOwner {
    private let schema: RowSchema
    private let next: () throws -> RecordBatch?
    private var error: UnsafeMutablePointer<CChar>?

    init(_ schema: RowSchema, _ next: @escaping () throws -> RecordBatch?) {
        self.schema = schema
        self.next = next
    }

    deinit { free(error) }

    static func fill(_ stream: UnsafeMutablePointer<ArrowArrayStream>, _ owner: StreamOwner) {
        stream.initialize(
            to: ArrowArrayStream(
                get_schema: { stream, out in
                    guard let out, let owner = StreamOwner.owner(stream) else { return EINVAL }
                    return owner.answer { try owner.schema.exportArrow(schema: UnsafeMutableRawPointer(out)) }
                },
                get_next: { stream, out in
                    guard let out, let owner = StreamOwner.owner(stream) else { return EINVAL }
                    return owner.answer { try owner.fillNext(out) }
                },
                get_last_error: { stream in UnsafePointer(StreamOwner.owner(stream)?.error) },
                release: { stream in
                    guard let stream, let data = stream.pointee.private_data else { return }
                    stream.pointee.release = nil
                    stream.pointee.private_data = nil
                    Unmanaged<StreamOwner>.fromOpaque(data).release()
                }, private_data: Unmanaged.passRetained(owner).toOpaque()))
    }

    private static func owner(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> StreamOwner? {
        stream?.pointee.private_data.map { Unmanaged<StreamOwner>.fromOpaque($0).takeUnretainedValue() }
    }

    /// An array without `release` says that the stream is at its end.
    private func fillNext(_ out: UnsafeMutablePointer<ArrowArray>) throws {
        guard let batch = try next() else {
            out.initialize(to: ArrowArray())
            return
        }
        guard batch.schema == schema else {
            throw EncodeFailure(.type, "A batch has another schema than the stream: make a stream for each schema.")
        }
        ExportedArray.fill(out, try ArrowColumn(batch))
    }

    private func answer(_ body: () throws -> Void) -> Int32 {
        do {
            try body()
            return 0
        } catch {
            free(self.error)
            self.error = strdup("\(error)")
            return EIO
        }
    }
}
