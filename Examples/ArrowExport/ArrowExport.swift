// A shared library that other languages load: JSON payloads become Arrow columns, which pyarrow, or any other library
// with the C data interface, takes over without a copy. `read.py` is the other side.

import LaminarFormats
import Synchronization

/// Lives until `laminar_batch_free` and until the last receiver has released what it was given.
final class Decoded: Sendable {
    let batch: RecordBatch
    init(_ batch: RecordBatch) { self.batch = batch }
}

/// One column of every batch that was made, without keeping it.
final class Sentinel: Sendable {
    nonisolated(unsafe) weak var column: Column?  // set once, before any other thread sees it
    init(_ column: Column?) { self.column = column }
}
private let sentinels = Mutex<[Sentinel]>([])

private let columns: [ColumnSchema] = [
    ColumnSchema("flag", .boolean), ColumnSchema("small", .smallint), ColumnSchema("number", .int),
    ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("half", .real), ColumnSchema("amount", .double),
    ColumnSchema("price", .decimal(precision: 38, scale: 4)), ColumnSchema("name", .text),
    ColumnSchema("bytes", .bytea), ColumnSchema("day", .date), ColumnSchema("time", .time),
    ColumnSchema("at", .timestamp), ColumnSchema("span", .interval), ColumnSchema("key", .uuid),
    ColumnSchema("document", .json), ColumnSchema("tags", .array(.text)),
    ColumnSchema("lines", .array(.structure([StructField("sku", .text), StructField("quantity", .int)]))),
    ColumnSchema("counts", .map(.bigint)),
]

/// Decodes lines of JSON; nil where one of them can't be.
@_cdecl("laminar_batch_decode")
public func decode(_ lines: UnsafePointer<UInt8>, _ count: Int) -> UnsafeMutableRawPointer? {
    let bytes = UnsafeRawBufferPointer(start: lines, count: count)
    let payloads = bytes.split(separator: UInt8(ascii: "\n"))
        .map { PayloadSlice(start: UnsafeRawBufferPointer(rebasing: $0).baseAddress, count: $0.count) }
    guard var decoder = try? JSONFormat().makeDecoder(schema: RowSchema(columns), options: [:]) else { return nil }
    guard decoder.append(payloads) == nil else { return nil }
    let batch = decoder.finish()
    sentinels.withLock { $0.append(Sentinel(batch.columns.first)) }
    return Unmanaged.passRetained(Decoded(batch)).toOpaque()
}

/// Lets the batch go on this side.
@_cdecl("laminar_batch_free")
public func free(_ handle: UnsafeMutableRawPointer) { Unmanaged<Decoded>.fromOpaque(handle).release() }

/// Fills an `ArrowArray` and an `ArrowSchema` of the caller's; 0 when that is done.
@_cdecl("laminar_batch_export")
public func export(
    _ handle: UnsafeMutableRawPointer, _ array: UnsafeMutableRawPointer, _ schema: UnsafeMutableRawPointer
) -> Int32 {
    do {
        try Unmanaged<Decoded>.fromOpaque(handle).takeUnretainedValue().batch
            .exportArrow(array: array, schema: schema)
        return 0
    } catch {
        return 1
    }
}

/// Fills an `ArrowArrayStream` of the caller's that gives the batch `times` times, and then an error if `fails`.
@_cdecl("laminar_batch_stream")
public func stream(
    _ handle: UnsafeMutableRawPointer, _ times: Int, _ fails: Bool, _ stream: UnsafeMutableRawPointer
) {
    let batch = Unmanaged<Decoded>.fromOpaque(handle).takeUnretainedValue().batch
    var left = times
    batch.schema.exportArrow(stream: stream) {
        left -= 1
        if left < 0, fails { throw EncodeFailure(.value, "The source was closed.") }
        return left < 0 ? nil : batch
    }
}

/// Where a column's values lie on this side.
@_cdecl("laminar_batch_address")
public func address(_ handle: UnsafeMutableRawPointer, _ column: Int) -> UnsafeRawPointer? {
    Unmanaged<Decoded>.fromOpaque(handle).takeUnretainedValue().batch.columns[column]
        .withBuffers { _, offsets, values in values?.baseAddress ?? offsets?.baseAddress }
}

/// How many of the batches ever made still hold memory.
@_cdecl("laminar_batches_alive")
public func alive() -> Int { sentinels.withLock { $0.count { $0.column != nil } } }
