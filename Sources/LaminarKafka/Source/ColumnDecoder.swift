internal import CRdKafka
import LaminarFormats
import LaminarRegistry

/// Decodes a batch's payloads into typed columns, tombstones left out, metadata filled in.
final class ColumnDecoder {
    private var decoder: BatchDecoder
    private let metadata: [MetadataField]
    /// Takes registry frames off; nil where payloads have none.
    private let writers: FramedWriters?
    private var slices: UnsafeMutableBufferPointer<PayloadSlice> = .allocate(capacity: 0)

    /// What decoding came to.
    enum Outcome {
        case decoded(Result)
        case waits(SchemaWait)
    }

    /// Columns for the records of a batch that have a row.
    struct Result {
        let columns: RecordBatch
        let valueOfRecord: [Int32]?
        let records: Int
    }

    /// - Parameter writers: takes the frames off for a decoder that needs to be told who wrote its payloads.
    init(_ decoder: consuming BatchDecoder, writers: FramedWriters? = nil) {
        metadata = decoder.metadataColumns.compactMap { decoder.schema.columns[$0].metadata }
        self.decoder = decoder
        self.writers = writers
    }

    deinit { slices.deallocate() }

    /// Whether writers' schemas are asked for.
    var usesRegistry: Bool { writers != nil }

    /// - Throws: ``KafkaError`` with code `closed` where the source is closed while a schema is waited for.
    func decode(_ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict) throws(KafkaError) -> Outcome {
        borrowPayloads(of: batch)
        writers?.begin(batch)
        var pass = Pass(map: ValueMap(records: batch.count), records: batch.count)
        while pass.next < pass.records {
            // A null payload is a row in `raw` only; elsewhere it splits the batch.
            if !decoder.decodesTombstones, slices[pass.next].isNull {
                pass.map.addTombstone(at: pass.next)
                pass.next += 1
                continue
            }
            let end = endOfPayloads(from: pass.next, batch.count)
            guard let writers else {
                append(upTo: end, &pass, onBad)
                continue
            }
            let run = writers.nextRun(of: slices, from: pass.next, to: end)
            if let writer = run.writer {
                switch writers.plan(for: writer, &decoder) {
                case .number(let number):
                    decoder.selectWriter(number)
                    append(upTo: run.end, &pass, onBad)
                case .refused(let failure):
                    while pass.next < min(run.end, pass.records) { pass.note(failure, onBad) }
                case .away(let key):
                    decoder.discard()
                    return .waits(SchemaWait(place: pass.next, key: key))
                case .closed:
                    decoder.discard()
                    throw KafkaError(code: .closed, message: "The source was closed while a schema was waited for.")
                }
            }
            if let failure = run.failure, run.end < pass.records { pass.note(failure, onBad) }
        }
        let valueOfRecord = pass.map.finish(records: pass.records)
        let rows = RowRecords(count: decoder.count, valueOfRecord: valueOfRecord)
        let columns = decoder.finish(metadata: metadata.map { MetadataColumns.column($0, batch, rows) })
        return .decoded(Result(columns: columns, valueOfRecord: valueOfRecord, records: pass.records))
    }

    /// One way through a batch.
    private struct Pass {
        var map: ValueMap
        var next = 0
        /// How many of the batch's records it covers.
        var records: Int

        /// The next record is a bad one.
        mutating func note(_ failure: DecodeFailure, _ onBad: (BadRecord) -> BadRecord.Verdict) {
            if onBad(BadRecord(index: next, failure: failure)) == .stop { records = next }
            next += 1
        }
    }

    /// Decodes what lies before `end`, none of it null unless that is a row.
    private func append(upTo end: Int, _ pass: inout Pass, _ onBad: (BadRecord) -> BadRecord.Verdict) {
        while pass.next < min(end, pass.records) {
            let part = UnsafeBufferPointer(rebasing: slices[pass.next..<end])
            guard let stop = decoder.append(part) else {
                pass.map.addValues(end - pass.next, at: pass.next)
                pass.next = end
                return
            }
            pass.map.addValues(stop, at: pass.next)
            pass.next += stop
            pass.note(decoder.failure ?? DecodeFailure(.syntax, "The record can't be decoded."), onBad)
        }
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

    /// Whether these are all records of a batch of that many.
    func areAll(_ records: Int) -> Bool { valueOfRecord == nil && count == records }

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
