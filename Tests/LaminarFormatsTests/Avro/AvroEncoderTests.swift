import Foundation
import Testing

@testable import LaminarFormats

@Suite struct AvroEncoderTests {
    static let everything: [ColumnSchema] = [
        ColumnSchema("b", .boolean), ColumnSchema("si", .smallint), ColumnSchema("i", .int, isNullable: false),
        ColumnSchema("l", .bigint), ColumnSchema("r", .real), ColumnSchema("d", .double),
        ColumnSchema("n", .decimal(precision: 38, scale: 9)), ColumnSchema("t", .text), ColumnSchema("y", .bytea),
        ColumnSchema("day", .date), ColumnSchema("tm", .time), ColumnSchema("ts", .timestamp),
        ColumnSchema("iv", .interval), ColumnSchema("u", .uuid), ColumnSchema("j", .json),
        ColumnSchema("a", .array(.array(.text))), ColumnSchema("m", .map(.bigint)),
        ColumnSchema(
            "s",
            .structure([
                StructField("x", .int, isNullable: false), StructField("iv", .interval),
                StructField("in", .structure([StructField("z", .text)])),
            ])),
    ]

    static func cell(_ type: ColumnType, _ random: inout JSONFuzzTests.Generator, isNullable: Bool = true) -> Value {
        if isNullable, Int.random(in: 0..<5, using: &random) == 0 { return .null }
        let long = Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<63, using: &random)
        switch type {
        case .boolean: return .boolean(Bool.random(using: &random))
        case .smallint: return .smallint(Int16(truncatingIfNeeded: long))
        case .int: return .int(Int32(truncatingIfNeeded: long))
        case .bigint: return .bigint(long)
        case .real: return .real(Float(Int16(truncatingIfNeeded: long)) / 8)
        case .double: return .double(Double(long) / 1024)
        case .decimal(_, let scale): return .decimal(ExactDecimal(unscaled: Int128(long) * 1_000_003, scale: scale))
        case .text: return .text(String(repeating: "aé日", count: Int.random(in: 0..<9, using: &random)))
        case .bytea: return .bytea((0..<Int.random(in: 0..<20, using: &random)).map { UInt8($0 * 13 & 255) })
        case .date: return .date(CalendarDate(daysSinceEpoch: Int32(truncatingIfNeeded: long % 1_000_000)))
        case .time: return .time(TimeOfDay(microseconds: abs(long % 86_400_000_000)))
        case .timestamp: return .timestamp(Timestamp(microseconds: long))
        case .interval:
            return .interval(
                CalendarInterval(months: 3, days: Int32(abs(long % 1000)), microseconds: abs(long % 1_000_000) * 1000))
        case .uuid: return .uuid(UUID(uuidString: "123e4567-e89b-12d3-a456-426614174000")!)
        case .json: return .json(#"{"a":[\#(long),null,"x"]}"#)
        case .array(let element):
            return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in cell(element, &random) })
        case .map(let element):
            return .map(
                (0..<Int.random(in: 0..<4, using: &random)).map { NamedValue("k\($0)", cell(element, &random)) })
        case .structure(let fields):
            return .structure(fields.map { NamedValue($0.name, cell($0.type, &random, isNullable: $0.isNullable)) })
        }
    }

    static func batch(_ columns: [ColumnSchema], rows: Int, seed: UInt64) throws -> RecordBatch {
        var random = JSONFuzzTests.Generator(state: seed)
        return try RecordBatch(
            schema: RowSchema(columns),
            columns: columns.map { column in
                try Column.values(
                    column.type, (0..<rows).map { _ in cell(column.type, &random, isNullable: column.isNullable) })
            })
    }

    static func encode(_ batch: RecordBatch, _ schema: PublishedSchema) throws -> [[UInt8]] {
        var encoder = try AvroFormat().makeEncoder(
            schema: batch.schema, options: [:], writing: schema, message: .first)
        return try batch.map { row in
            var payload = EncodedPayload()
            try encoder.encode(row, into: &payload)
            return payload.bytes
        }
    }

    @Test("what is written by the columns' own schema reads back as it was", arguments: 0..<8)
    func roundTrip(seed: UInt64) throws {
        let batch = try Self.batch(Self.everything, rows: 50, seed: seed)
        let schema = try AvroFormat().schema(for: batch.schema, named: "shop.orders-v1", options: [:])
        let bodies = try Self.encode(batch, schema)
        let decoding = try AvroDecoding(bodies, schema, columns: Self.everything)
        #expect(decoding.failure == nil)
        #expect(decoding.rows.map(\.values) == batch.map(\.values))
    }

    @Test("golden values written again are the golden bytes", arguments: AvroVectorTests.valid)
    func vectors(vector: AvroVector) throws {
        guard vector.readerSchema == nil else { return }
        let options = vector.isGlue ? ["schema_registry.type": "glue"] : [:]
        let columns = try AvroFormat().columns(of: vector.schema, message: .first, options: [:])
        let decoding = try AvroDecoding(vector.body, vector.schema, options: options)
        let row = try #require(decoding.rows.first)
        var encoder = try AvroFormat().makeEncoder(
            schema: columns, options: options, writing: vector.schema, message: .first)
        var payload = EncodedPayload()
        try encoder.encode(row, into: &payload)
        if payload.bytes == vector.body { return }
        // Legal bytes of another form: blocks with sizes, decimals with more bytes than they need, unions told apart by
        // their number only.
        let again = try AvroDecoding(payload.bytes, vector.schema, options: options)
        #expect(again.failure == nil)
        #expect(again.rows.first?.values == row.values, "\(vector.name)")
    }

    @Test("columns and fields that don't fit are refused before a row is written")
    func misfits() throws {
        let format = AvroFormat()
        func encoder(_ columns: [ColumnSchema], _ fields: String) throws {
            _ = try format.makeEncoder(
                schema: RowSchema(columns), options: [:],
                writing: PublishedSchema(.avro, #"{"type":"record","name":"R","fields":[\#(fields)]}"#), message: .first
            )
        }
        let id = ColumnSchema("id", .bigint)
        #expect(throws: FormatError.self) { try encoder([id], #"{"name":"other","type":"long"}"#) }
        #expect(throws: FormatError.self) {
            try encoder([id], #"{"name":"id","type":"long"},{"name":"other","type":"long"}"#)
        }
        #expect(throws: FormatError.self) { try encoder([id], #"{"name":"id","type":"string"}"#) }
        #expect(throws: Never.self) {
            try encoder([id], #"{"name":"ID","type":["null","long"]},{"name":"other","type":"long","default":1}"#)
        }
        #expect(throws: FormatError.self) {
            _ = try format.schema(for: RowSchema([ColumnSchema("a b", .int)]), named: "R", options: [:])
        }
    }
}
