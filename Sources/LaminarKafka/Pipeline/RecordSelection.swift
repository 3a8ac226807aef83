internal import LaminarFormats

/// Which records of a batch a pipeline takes: mostly all of them.
struct RecordSelection {
    /// Whether no record is left out.
    var isWhole = true
    private(set) var records: [Range<Int>] = []

    var isEmpty: Bool { records.isEmpty }

    /// Takes the records of a run at these offsets.
    mutating func add(_ run: OffsetRun, _ offsets: ClosedRange<Int64>) {
        if offsets != run.offsets { isWhole = false }
        let start = run.start + Int(offsets.lowerBound - run.offsets.lowerBound)
        records.append(start..<start + offsets.count)
    }
}

extension ReaderBatch {
    /// The selected records' rows with the pipeline's columns.
    func rows(of selection: RecordSelection) throws -> RecordBatch {
        let chosen = try rows.columns.projecting(columns)
        // Where decoding stopped at a bad record, the rows behind it may be there already.
        let covered = selection.records.reduce(0) { $0 + $1.count }
        if selection.isWhole, rows.rowOfRecord == nil, covered == chosen.count { return chosen }
        var taken: [Int32] = []
        taken.reserveCapacity(chosen.count)
        for range in selection.records {
            for record in range where record < records {
                let row = rows.rowOfRecord.map { $0[record] } ?? Int32(record)
                if row >= 0, row < chosen.count { taken.append(row) }
            }
        }
        if taken.count == chosen.count { return chosen }
        return try RecordBatch(
            schema: chosen.schema, columns: chosen.columns.map { $0.taking(taken) }, count: taken.count)
    }
}

extension RecordBatch {
    /// The same rows with these columns only.
    func projecting(_ numbers: [Int]) throws(FormatError) -> RecordBatch {
        if numbers.count == columns.count, numbers.elementsEqual(0..<numbers.count) { return self }
        return try RecordBatch(
            schema: schema.projecting(numbers), columns: numbers.map { columns[$0] }, count: count)
    }
}
