public import LaminarFormats

extension RecordDecoding where Value == Row {
    /// Rows of typed columns, as a table has them; the batches' ``KafkaBatch/columns`` are the same without a row's view.
    ///
    ///     let schema = try RowSchema([ColumnSchema("id", .bigint), ColumnSchema("amount", .double)])
    ///     let source = try KafkaSource(configuration, decoding: .rows(of: format, schema: schema))
    ///
    /// - Parameters:
    ///   - format: `json`, `raw`, …, or the host's own.
    ///   - schema: the columns that are wanted; only they are decoded. Those with a metadata field are filled from the
    ///     record.
    ///   - options: the format's own (`json.timestamp_format`).
    /// - Throws: `FormatError` for columns or options that the format can't have.
    public static func rows(
        of format: any RecordFormat, schema: RowSchema, options: [String: String] = [:]
    ) throws(FormatError) -> RecordDecoding<Row> {
        try MetadataColumns.check(format.makeDecoder(schema: schema, options: options))
        return RecordDecoding(format: format.name) { schemas in
            RowContentDecoder(try ColumnDecoder(format, schema: schema, options: options, schemas))
        }
    }
}

final class RowContentDecoder: BatchContentDecoder {
    private let decoder: ColumnDecoder

    init(_ decoder: ColumnDecoder) { self.decoder = decoder }

    var isTrivial: Bool { false }
    var usesRegistry: Bool { decoder.usesRegistry }

    func decode(
        _ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict
    ) throws(KafkaError) -> BatchContents<Row> {
        switch try decoder.decode(batch, onBad: onBad) {
        case .waits(let wait): return BatchContents(wait)
        case .decoded(let result):
            let columns = result.columns
            return BatchContents(
                values: .viewed({ Row(batch: columns, index: $0) }, count: columns.count), columns: columns,
                valueOfRecord: result.valueOfRecord, records: result.records)
        }
    }
}
