public import LaminarFormats

/// How an impulse's records become values: as they are, as rows of a table, or as a `Decodable` type's.
public struct ImpulseDecoding<Value: Sendable>: Sendable {
    /// Makes what one iteration uses.
    let makeDecoder: @Sendable () throws -> (ImpulseRecords) throws -> [Value]
}

/// Consecutive records of an impulse.
struct ImpulseRecords: Sendable {
    let first: Int64
    /// Microseconds, one a record.
    let timestamps: [Int64]

    var count: Int { timestamps.count }

    /// The columns of a table over an impulse, in the table's order.
    func batch(_ schema: RowSchema) throws(FormatError) -> RecordBatch {
        var columns: [Column] = []
        for column in schema.columns {
            switch column.name {
            case "counter": columns.append(.bigints((0..<Int64(count)).map { first + $0 }))
            case "subtask_index": columns.append(.ints([Int32](repeating: 0, count: count)))
            case "timestamp": columns.append(.timestamps(microseconds: timestamps))
            default: throw FormatError(.column, "An impulse has no column \(column.name).")
            }
        }
        return try RecordBatch(schema: schema, columns: columns, count: count)
    }
}

extension ImpulseDecoding where Value == ImpulseRecord {
    /// The records as they are.
    public static var records: ImpulseDecoding<ImpulseRecord> {
        ImpulseDecoding {
            { records in
                records.timestamps.indices.map { index in
                    ImpulseRecord(
                        counter: records.first + Int64(index), subtaskIndex: 0,
                        timestamp: Timestamp(microseconds: records.timestamps[index]))
                }
            }
        }
    }
}

extension ImpulseDecoding where Value == Row {
    /// Rows of a table over an impulse.
    ///
    /// - Throws: `FormatError` for a column that an impulse doesn't have.
    public static func rows(schema: RowSchema) throws(FormatError) -> ImpulseDecoding<Row> {
        _ = try ImpulseRecords(first: 0, timestamps: []).batch(schema)
        return ImpulseDecoding { { records in Array(try records.batch(schema)) } }
    }
}

extension ImpulseDecoding where Value: Decodable {
    /// Values of a `Codable` type, whose properties are found among the table's columns by name.
    ///
    /// - Throws: `FormatError` for a column that an impulse doesn't have.
    public static func values(
        _ type: Value.Type = Value.self, schema: RowSchema
    ) throws(FormatError) -> ImpulseDecoding<Value> {
        _ = try ImpulseRecords(first: 0, timestamps: []).batch(schema)
        return ImpulseDecoding {
            let decoder = RowDecoder<Value>(schema: schema)
            return { records in
                let batch = try records.batch(schema)
                return try (0..<batch.count).map { try decoder.decode(batch, row: $0) }
            }
        }
    }
}

extension ImpulseDecoding where Value: RowDecodable {
    /// The same for a type that reads itself from a row.
    ///
    /// - Throws: `FormatError` for a column that an impulse doesn't have.
    public static func rowValues(
        _ type: Value.Type = Value.self, schema: RowSchema
    ) throws(FormatError) -> ImpulseDecoding<Value> {
        _ = try ImpulseRecords(first: 0, timestamps: []).batch(schema)
        return ImpulseDecoding { { records in try records.batch(schema).map { try Value(row: $0) } } }
    }
}
