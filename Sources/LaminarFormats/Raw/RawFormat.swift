/// The formats `raw` (also `raw_bytes`): the payload as it is, and `raw_string`: the payload as checked UTF-8.
///
/// In both, the bare column names `key`, `value`, `timestamp`, `partition`, `offset`, `topic` and `headers` mean the
/// record's own. Null isn't empty: a tombstone is a row with a NULL value.
public struct RawFormat: RecordFormat {
    /// What the value column holds.
    public enum Kind: Sendable {
        /// BYTEA.
        case bytes
        /// TEXT, checked to be UTF-8.
        case text
    }

    /// Which of the two formats.
    public let kind: Kind

    /// One of the two formats.
    public init(_ kind: Kind = .bytes) { self.kind = kind }

    /// `raw` or `raw_string`.
    public var name: String { kind == .bytes ? "raw" : "raw_string" }

    /// `raw_bytes` for `raw`.
    public var aliases: [String] { kind == .bytes ? ["raw_bytes"] : [] }

    private var valueType: ColumnType { kind == .bytes ? .bytea : .text }

    /// Gives the bare names their metadata fields. Columns with a field of their own keep it.
    ///
    /// - Throws: ``FormatError`` with code `.column` for another name, or for a type that the field doesn't have.
    public func resolve(_ schema: RowSchema) throws(FormatError) -> RowSchema {
        var columns: [ColumnSchema] = []
        for column in schema.columns {
            let field = column.metadata ?? MetadataField(rawValue: column.name.lowercased())
            guard let field else {
                throw FormatError(
                    .column,
                    "The \(name) format has no field \(column.name): it has key, value, timestamp, partition, offset, topic and headers."
                )
            }
            let isText = kind == .text && column.type == .text
            let wanted = field == .value ? valueType : field.columnType
            guard column.type == wanted || field == .key && isText else {
                let cure = field == .value && column.type == .text ? " Use format = 'raw_string' for text." : ""
                throw FormatError(.column, "Column \(column.name) must be \(wanted), not \(column.type).\(cure)")
            }
            columns.append(
                ColumnSchema(column.name, column.type, isNullable: column.isNullable, metadata: field))
        }
        return try RowSchema(columns)
    }

    /// A decoder that fills the `value` columns.
    public func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
        _ = try ownOptions(options, known: [])
        let resolved = try resolve(schema)
        return BatchDecoder(schema: resolved, decodesTombstones: true, payloadFields: [.value]) { rows in
            RawEngine(rows: rows, isText: kind == .text)
        }
    }
}

extension RawFormat {
    /// An encoder whose payload is the column `value`.
    ///
    /// - Throws: ``FormatError`` with code `.column` unless `value` is the only column of the payload.
    public func makeEncoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> any RecordEncoder {
        _ = try ownOptions(options, known: [])
        let columns = try resolve(schema).columns.filter { $0.metadata == .value }
        guard columns.count == 1, schema.columns.count == 1 else {
            throw FormatError(.column, "A sink of format \(name) writes one column, value \(valueType).")
        }
        return RawRecordEncoder()
    }
}

/// Copies payloads into the value columns.
final class RawEngine: BatchEngine {
    let rows: RowStore
    private(set) var failure: DecodeFailure?
    private let isText: Bool

    init(rows: RowStore, isText: Bool) {
        self.rows = rows
        self.isText = isText
    }

    func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        for index in start..<payloads.count {
            if let failure = append(payloads[index]) {
                self.failure = failure
                rows.undoRow()
                return index
            }
        }
        return nil
    }

    private func append(_ payload: PayloadSlice) -> DecodeFailure? {
        if !payload.isNull {
            let path = rows.columns.first?.name ?? ""
            if isText, !UTF8Check.isValid(payload.bytes) {
                return DecodeFailure(.encoding, "The payload isn't UTF-8.", path: path)
            }
            for column in rows.columns.indices where !rows.builders[column].append(bytes: payload.bytes) {
                return DecodeFailure(
                    .tooLarge, "A column of one batch holds at most 2 GiB: make the batches smaller.", path: path)
            }
        }
        guard let column = rows.endRow() else { return nil }
        return DecodeFailure(.missing, "The record is a tombstone, and the column is NOT NULL.", path: column)
    }
}
