internal import CRdKafka
import LaminarFormats

/// Columns of what Kafka knows of a record besides its value.
enum MetadataColumns {
    static func column(_ field: MetadataField, _ batch: MessageBatch, _ rows: RowRecords) -> Column {
        switch field {
        case .topic: topics(batch, rows)
        case .partition: .ints(rows.map { batch[$0].pointee.partition })
        case .offset: .bigints(rows.map { batch[$0].pointee.offset })
        case .timestamp: timestamps(batch, rows)
        case .key:
            .bytes(
                copying: rows.map { PayloadSlice(start: batch[$0].pointee.key, count: batch[$0].pointee.key_len) })
        case .value:
            .bytes(
                copying: rows.map { PayloadSlice(start: batch[$0].pointee.payload, count: batch[$0].pointee.len) })
        case .headers: .jsons(rows.map { HeadersText.json(batch, $0) })
        }
    }

    private static func topics(_ batch: MessageBatch, _ rows: RowRecords) -> Column {
        let first = batch.runs.first?.partition.topic ?? ""
        if batch.runs.allSatisfy({ $0.partition.topic == first }) { return .text(first, count: rows.count) }
        return .texts(rows.map { batch.run(at: $0).partition.topic })
    }

    private static func timestamps(_ batch: MessageBatch, _ rows: RowRecords) -> Column {
        var values: [Int64] = []
        var isValid: [Bool] = []
        values.reserveCapacity(rows.count)
        isValid.reserveCapacity(rows.count)
        for index in rows {
            var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
            let milliseconds = rd_kafka_message_timestamp(batch[index], &type)
            let has = type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && milliseconds >= 0
            values.append(has ? Timestamp(milliseconds: milliseconds).microseconds : 0)
            isValid.append(has)
        }
        return .timestamps(microseconds: values, isValid: isValid)
    }
}
