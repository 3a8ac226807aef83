import LaminarFormats
import Testing

@Suite struct RawFormatTests {
    @Test("payloads arrive byte for byte; null isn't empty") func bytes() throws {
        var decoder = try RawFormat().makeDecoder(schema: RowSchema([ColumnSchema("value", .bytea)]), options: [:])
        let takesTombstones = decoder.decodesTombstones
        #expect(takesTombstones)
        let payloads = Payloads(bytes: [[0, 255, 128], []])
        let bad1 = decoder.append(payloads.slices + [.null])
        #expect(bad1 == nil)
        let values = decoder.finish().map { $0["value"] }
        #expect(values == [.bytea([0, 255, 128]), .bytea([]), .null])
    }

    @Test("raw_string refuses what isn't UTF-8") func text() throws {
        let outcome = try decode(
            Payloads(bytes: [Array("né".utf8), [0xC3], []]), [ColumnSchema("value", .text)], format: RawFormat(.text))
        #expect(outcome.failures.map(\.index) == [1])
        #expect(outcome.failures.map(\.failure.code) == [.encoding])
        #expect(outcome.rows == [[.text("né")], [.text("")]])
    }

    @Test("bare names mean the record's own fields, which the caller fills") func metadata() throws {
        let schema = try RowSchema([
            ColumnSchema("key", .bytea), ColumnSchema("value", .bytea), ColumnSchema("timestamp", .timestamp),
            ColumnSchema("partition", .int), ColumnSchema("offset", .bigint), ColumnSchema("topic", .text),
            ColumnSchema("headers", .json),
        ])
        var decoder = try RawFormat().makeDecoder(schema: schema, options: [:])
        let (metadata, payload) = (decoder.metadataColumns, decoder.payloadColumns)
        #expect(metadata == [0, 2, 3, 4, 5, 6])
        #expect(payload == [1])
        let payloads = Payloads(["a", "b"])
        let bad2 = decoder.append(payloads.slices)
        #expect(bad2 == nil)
        let batch = decoder.finish(metadata: [
            .bytes([[1], nil]), .timestamps(microseconds: [5, 0], isValid: [true, false]), .ints([0, 1]),
            .bigints([10, 11]), .text("orders", count: 2), .jsons(["[]", nil]),
        ])
        let expected: [[Value]] = [
            [
                .bytea([1]), .bytea([0x61]), .timestamp(Timestamp(microseconds: 5)), .int(0), .bigint(10),
                .text("orders"), .json("[]"),
            ],
            [.null, .bytea([0x62]), .null, .int(1), .bigint(11), .text("orders"), .null],
        ]
        let rows = batch.map(\.values)
        #expect(rows == expected)
    }

    @Test("a table with metadata only still has its rows") func metadataOnly() throws {
        let schema = try RowSchema([ColumnSchema("offset", .bigint)])
        var decoder = try RawFormat().makeDecoder(schema: schema, options: [:])
        let bad3 = decoder.append(Payloads(["a", "b"]).slices)
        #expect(bad3 == nil)
        let count = decoder.count
        #expect(count == 2)
        let rows = decoder.finish(metadata: [.bigints([1, 2])]).count
        #expect(rows == 2)
        var json = try JSONFormat().makeDecoder(
            schema: RowSchema([ColumnSchema("_kafka_offset", .bigint, metadata: .offset)]), options: [:])
        let payloads = Payloads(["{}", "x", #"{"a":1}"#])
        let bad4 = json.append(payloads.slices)
        #expect(bad4 == 1)
        let bad5 = json.append(payloads.slices, from: 2)
        #expect(bad5 == nil)
        let left = json.finish(metadata: [.bigints([1, 3])]).count
        #expect(left == 2)
    }

    @Test(
        "other names and types are refused",
        arguments: [
            ColumnSchema("id", .bytea), ColumnSchema("value", .text), ColumnSchema("offset", .int),
            ColumnSchema("key", .text),
        ])
    func refused(column: ColumnSchema) throws {
        let schema = try RowSchema([column])
        #expect(throws: FormatError.self) { _ = try RawFormat().makeDecoder(schema: schema, options: [:]) }
    }

    @Test("a tombstone is a bad record for NOT NULL") func notNull() throws {
        let schema = try RowSchema([ColumnSchema("value", .bytea, isNullable: false)])
        var decoder = try RawFormat().makeDecoder(schema: schema, options: [:])
        let bad6 = decoder.append([.null])
        #expect(bad6 == 0)
        let code = decoder.failure?.code
        #expect(code == .missing)
    }
}
