internal import CRdKafka
import LaminarFormats

/// Decodes a batch's payloads into typed columns, tombstones left out, metadata filled in.
final class ColumnDecoder {
    private var decoder: BatchDecoder
    private let metadata: [MetadataField]
    private var slices: UnsafeMutableBufferPointer<PayloadSlice> = .allocate(capacity: 0)

    /// Columns for the records of a batch that have a row.
    struct Result {
        let columns: RecordBatch
        let valueOfRecord: [Int32]?
        let records: Int
    }

    init(_ decoder: consuming BatchDecoder) {
        metadata = decoder.metadataColumns.compactMap { decoder.schema.columns[$0].metadata }
        self.decoder = decoder
    }

    deinit { slices.deallocate() }

    func decode(_ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict) -> Result {
        borrowPayloads(of: batch)
        var map = ValueMap(records: batch.count)
        var next = 0
        var records = batch.count
        while next < records {
            // A null payload is a row in `raw` only; elsewhere it splits the batch.
            if !decoder.decodesTombstones, slices[next].isNull {
                map.addTombstone(at: next)
                next += 1
                continue
            }
            let end = endOfPayloads(from: next, batch.count)
            let part = UnsafeBufferPointer(rebasing: slices[next..<end])
            guard let stop = decoder.append(part) else {
                map.addValues(end - next, at: next)
                next = end
                continue
            }
            let bad = next + stop
            map.addValues(stop, at: next)
            let failure = decoder.failure ?? DecodeFailure(.syntax, "The record can't be decoded.")
            if onBad(BadRecord(index: bad, failure: failure)) == .stop { records = bad }
            next = bad + 1
        }
        let valueOfRecord = map.finish(records: records)
        let rows = RowRecords(count: decoder.count, valueOfRecord: valueOfRecord)
        let columns = decoder.finish(metadata: metadata.map { MetadataColumns.column($0, batch, rows) })
        return Result(columns: columns, valueOfRecord: valueOfRecord, records: records)
    }

    private func borrowPayloads(of batch: MessageBatch) {
        if slices.count < batch.count {
            slices.deallocate()
            slices = .allocate(capacity: max(batch.count, 256))
        }
        for index in 0..<batch.count {
            let message = batch[index]
            slices.initializeElement(
                at: index, to: PayloadSlice(start: message.pointee.payload, count: message.pointee.len))
        }
    }

    private func endOfPayloads(from start: Int, _ count: Int) -> Int {
        if decoder.decodesTombstones { return count }
        var end = start
        while end < count, !slices[end].isNull { end += 1 }
        return end
    }
}

/// The indices of the records that have rows, in order.
struct RowRecords: Sequence, IteratorProtocol {
    let count: Int
    private let valueOfRecord: [Int32]?
    private var index = 0
    private var visited = 0

    init(count: Int, valueOfRecord: [Int32]?) {
        self.count = count
        self.valueOfRecord = valueOfRecord
    }

    mutating func next() -> Int? {
        guard visited < count else { return nil }
        if let valueOfRecord {
            while index < valueOfRecord.count, valueOfRecord[index] < 0 { index += 1 }
            guard index < valueOfRecord.count else { return nil }
        }
        defer {
            index += 1
            visited += 1
        }
        return index
    }
}
