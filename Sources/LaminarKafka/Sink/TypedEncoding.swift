public import LaminarFormats

extension RecordEncoding where Value: Encodable {
    /// Values of an `Encodable` type straight to JSON payloads.
    ///
    ///     let sink = try await KafkaSink(configuration, encoding: .json(Order.self))
    ///
    /// `sink.key_field` and `sink.timestamp_field` name properties; one that is nil or not encoded gives a record without
    /// key, or with the time of writing.
    public static func json(_ type: Value.Type = Value.self) -> RecordEncoding<Value> {
        RecordEncoding(format: "json") { JSONObjectEncoder<Value>($0) }
    }

    /// Values of an `Encodable` type by a table's format and columns: properties are found by name, and checked against
    /// the columns' types. A property that no column has, and NOT NULL without a value, are errors.
    ///
    /// - Throws: `FormatError` for columns or options that the format can't write.
    public static func values(
        _ type: Value.Type = Value.self, of format: any RecordFormat, schema: RowSchema, options: [String: String] = [:]
    ) throws -> RecordEncoding<Value> {
        let columns = SinkColumnsRecipe(schema: schema, format: format, options: options)
        _ = try columns.make(SinkFields())
        return RecordEncoding(format: format.name, schema: { try columns.publishable($0) }) { fields, publication in
            try ColumnValueEncoder<Value>(columns.make(fields, publication), schema: schema)
        }
    }
}

extension RecordEncoding where Value == Row {
    /// Rows by a table's format and columns; a row's columns are found by name and must have the table's types.
    ///
    /// - Throws: `FormatError` for columns or options that the format can't write.
    public static func rows(
        of format: any RecordFormat, schema: RowSchema, options: [String: String] = [:]
    ) throws -> RecordEncoding<Row> {
        let columns = SinkColumnsRecipe(schema: schema, format: format, options: options)
        _ = try columns.make(SinkFields())
        return RecordEncoding(format: format.name, schema: { try columns.publishable($0) }) { fields, publication in
            RowValueEncoder(try columns.make(fields, publication), schema: schema)
        }
    }
}

/// How the columns of a sink are made, once for each encoder.
private struct SinkColumnsRecipe: Sendable {
    let schema: RowSchema
    let format: any RecordFormat
    let options: [String: String]

    func make(_ fields: SinkFields, _ publication: SinkPublication? = nil) throws -> SinkColumns {
        try SinkColumns(schema, format: format, options: options, fields: fields, publication: publication)
    }

    func publishable(_ fields: SinkFields) throws -> PublishableColumns {
        PublishableColumns(format: format, schema: try make(fields).payloadSchema, options: options)
    }
}

extension SinkFields {
    /// None.
    init() {
        key = nil
        timestamp = nil
    }
}

/// Straight to JSON, looking at the members that become key and timestamp.
private final class JSONObjectEncoder<Value: Encodable>: ValueEncoder {
    private let fields: SinkFields
    private let encoder = JSONValueEncoder<Value>()

    init(_ fields: SinkFields) { self.fields = fields }

    func encode(_ value: Value, into record: inout EncodedRecord) throws(EncodeFailure) {
        try encoder.load(value)
        if let key = fields.key { record.set(key: try encoder.members.keyBytes(key)) }
        if let timestamp = fields.timestamp { record.extras.timestamp = try encoder.members.timestamp(timestamp) }
        try encoder.write(into: &record.payload.bytes)
    }
}

/// By way of the table's columns, which check names and types.
private final class ColumnValueEncoder<Value: Encodable>: ValueEncoder {
    private var columns: SinkColumns
    private let schema: RowSchema
    private let values = JSONValueEncoder<Value>()
    private var decoder: BatchDecoder
    private var text: [UInt8] = []

    init(_ columns: SinkColumns, schema: RowSchema) throws {
        self.columns = columns
        self.schema = schema
        // Key, headers and timestamp come from properties too, so here they are columns like the others.
        let flat = try RowSchema(schema.columns.map { ColumnSchema($0.name, $0.type, isNullable: $0.isNullable) })
        decoder = try JSONFormat().makeDecoder(schema: flat, options: [:])
    }

    func encode(_ value: Value, into record: inout EncodedRecord) throws(EncodeFailure) {
        try values.load(value)
        for name in values.members.names where schema.index(of: name) == nil {
            throw EncodeFailure(
                .unknownField, "the table has no such column: add it, or leave the property out", path: name)
        }
        text.removeAll(keepingCapacity: true)
        try values.write(into: &text)
        let failure = text.withUnsafeBytes { bytes -> DecodeFailure? in
            decoder.append([PayloadSlice(start: bytes.baseAddress, count: bytes.count)]) == nil ? nil : decoder.failure
        }
        if let failure {
            decoder.discard()
            throw EncodeFailure(failure)
        }
        try columns.encode(Row(batch: decoder.finish(), index: 0), into: &record)
    }
}

/// Rows that are there already.
private final class RowValueEncoder: ValueEncoder {
    private var columns: SinkColumns
    private let schema: RowSchema
    private var seen: RowSchema?

    init(_ columns: SinkColumns, schema: RowSchema) {
        self.columns = columns
        self.schema = schema
    }

    func encode(_ row: Row, into record: inout EncodedRecord) throws(EncodeFailure) {
        // Once a batch's schema, not once a row.
        if row.schema != seen {
            try check(row.schema)
            seen = row.schema
        }
        try columns.encode(row, into: &record)
    }

    private func check(_ other: RowSchema) throws(EncodeFailure) {
        guard other.columns.count == schema.columns.count else {
            throw EncodeFailure(
                .type, "the row has \(other.columns.count) columns, and the table \(schema.columns.count)")
        }
        for (column, wanted) in zip(other.columns, schema.columns) {
            guard column.name == wanted.name else {
                throw EncodeFailure(.unknownField, "the table has \(wanted.name) in this place", path: column.name)
            }
            guard column.type == wanted.type else {
                throw EncodeFailure(.type, "the column is \(wanted.type), not \(column.type)", path: column.name)
            }
        }
    }
}

extension EncodeFailure {
    /// What the check of a written value against the columns found, which names no value either.
    fileprivate init(_ failure: DecodeFailure) {
        let code: Code =
            switch failure.code {
            case .missing: .missing
            case .range: .range
            case .depth: .depth
            default: .type
            }
        self.init(code, failure.message, path: failure.path)
    }
}
