internal import CRdKafka
import LaminarFormats

/// Rows of what Kafka knows of records besides their payloads, which aren't looked at; without columns where only the number
/// of rows counts.
final class EnvelopeDecoder: BatchContentDecoder {
    private let schema: RowSchema
    private let fields: [MetadataField]
    private let decodesTombstones: Bool

    /// - Parameter schema: metadata columns only.
    init(_ schema: RowSchema, decodesTombstones: Bool) {
        self.schema = schema
        fields = schema.columns.compactMap(\.metadata)
        self.decodesTombstones = decodesTombstones
    }

    var isTrivial: Bool { true }

    func decode(
        _ batch: MessageBatch, onBad: (BadRecord) -> BadRecord.Verdict
    ) throws(KafkaError) -> BatchContents<Row> {
        var map = ValueMap(records: batch.count)
        var count = batch.count
        if !decodesTombstones {
            var start = 0
            for index in 0..<batch.count where batch.slots[index].unsafelyUnwrapped.pointee.payload == nil {
                if index > start { map.addValues(index - start, at: start) }
                map.addTombstone(at: index)
                count -= 1
                start = index + 1
            }
            if batch.count > start { map.addValues(batch.count - start, at: start) }
        }
        let valueOfRecord = map.finish(records: decodesTombstones ? 0 : batch.count)
        let rows = RowRecords(count: count, valueOfRecord: valueOfRecord)
        let columns: RecordBatch
        do throws(FormatError) {
            columns = try RecordBatch(
                schema: schema, columns: fields.map { MetadataColumns.column($0, batch, rows) }, count: count)
        } catch {
            throw KafkaError(code: .client, message: error.message, underlying: error)
        }
        return BatchContents(
            values: .viewed({ Row(batch: columns, index: $0) }, count: count), columns: columns,
            valueOfRecord: valueOfRecord, records: batch.count)
    }
}
