import LaminarFormats
import Testing

@testable import LaminarKafka

@Suite("What a sink's columns become")
struct SinkColumnsTests {
    private func encode<Value: Encodable & Sendable>(
        _ value: Value, columns: [ColumnSchema], key: String? = nil, timestamp: String? = nil,
        format: any RecordFormat = JSONFormat()
    ) throws -> EncodedRecord {
        var configuration = KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "t")
        configuration.keyField = key
        configuration.timestampField = timestamp
        let pool = try EncoderPool(configuration, .values(Value.self, of: format, schema: RowSchema(columns)))
        let unit = try pool.take()
        try unit.encode(value)
        return unit.record
    }

    private struct Order: Codable, Sendable {
        var id: Int64 = 7
        var customer: String? = "c-1"
        var amount: Double? = 1.5
        var at = Timestamp(milliseconds: 1_717_236_000_123)
    }

    private static let columns = [
        ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("customer", .text),
        ColumnSchema("amount", .double),
        ColumnSchema("at", .timestamp),
    ]

    @Test("the payload has every column, the key and the timestamp are taken from theirs") func fields() throws {
        let record = try encode(Order(), columns: Self.columns, key: "customer", timestamp: "AT")
        #expect(record.keyBytes == Array("c-1".utf8))
        #expect(record.extras.timestamp == Timestamp(milliseconds: 1_717_236_000_123))
        #expect(
            String(decoding: record.payload.bytes, as: UTF8.self)
                == #"{"id":7,"customer":"c-1","amount":1.5,"at":"2024-06-01T10:00:00.123000Z"}"#)
    }

    @Test("a number's key is its digits; NULL is no key; no timestamp is the time of writing") func keys() throws {
        #expect(try encode(Order(), columns: Self.columns, key: "id").keyBytes == Array("7".utf8))
        let record = try encode(Order(customer: nil), columns: Self.columns, key: "customer")
        #expect(record.keyBytes == nil)
        #expect(record.extras.timestamp == nil)
    }

    @Test("metadata columns are the record's and not the payload's") func metadata() throws {
        struct Event: Codable, Sendable {
            var value = "x"
            var _kafka_key: [UInt8]? = [1, 2]
            var _kafka_timestamp: Timestamp? = Timestamp(milliseconds: 5)
            var _kafka_headers =
                #"[{"key":"a","value":"b"},{"key":"n","value":null},{"key":"r","value_base64":"AP8="}]"#
            var _kafka_partition: Int32? = 3
            enum CodingKeys: String, CodingKey {
                case value, _kafka_key, _kafka_timestamp, _kafka_headers, _kafka_partition
            }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(value, forKey: .value)
                try container.encode(_kafka_key, forKey: ._kafka_key)
                try container.encode(_kafka_timestamp, forKey: ._kafka_timestamp)
                try container.encode(
                    [["key": "a", "value": "b"], ["key": "r", "value_base64": "AP8="]], forKey: ._kafka_headers)
                try container.encode(_kafka_partition, forKey: ._kafka_partition)
            }
        }
        let record = try encode(
            Event(),
            columns: [
                ColumnSchema("value", .text), ColumnSchema("_kafka_key", .bytea, metadata: .key),
                ColumnSchema("_kafka_timestamp", .timestamp, metadata: .timestamp),
                ColumnSchema("_kafka_headers", .json, metadata: .headers),
                ColumnSchema("_kafka_partition", .int, metadata: .partition),
            ])
        #expect(String(decoding: record.payload.bytes, as: UTF8.self) == #"{"value":"x"}"#)
        #expect(record.keyBytes == [1, 2])
        #expect(record.extras.timestamp == Timestamp(milliseconds: 5))
        #expect(record.extras.headers == [KafkaHeader("a", text: "b"), KafkaHeader("r", [0, 255])])
        #expect(record.extras.partition == 3)
    }

    @Test("a value that doesn't fit its columns is refused, by name and without its contents") func refused() throws {
        struct Wrong: Codable, Sendable { var id = "secret" }
        let wrong = #expect(throws: EncodeError.self) { try encode(Wrong(), columns: Self.columns) }
        #expect(wrong?.failure.path == "id" && wrong?.failure.code == .type)
        #expect(wrong?.description.contains("secret") == false)
        struct More: Codable, Sendable { var id = 1, other = 2 }
        let more = #expect(throws: EncodeError.self) { try encode(More(), columns: Self.columns) }
        #expect(more?.failure.path == "other" && more?.failure.code == .unknownField)
        struct Less: Codable, Sendable { var amount = 2.0 }
        let less = #expect(throws: EncodeError.self) { try encode(Less(), columns: Self.columns) }
        #expect(less?.failure.code == .missing)
    }

    @Test("contradictions are found before any record is written") func contradictions() throws {
        let metadata = ColumnSchema("_kafka_key", .bytea, metadata: .key)
        let tries: [(columns: [ColumnSchema], key: String?, timestamp: String?, says: String)] = [
            (Self.columns, "nobody", nil, "nobody"),
            (Self.columns + [metadata], "id", nil, "_kafka_key"),
            (Self.columns, nil, "customer", "TIMESTAMP"),
            (Self.columns + [ColumnSchema("tags", .array(.text))], "tags", nil, "single value"),
            (Self.columns + [ColumnSchema("_kafka_offset", .bigint, metadata: .offset)], nil, nil, "_kafka_offset"),
            ([metadata], nil, nil, "needs a column"),
        ]
        for attempt in tries {
            var configuration = KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "t")
            configuration.keyField = attempt.key
            configuration.timestampField = attempt.timestamp
            let error = #expect(throws: FormatError.self) {
                _ = try SinkColumns(
                    RowSchema(attempt.columns), format: JSONFormat(), options: [:], fields: SinkFields(configuration))
            }
            #expect(error?.message.contains(attempt.says) == true, "\(String(describing: error))")
        }
    }

    @Test("raw: bare names are the record's own") func raw() throws {
        struct Raw: Codable, Sendable {
            var key: [UInt8]? = [9]
            var value: [UInt8]? = [0, 1]
        }
        let schema = try RawFormat().resolve(RowSchema([ColumnSchema("key", .bytea), ColumnSchema("value", .bytea)]))
        let record = try encode(Raw(), columns: schema.columns, format: RawFormat())
        #expect(record.keyBytes == [9] && record.valueBytes == [0, 1])
        struct Gone: Codable, Sendable { var key: [UInt8] = [9] }
        #expect(try encode(Gone(), columns: schema.columns, format: RawFormat()).valueBytes == nil, "a tombstone")
    }

    @Test("json without a table finds key and timestamp among the members") func plainJSON() throws {
        var configuration = KafkaSinkConfiguration(bootstrapServers: "localhost:9092", topic: "t")
        configuration.keyField = "CUSTOMER"
        configuration.timestampField = "at"
        let unit = try EncoderPool(configuration, RecordEncoding<Order>.json()).take()
        try unit.encode(Order(amount: nil))
        #expect(unit.record.keyBytes == Array("c-1".utf8))
        #expect(unit.record.extras.timestamp == Timestamp(milliseconds: 1_717_236_000_123))
        #expect(
            String(decoding: unit.record.payload.bytes, as: UTF8.self)
                == #"{"id":7,"customer":"c-1","at":"2024-06-01T10:00:00.123000Z"}"#)
        try unit.encode(SinkRecord(Order(), key: "other", headers: [KafkaHeader("h", text: "1")], partition: 2))
        #expect(unit.record.keyBytes == Array("other".utf8), "what is written beside the value counts first")
        #expect(unit.record.extras.partition == 2)
        try unit.encode(SinkRecord(tombstone: "k"))
        #expect(unit.record.valueBytes == nil && unit.record.keyBytes == Array("k".utf8))
        #expect(throws: ConfigurationError.self) { try EncoderPool(configuration, .text) }
    }
}
