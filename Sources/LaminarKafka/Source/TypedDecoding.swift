public import LaminarFormats

extension RecordDecoding where Value: Decodable {
    /// Values of a `Codable` type straight from JSON payloads.
    ///
    ///     struct Order: Codable, Sendable { let id: Int64; let amount: Double? }
    ///     let source = try KafkaSource(configuration, decoding: .json(Order.self))
    ///
    /// A missing or null field is nil for an optional property and makes a bad record of any other.
    ///
    /// - Parameter frame: what a registry's serializer has put before each payload, which is taken off; nil for none.
    public static func json(
        _ type: Value.Type = Value.self, frame: RegistryFrame? = nil
    ) -> RecordDecoding<Value> {
        RecordDecoding(format: "json") { PayloadContentDecoder(frame) { JSONValueDecoder<Value>() } }
    }

    /// Values of a `Codable` type from a format's typed columns, metadata columns included.
    ///
    /// - Throws: `FormatError` for columns or options that the format can't have.
    public static func values(
        _ type: Value.Type = Value.self, of format: any RecordFormat, schema: RowSchema, options: [String: String] = [:]
    ) throws(FormatError) -> RecordDecoding<Value> {
        try MetadataColumns.check(format.makeDecoder(schema: schema, options: options))
        return RecordDecoding(format: format.name) { schemas in
            // One a part, each used by one thread at a time.
            let decoders = (0..<ValuePartLimits.most).map { _ in RowDecoder<Value>(schema: schema) }
            return try ColumnValueDecoder(ColumnDecoder(format, schema: schema, options: options, schemas)) {
                number, columns, part in
                let decoder = decoders[number]
                for row in part.items {
                    do throws(DecodeFailure) { part.append(try decoder.decode(columns, row: row)) } catch {
                        part.leaveOut(row, error)
                    }
                }
            }
        }
    }
}

extension RecordDecoding where Value: RowDecodable {
    /// Values of a type that reads itself from a row: the fastest way to a struct.
    ///
    /// - Throws: `FormatError` for columns or options that the format can't have.
    public static func rowValues(
        _ type: Value.Type = Value.self, of format: any RecordFormat, schema: RowSchema, options: [String: String] = [:]
    ) throws(FormatError) -> RecordDecoding<Value> {
        try MetadataColumns.check(format.makeDecoder(schema: schema, options: options))
        return RecordDecoding(format: format.name) { schemas in
            try ColumnValueDecoder(ColumnDecoder(format, schema: schema, options: options, schemas)) {
                _, columns, part in
                for row in part.items {
                    do { part.append(try Value(row: Row(batch: columns, index: row))) } catch {
                        let failure = error as? DecodeFailure
                        part.leaveOut(row, failure ?? DecodeFailure(.value, "\(Value.self) refused the row"))
                    }
                }
            }
        }
    }
}

/// Columns to values, row by row.
private final class ColumnValueDecoder<Value: Sendable>: BatchContentDecoder {
    private let columns: ColumnDecoder
    private let fill: (Int, RecordBatch, inout ValueParts<Value>.Part) -> Void

    /// - Parameter fill: takes a part's number, the columns and the part, and makes the values of the part's rows.
    init(_ columns: ColumnDecoder, _ fill: @escaping (Int, RecordBatch, inout ValueParts<Value>.Part) -> Void) {
        self.columns = columns
        self.fill = fill
    }

    var isTrivial: Bool { false }
    var usesRegistry: Bool { columns.usesRegistry }

    func decode(
        _ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict
    ) throws(KafkaError) -> BatchContents<Value> {
        switch try columns.decode(batch, onBad: onBad) {
        case .waits(let wait): BatchContents(wait)
        case .decoded(let result): values(of: result, batch, onBad)
        }
    }

    private func values(
        of result: ColumnDecoder.Result, _ batch: MessageBatch, _ onBad: (BadRecord) -> BadRecord.Verdict
    ) -> BatchContents<Value> {
        let rows = result.columns
        let parts = ValueParts<Value>(rows.count) { number, part in fill(number, rows, &part) }
        guard let valueOfRecord = result.valueOfRecord else {
            return parts.contents(records: batch.count, limit: result.records, record: nil, onBad: onBad)
        }
        let records = Array(RowRecords(count: rows.count, valueOfRecord: valueOfRecord))
        var contents = parts.contents(
            records: batch.count, limit: result.records, record: { records[$0] }, onBad: onBad)
        contents.valueOfRecord = Self.merge(valueOfRecord, contents.valueOfRecord)
        return contents
    }

    /// Tombstones are known to the columns only, and what the values refused to the values only.
    private static func merge(_ columns: [Int32], _ values: [Int32]?) -> [Int32] {
        guard let values else { return columns }
        return zip(columns, values).map { $0 < 0 ? $0 : $1 }
    }
}
