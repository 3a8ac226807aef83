internal import CRdKafka
import LaminarFormats

/// Columns of what Kafka knows of a record besides its value.
enum MetadataColumns {
    /// The type that each field has in a table.
    static func type(of field: MetadataField) -> ColumnType {
        switch field {
        case .topic: .text
        case .partition: .int
        case .offset: .bigint
        case .timestamp: .timestamp
        case .key, .value: .bytea
        case .headers: .json
        }
    }

    /// - Throws: `FormatError` for a metadata column of another type than its field's.
    static func check(_ decoder: borrowing BatchDecoder) throws(FormatError) {
        for index in decoder.metadataColumns {
            let column = decoder.schema.columns[index]
            guard let field = column.metadata, column.type != type(of: field) else { continue }
            throw FormatError(
                .column,
                "Column \(column.name) holds the record's \(field.rawValue), which is of type \(type(of: field)).")
        }
    }

    static func column(_ field: MetadataField, _ batch: MessageBatch, _ rows: RowRecords) -> Column {
        switch field {
        case .topic: topics(batch, rows)
        case .partition: partitions(batch, rows)
        case .offset: offsets(batch, rows)
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

    // Where every record has a row the runs know both, and no message is touched.
    private static func partitions(_ batch: MessageBatch, _ rows: RowRecords) -> Column {
        guard rows.areAll(batch.count) else { return .ints(rows.map { batch[$0].pointee.partition }) }
        var values: [Int32] = []
        values.reserveCapacity(rows.count)
        for run in batch.runs {
            values.append(contentsOf: repeatElement(run.partition.partition, count: run.offsets.count))
        }
        return .ints(values)
    }

    private static func offsets(_ batch: MessageBatch, _ rows: RowRecords) -> Column {
        guard rows.areAll(batch.count) else { return .bigints(rows.map { batch[$0].pointee.offset }) }
        var values: [Int64] = []
        values.reserveCapacity(rows.count)
        for run in batch.runs { values.append(contentsOf: run.offsets) }
        return .bigints(values)
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
