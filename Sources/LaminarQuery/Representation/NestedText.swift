import LaminarFormats

/// Arrays, structures and maps between their columns and the JSON that they are inside SQLite.
///
/// The `json` format itself reads and writes them, so that a nested value is the same here as in a record.
final class NestedText {
    private var decoder: BatchDecoder
    private var payload: [UInt8] = []
    private static let opening = Array(#"{"v":"#.utf8)

    /// - Throws: ``FormatError`` for a type that can't be a column's.
    init(_ type: ColumnType) throws {
        let schema = try RowSchema([ColumnSchema("v", type)])
        decoder = try JSONFormat().makeDecoder(schema: schema, options: [:])
    }

    /// The value of a JSON text.
    ///
    /// - Throws: ``QueryError`` where the text isn't a value of the type; it holds nothing of the text.
    func value(_ json: UnsafeRawBufferPointer, of type: ColumnType) throws -> Value {
        payload.removeAll(keepingCapacity: true)
        payload.append(contentsOf: Self.opening)
        payload.append(contentsOf: json)
        payload.append(0x7D)
        let bad = payload.withUnsafeBytes { bytes in
            decoder.append([PayloadSlice(start: bytes.baseAddress, count: bytes.count)])
        }
        let batch = decoder.finish()
        guard bad == nil, batch.count == 1 else { throw QueryError.invalidText(type) }
        return batch.columns[0].value(at: 0)
    }
}
