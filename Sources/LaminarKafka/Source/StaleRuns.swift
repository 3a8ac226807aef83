import LaminarFormats

extension KafkaBatch {
    /// The batch without what a rewind has made void since it left librdkafka; nil where nothing is left of it.
    func current() -> KafkaBatch? {
        guard member.progress.hasRewound else { return self }
        let runs = self.runs
        let stale = member.progress.stale(runs)
        if stale.isEmpty { return self }
        let kept = runs.indices.filter { !stale.contains($0) }.map { runs[$0] }
        guard !kept.isEmpty else { return nil }
        return KafkaBatch(messages, contents(of: kept), lane: lane, member: member, runs: kept)
    }

    /// The same contents with every other record marked as skipped.
    private func contents(of kept: [OffsetRun]) -> BatchContents<Value> {
        var map = [Int32](repeating: -2, count: contents.records)
        var values: [Int] = []
        for run in kept {
            for record in run.start..<run.start + run.offsets.count {
                let value = contents.valueOfRecord.map { Int($0[record]) } ?? record
                map[record] = value < 0 ? Int32(value) : Int32(values.count)
                if value >= 0 { values.append(value) }
            }
        }
        let selected = values
        let part: BatchContents<Value>.Values =
            switch contents.values {
            case .stored(let stored): .stored(selected.map { stored[$0] })
            case .viewed(let view, _): .viewed({ view(selected[$0]) }, count: selected.count)
            }
        return BatchContents(
            values: part, columns: contents.columns.flatMap { $0.selecting(selected) }, valueOfRecord: map,
            records: contents.records)
    }
}

extension RecordBatch {
    /// Some of the rows, copied; slow, for the rare batch that a rewind has cut.
    fileprivate func selecting(_ rows: [Int]) -> RecordBatch? {
        let columns = self.columns.map { column in
            // Cells of a column fit a column of its type.
            try? Column.values(column.type, rows.map { column.value(at: $0) })
        }
        return try? RecordBatch(schema: schema, columns: columns.compactMap(\.self), count: rows.count)
    }
}
