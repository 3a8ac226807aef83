internal import LaminarFormats

/// What one batch of records is to several tables over one connection: typed columns for each.
struct TableRows: Sendable {
    /// In the order of the decoding's tables.
    let tables: [Rows]

    /// One table's rows.
    struct Rows: Sendable {
        let columns: RecordBatch
        /// For each record its row, less than 0 where it has none; nil where row and record have the same number.
        let rowOfRecord: [Int32]?
    }
}

/// A table as pipelines read it: the columns that any of them uses.
struct FannedTable: Sendable {
    let name: String
    let format: any RecordFormat
    let schema: RowSchema
    let options: [String: String]
}

extension RecordDecoding where Value == TableRows {
    /// Decodes each record for every table.
    ///
    /// A record that is bad for one table and good for another is a row of the other one, and one bad record.
    static func fanned(_ tables: [FannedTable]) throws -> RecordDecoding<TableRows> {
        for table in tables {
            try MetadataColumns.check(table.format.makeDecoder(schema: table.schema, options: table.options))
        }
        let format = Set(tables.map(\.format.name)).sorted().joined(separator: ", ")
        return RecordDecoding(format: format) { schemas in
            FannedDecoder(
                try tables.map { table in
                    try ColumnDecoder(table.format, schema: table.schema, options: table.options, schemas)
                })
        }
    }
}

private final class FannedDecoder: BatchContentDecoder {
    private let decoders: [ColumnDecoder]

    init(_ decoders: [ColumnDecoder]) { self.decoders = decoders }

    var isTrivial: Bool { false }
    var usesRegistry: Bool { decoders.contains { $0.usesRegistry } }

    func decode(
        _ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict
    ) throws(KafkaError) -> BatchContents<TableRows> {
        if decoders.count == 1 {
            switch try decoders[0].decode(batch, onBad: onBad) {
            case .waits(let wait): return BatchContents(wait)
            case .decoded(let result):
                return contents([.init(columns: result.columns, rowOfRecord: result.valueOfRecord)], result.records)
            }
        }
        var tables: [TableRows.Rows] = []
        var bad: [Int: DecodeFailure] = [:]
        for decoder in decoders {
            let outcome = try decoder.decode(batch) { record in
                if bad[record.index] == nil { bad[record.index] = record.failure }
                return .skip
            }
            switch outcome {
            case .waits(let wait): return BatchContents(wait)
            case .decoded(let result):
                tables.append(.init(columns: result.columns, rowOfRecord: result.valueOfRecord))
            }
        }
        // Rows of records from the one on at which decoding stops are left out where they are taken.
        for (index, failure) in bad.sorted(by: { $0.key < $1.key })
        where onBad(BadRecord(index: index, failure: failure)) == .stop {
            return contents(tables, index)
        }
        return contents(tables, batch.count)
    }

    private func contents(_ tables: [TableRows.Rows], _ records: Int) -> BatchContents<TableRows> {
        BatchContents(values: .stored([TableRows(tables: tables)]), records: records)
    }
}
