import LaminarFormats

/// What each column of a sink's table becomes: the payload, the key, the timestamp, headers, the partition.
///
/// `sink.key_field` and `sink.timestamp_field` name columns of the payload; a metadata column (`_kafka_key`,
/// `METADATA FROM 'headers'`, the bare names of `raw`) is not part of it.
struct SinkColumns {
    private let payload: [Int]
    /// The payload's columns.
    let payloadSchema: RowSchema
    private let isWholeRow: Bool
    private let key: Int?
    private let timestamp: Int?
    private let headers: Int?
    private let partition: Int?
    private let required: [Int]
    private var encoder: any RecordEncoder
    private var framer: PayloadFramer?

    /// - Parameter publication: the registry's schema that payloads are written in; nil where there is no registry.
    /// - Throws: `FormatError` for a column that can't be written or options that contradict the columns.
    init(
        _ schema: RowSchema, format: any RecordFormat, options: [String: String], fields: SinkFields,
        publication: SinkPublication? = nil
    ) throws(FormatError) {
        var payload: [Int] = []
        var places: [MetadataField: Int] = [:]
        for (index, column) in schema.columns.enumerated() {
            guard let field = column.metadata, field != .value else {
                payload.append(index)
                continue
            }
            guard [.key, .timestamp, .headers, .partition].contains(field) else {
                throw FormatError(
                    .column,
                    "Column \(column.name) is the record's \(field.rawValue), which the broker decides: leave it out of a "
                        + "sink's table.")
            }
            guard places.updateValue(index, forKey: field) == nil else {
                throw FormatError(.column, "Two columns are the record's \(field.rawValue): leave one out.")
            }
        }
        guard !payload.isEmpty else {
            throw FormatError(.column, "A sink's table needs a column for the record's value, and this one has none.")
        }
        try Self.choose(fields.key, "sink.key_field", .key, schema, &places)
        try Self.choose(fields.timestamp, "sink.timestamp_field", .timestamp, schema, &places)
        self.payload = payload
        payloadSchema = try RowSchema(payload.map { schema.columns[$0] })
        isWholeRow = payload.count == schema.columns.count
        key = places[.key]
        timestamp = places[.timestamp]
        headers = places[.headers]
        partition = places[.partition]
        required = schema.columns.indices.filter { !schema.columns[$0].isNullable }
        encoder = try Self.encoder(format, payloadSchema, options, publication)
        framer = try publication.map { publication throws(FormatError) in try PayloadFramer(publication) }
    }

    private static func encoder(
        _ format: any RecordFormat, _ columns: RowSchema, _ options: [String: String], _ publication: SinkPublication?
    ) throws(FormatError) -> any RecordEncoder {
        guard let format = format as? any SchemaFormat else {
            return try format.makeEncoder(schema: columns, options: options)
        }
        if let publication {
            return try format.makeEncoder(
                schema: columns, options: options, writing: publication.schema, message: publication.message)
        }
        guard format.awaitsRegistry(options) else { return try format.makeEncoder(schema: columns, options: options) }
        // What the registry has isn't known yet; that the columns can be written at all is.
        let schema = try format.schema(for: columns, named: "Row", options: options)
        return try format.makeEncoder(schema: columns, options: options, writing: schema, message: .first)
    }

    private static func choose(
        _ field: String?, _ option: String, _ use: MetadataField, _ schema: RowSchema,
        _ places: inout [MetadataField: Int]
    ) throws(FormatError) {
        guard let field else { return }
        guard let index = schema.index(of: field), schema.columns[index].metadata == nil else {
            throw FormatError(
                .option,
                "'\(option)' names the column \(field), which the table doesn't have: it has "
                    + "\(schema.columns.filter { $0.metadata == nil }.map(\.name).joined(separator: ", ")).")
        }
        let column = schema.columns[index]
        if let other = places[use] {
            throw FormatError(
                .option,
                "'\(option)' and the column \(schema.columns[other].name) are both the record's \(use.rawValue): leave "
                    + "one out.")
        }
        let fits =
            switch (use, column.type) {
            case (.timestamp, .timestamp), (.timestamp, .bigint): true
            case (.timestamp, _), (_, .array), (_, .structure), (_, .map), (_, .interval): false
            default: true
            }
        guard fits else {
            throw FormatError(
                .option,
                use == .timestamp
                    ? "'\(option)' names \(column.name), which is \(column.type): it takes a TIMESTAMP, or a BIGINT of "
                        + "milliseconds."
                    : "'\(option)' names \(column.name), which is \(column.type): a key is a single value.")
        }
        places[use] = index
    }

    /// Writes one row of the table's schema.
    mutating func encode(_ row: Row, into record: inout EncodedRecord) throws(EncodeFailure) {
        let columns = row.batch.columns
        for index in required where columns[index].isNull(row.index) {
            throw EncodeFailure(.missing, "the column is NOT NULL", path: row.schema.columns[index].name)
        }
        if let key { record.set(key: Self.keyBytes(columns[key], row.index)) }
        if let timestamp {
            switch columns[timestamp].value(at: row.index) {
            case .timestamp(let instant): record.extras.timestamp = instant
            case .bigint(let milliseconds): record.extras.timestamp = Timestamp(milliseconds: milliseconds)
            default: break
            }
        }
        if let headers, case .json(let text) = columns[headers].value(at: row.index) {
            do throws(DecodeFailure) { record.extras.headers = try HeadersText.headers(text) } catch {
                throw EncodeFailure(.value, error.message, path: row.schema.columns[headers].name)
            }
        }
        if let partition, case .int(let number) = columns[partition].value(at: row.index) {
            record.extras.partition = number
        }
        let part = isWholeRow ? row : try self.part(of: row)
        guard framer != nil else { return try encoder.encode(part, into: &record.payload) }
        try framer?.frame(into: &record) { payload throws(EncodeFailure) in try encoder.encode(part, into: &payload) }
    }

    /// The payload's columns of a row.
    private func part(of row: Row) throws(EncodeFailure) -> Row {
        do throws(FormatError) {
            let part = try RecordBatch(
                schema: payloadSchema, columns: payload.map { row.batch.columns[$0] }, count: row.batch.count)
            return Row(batch: part, index: row.index)
        } catch {
            throw EncodeFailure(.type, error.message)
        }
    }

    /// A key's bytes: text and bytes as they are, anything else as its text; nil for NULL.
    private static func keyBytes(_ column: Column, _ row: Int) -> [UInt8]? {
        switch column.value(at: row) {
        case .null: nil
        case .text(let text), .json(let text): Array(text.utf8)
        case .bytea(let bytes): bytes
        case let other: Array(other.description.utf8)
        }
    }
}
