/// A host's own format: turns one payload into one row.
///
///     struct CommaSeparated: RecordDecoder {
///         mutating func decode(_ payload: UnsafeRawBufferPointer, into row: inout RowAppender) throws(DecodeFailure) {
///             let cells = payload.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
///             for (column, cell) in cells.enumerated() { try row.set(column, text: String(decoding: cell, as: UTF8.self)) }
///         }
///     }
///
/// A decoder is used by one thread at a time, so that it may keep buffers between records.
public protocol RecordDecoder: Sendable {
    /// Whether null payloads come to ``decodeTombstone(into:)``; if not (the default), they are left out before.
    var decodesTombstones: Bool { get }

    /// Sets the row's columns from one payload. A column that isn't set is NULL, or makes a bad record of NOT NULL.
    ///
    /// - Parameters:
    ///   - payload: borrowed for the call, never null; no byte outside of it may be read.
    ///   - row: undone when this throws.
    /// - Throws: ``DecodeFailure``, which must hold no byte of the payload.
    mutating func decode(_ payload: UnsafeRawBufferPointer, into row: inout RowAppender) throws(DecodeFailure)

    /// Sets the row's columns for a null payload. The default leaves them all NULL.
    mutating func decodeTombstone(into row: inout RowAppender) throws(DecodeFailure)
}

extension RecordDecoder {
    /// False.
    public var decodesTombstones: Bool { false }

    /// Leaves every column NULL.
    public mutating func decodeTombstone(into row: inout RowAppender) throws(DecodeFailure) {}
}

/// Runs a host's decoder over a batch. Generic, so that the call for each record is one witness call.
final class RecordEngine<Decoder: RecordDecoder>: BatchEngine {
    let rows: RowStore
    private(set) var failure: DecodeFailure?
    private var decoder: Decoder

    init(_ decoder: Decoder, rows: RowStore) {
        self.decoder = decoder
        self.rows = rows
    }

    func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        var row = RowAppender(rows)
        for index in start..<payloads.count {
            do throws(DecodeFailure) {
                let payload = payloads[index]
                if !payload.isNull {
                    try decoder.decode(payload.bytes, into: &row)
                } else if decoder.decodesTombstones {
                    try decoder.decodeTombstone(into: &row)
                } else {
                    throw DecodeFailure(.tombstone, "The payload is null, which this format has no row for.")
                }
                if let column = rows.endRow() {
                    throw DecodeFailure(.missing, "The payload has no value for a NOT NULL column.", path: column)
                }
            } catch {
                failure = error
                rows.undoRow()
                return index
            }
        }
        return nil
    }
}
