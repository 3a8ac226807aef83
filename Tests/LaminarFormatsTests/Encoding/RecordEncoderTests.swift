import LaminarFormats
import Testing

@Suite("Rows that are written as payloads")
struct RecordEncoderTests {
    private static let schema = try? RowSchema([
        ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("name", .text), ColumnSchema("at", .timestamp),
        ColumnSchema("amount", .decimal(precision: 20, scale: 2)), ColumnSchema("tags", .array(.text)),
        ColumnSchema("extra", .json), ColumnSchema("blob", .bytea),
    ])

    private func batch() throws -> RecordBatch {
        let schema = try #require(Self.schema)
        let rows: [[Value]] = [
            [
                .bigint(.max), .text("a\"b"), .timestamp(Timestamp(microseconds: 1_717_236_000_123_456)),
                .decimal(ExactDecimal("123456789012345678.90")!), .array([.text("x"), .null]),
                .json("{\"k\": [1, 2]}"), .bytea([0, 255]),
            ],
            [.bigint(1), .null, .null, .null, .null, .null, .null],
        ]
        let columns = try schema.columns.enumerated().map { index, column in
            try Column.values(column.type, rows.map { $0[index] })
        }
        return try RecordBatch(schema: schema, columns: columns)
    }

    @Test("json: what is written is read back, column for column") func jsonRoundTrip() throws {
        let batch = try batch()
        var encoder = try JSONFormat().makeEncoder(schema: batch.schema, options: [:])
        var decoder = try JSONFormat().makeDecoder(schema: batch.schema, options: [:])
        for row in batch {
            var payload = EncodedPayload()
            try encoder.encode(row, into: &payload)
            #expect(!payload.isNull)
            let bad = payload.bytes.withUnsafeBytes {
                decoder.append([PayloadSlice(start: $0.baseAddress, count: $0.count)])
            }
            #expect(bad == nil, "\(String(describing: decoder.failure))")
        }
        let read = decoder.finish()
        #expect(read.map(\.values) == batch.map(\.values))
    }

    @Test(
        "json.timestamp_format holds for sinks too",
        arguments: [
            ("unix_s", "1717236000"), ("unix_ms", "1717236000123"), ("unix_us", "1717236000123456"),
            ("rfc3339", "\"2024-06-01T10:00:00.123456Z\""),
        ])
    func timestamps(format: String, text: String) throws {
        let schema = try RowSchema([ColumnSchema("at", .timestamp)])
        let batch = try RecordBatch(
            schema: schema, columns: [.timestamps(microseconds: [1_717_236_000_123_456])])
        var encoder = try JSONFormat().makeEncoder(schema: schema, options: ["json.timestamp_format": format])
        var payload = EncodedPayload()
        try encoder.encode(batch[0], into: &payload)
        #expect(String(decoding: payload.bytes, as: UTF8.self) == "{\"at\":\(text)}")
    }

    @Test("json.unstructured writes the column itself, NULL as a tombstone") func unstructured() throws {
        let schema = try RowSchema([ColumnSchema("value", .json)])
        let batch = try RecordBatch(schema: schema, columns: [.jsons(["[1, 2]", nil])])
        var encoder = try JSONFormat().makeEncoder(schema: schema, options: ["json.unstructured": "true"])
        var payload = EncodedPayload()
        try encoder.encode(batch[0], into: &payload)
        #expect(payload.bytes == Array("[1, 2]".utf8))
        payload.removeAll()
        try encoder.encode(batch[1], into: &payload)
        #expect(payload.isNull)
    }

    @Test("raw: bytes as they are; NULL is a tombstone, empty is not") func raw() throws {
        let schema = try RowSchema([ColumnSchema("value", .bytea)])
        let batch = try RecordBatch(schema: schema, columns: [.bytes([[0, 255], [], nil])])
        var encoder = try RawFormat().makeEncoder(schema: schema, options: [:])
        var payloads: [[UInt8]?] = []
        for row in batch {
            var payload = EncodedPayload()
            try encoder.encode(row, into: &payload)
            payloads.append(payload.isNull ? nil : payload.bytes)
        }
        #expect(payloads == [[0, 255], [], nil])
        #expect(throws: FormatError.self) {
            try RawFormat().makeEncoder(schema: RowSchema([ColumnSchema("other", .bytea)]), options: [:])
        }
    }

    @Test("a format without an encoder says so") func unwritable() throws {
        struct OnlyRead: RecordFormat {
            let name = "only_read"
            func makeDecoder(schema: RowSchema, options: [String: String]) throws(FormatError) -> BatchDecoder {
                try JSONFormat().makeDecoder(schema: schema, options: [:])
            }
        }
        let error = #expect(throws: FormatError.self) {
            try OnlyRead().makeEncoder(schema: .empty, options: [:])
        }
        #expect(error?.code == .unwritable)
        #expect(error?.message.contains("only_read") == true)
    }
}
