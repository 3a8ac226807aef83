public import LaminarFormats

extension RecordDecoding where Value: Decodable {
    /// Values of a `Codable` type straight from JSON payloads.
    ///
    ///     struct Order: Codable, Sendable { let id: Int64; let amount: Double? }
    ///     let source = try KafkaSource(configuration, decoding: .json(Order.self))
    ///
    /// A missing or null field is nil for an optional property and makes a bad record of any other.
    public static func json(_ type: Value.Type = Value.self) -> RecordDecoding<Value> {
        RecordDecoding(format: "json") { PayloadContentDecoder(JSONValueDecoder<Value>()) }
    }

    /// Values of a `Codable` type from a format's typed columns, metadata columns included.
    ///
    /// - Throws: `FormatError` for columns or options that the format can't have.
    public static func values(
        _ type: Value.Type = Value.self, of format: any RecordFormat, schema: RowSchema, options: [String: String] = [:]
    ) throws(FormatError) -> RecordDecoding<Value> {
        try MetadataColumns.check(format.makeDecoder(schema: schema, options: options))
        return RecordDecoding(format: format.name) {
            let decoder = RowDecoder<Value>(schema: schema)
            return ColumnValueDecoder(ColumnDecoder(try format.makeDecoder(schema: schema, options: options))) {
                columns, row throws(DecodeFailure) in
                try decoder.decode(columns, row: row)
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
        return RecordDecoding(format: format.name) {
            ColumnValueDecoder(ColumnDecoder(try format.makeDecoder(schema: schema, options: options))) {
                columns, row throws(DecodeFailure) in
                do { return try Value(row: Row(batch: columns, index: row)) } catch let failure as DecodeFailure {
                    throw failure
                } catch {
                    throw DecodeFailure(.value, "\(Value.self) refused the row")
                }
            }
        }
    }
}

/// Columns to values, row by row.
private final class ColumnValueDecoder<Value: Sendable>: BatchContentDecoder {
    private let columns: ColumnDecoder
    private let value: (RecordBatch, Int) throws(DecodeFailure) -> Value

    init(_ columns: ColumnDecoder, _ value: @escaping (RecordBatch, Int) throws(DecodeFailure) -> Value) {
        self.columns = columns
        self.value = value
    }

    var isTrivial: Bool { false }

    func decode(_ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict) -> BatchContents<Value> {
        let result = columns.decode(batch, onBad: onBad)
        var values: [Value] = []
        values.reserveCapacity(result.columns.count)
        var map = ValueMap(records: batch.count)
        var records = result.records
        var rows = RowRecords(count: result.columns.count, valueOfRecord: result.valueOfRecord)
        var row = 0
        while let index = rows.next() {
            do throws(DecodeFailure) {
                values.append(try value(result.columns, row))
                map.addValues(1, at: index)
            } catch {
                if onBad(BadRecord(index: index, failure: error)) == .stop {
                    records = index
                    break
                }
            }
            row += 1
        }
        let valueOfRecord = map.finish(records: records)
        return BatchContents(
            values: .stored(values), columns: nil,
            valueOfRecord: result.valueOfRecord.map { Self.merge($0, valueOfRecord) } ?? valueOfRecord,
            records: records)
    }

    /// Tombstones are known to the columns only, and what the values refused to the values only.
    private static func merge(_ columns: [Int32], _ values: [Int32]?) -> [Int32] {
        guard let values else { return columns }
        return zip(columns, values).map { $0 < 0 ? $0 : $1 }
    }
}
