import Foundation
import LaminarFormats
import Testing

@Suite struct ColumnTests {
    @Test("memory is laid out as Arrow has it") func layout() throws {
        let outcome = try decode(
            (0..<10).map {
                $0 == 3
                    ? "{}"
                    : #"{"b":\#($0 % 2 == 0),"i":\#($0),"t":"\#(String(repeating: "x", count: $0))","l":[\#($0),null]}"#
            },
            [
                ColumnSchema("b", .boolean), ColumnSchema("i", .int), ColumnSchema("t", .text),
                ColumnSchema("l", .array(.int)),
            ])
        let batch = try #require(outcome.batch)
        func buffers(_ column: Column) -> [[UInt8]?] {
            column.withBuffers { [$0.map { Array($0) }, $1.map { Array($0) }, $2.map { Array($0) }] }
        }
        #expect(buffers(batch.columns[0]) == [[0b1111_0111, 0b11], nil, [0b0101_0101, 0b01]])
        #expect(batch.columns[0].nullCount == 1)
        #expect(batch.columns[1].withValues(of: Int32.self) { Array($0) } == [0, 1, 2, 0, 4, 5, 6, 7, 8, 9])
        #expect(batch.columns[1].withValues(of: Int64.self) { _ in 0 } == nil)
        let offsets = buffers(batch.columns[2])[1]!.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        #expect(offsets == [0, 0, 1, 3, 3, 7, 12, 18, 25, 33, 42])
        #expect(batch.columns[2].withBytes(4) { Array($0) } == Array("xxxx".utf8))
        #expect(batch.columns[3].children[0].count == 18)
        #expect(batch.columns[3].children[0].nullCount == 9)
    }

    @Test("a column without NULLs has no validity") func noValidity() throws {
        let batch = try #require(try decode([#"{"i":1}"#, #"{"i":2}"#], [ColumnSchema("i", .int)]).batch)
        #expect(batch.columns[0].withBuffers { validity, _, _ in validity == nil })
    }

    @Test("a batch without rows is a batch") func empty() throws {
        let batch = try #require(try decode([], JSONFormatTests.order).batch)
        #expect(batch.count == 0 && batch.columns.allSatisfy { $0.count == 0 })
        #expect(batch.columns[1].withBuffers { _, offsets, _ in offsets?.count } == 4)
    }

    static let cells: [(ColumnType, [Value])] = [
        (.boolean, [.boolean(true), .null]), (.smallint, [.smallint(1), .null]), (.real, [.real(1.5), .null]),
        (.bytea, [.bytea([1]), .bytea([]), .null]),
        (.decimal(precision: 5, scale: 2), [.decimal(ExactDecimal("1.50")!), .null]), (.uuid, [.uuid(UUID()), .null]),
        (.interval, [.interval(CalendarInterval(months: 1, days: 2, microseconds: 3)), .null]),
        (.array(.array(.text)), [.array([.array([.text("a")]), .null]), .array([]), .null]),
        (.map(.int), [.map([NamedValue("a", .int(1))]), .null]),
        (
            .structure([StructField("x", .date)]),
            [.structure([NamedValue("x", .date(CalendarDate(daysSinceEpoch: 1)))]), .null]
        ),
    ]

    @Test("cells come back from a column as they went in", arguments: cells.indices) func values(index: Int) throws {
        let (type, cells) = Self.cells[index]
        let column = try Column.values(type, cells)
        #expect(cells.indices.map { column.value(at: $0) } == cells)
        #expect(throws: FormatError.self) { try Column.values(type, [.text("x"), .bigint(1)]) }
    }

    @Test("a batch refuses columns that don't fit its schema") func batch() throws {
        let schema = try RowSchema([ColumnSchema("a", .int), ColumnSchema("b", .bigint)])
        #expect(throws: FormatError.self) { try RecordBatch(schema: schema, columns: [.ints([1])]) }
        #expect(throws: FormatError.self) { try RecordBatch(schema: schema, columns: [.ints([1]), .ints([1])]) }
        #expect(throws: FormatError.self) { try RecordBatch(schema: schema, columns: [.ints([1]), .bigints([1, 2])]) }
        #expect(try RecordBatch(schema: schema, columns: [.ints([1]), .bigints([2])]).count == 1)
    }

    @Test("a decoder starts again after each batch") func batches() throws {
        var decoder = try JSONFormat().makeDecoder(schema: RowSchema(JSONFormatTests.order), options: [:])
        for round in 0..<5 {
            let payloads = Payloads((0..<(round * 70)).map { #"{"id":\#($0),"name":"n\#($0)","tags":["\#(round)"]}"# })
            let bad = decoder.append(payloads.slices)
            #expect(bad == nil)
            let batch = decoder.finish()
            #expect(batch.count == round * 70)
            for (place, row) in batch.enumerated() {
                #expect(
                    row["id"] == .bigint(Int64(place)) && row["name"] == .text("n\(place)")
                        && row["tags"] == .array([.text("\(round)")]))
            }
        }
        let payloads = Payloads([#"{"id":1}"#])
        _ = decoder.append(payloads.slices)
        decoder.discard()
        let left = decoder.finish().count
        #expect(left == 0)
    }
}

@Suite struct JSONWriterTests {
    @Test("what is written as JSON is read back as the same rows") func roundTrip() throws {
        let columns = RowDecoderTests.columns
        let batch = try #require(try decode([RowDecoderTests.json, "{}"], columns).batch)
        let again = try decode(batch.map(\.jsonLine), columns)
        #expect(again.failures.isEmpty)
        #expect(again.rows == batch.map(\.values))
    }

    @Test("one row is one line, with everything escaped") func escapes() throws {
        let schema = try RowSchema([ColumnSchema("a\"b", .text), ColumnSchema("j", .json), ColumnSchema("d", .double)])
        let batch = try RecordBatch(
            schema: schema,
            columns: [.texts(["\"\\\n\r\t\u{1}\u{1F}é"]), .jsons(["{\n\"x\": 1\r\n}"]), .doubles([.nan])])
        #expect(batch[0].jsonLine == #"{"a\"b":"\"\\\n\r\t\u0001\u001fé","j":{ "x": 1  },"d":"NaN"}"#)
        #expect(batch[0].description.hasPrefix("a\"b = "))
    }

    @Test(
        arguments: [
            (Value.bigint(.max), "9223372036854775807", "9223372036854775807"),
            (.bytea([0, 255, 16]), "\\x00ff10", "\"AP8Q\""), (.null, "NULL", "null"),
            (.timestamp(Timestamp(microseconds: 1)), "1970-01-01T00:00:00.000001Z", "\"1970-01-01T00:00:00.000001Z\""),
            (.text("a\nb"), "a\nb", "\"a\\nb\""),
            (.array([.int(1), .null]), "[1,null]", "[1,null]"),
            (.structure([NamedValue("a", .text("x"))]), #"{"a":"x"}"#, #"{"a":"x"}"#),
            (.double(1e20), "1e+20", "1e+20"),
            (.decimal(ExactDecimal("1.50")!), "1.50", "1.50"), (.real(.infinity), "inf", "\"Infinity\""),
        ] as [(Value, String, String)])
    func cells(value: Value, text: String, json: String) {
        #expect(value.description == text)
        #expect(value.json == json)
    }
}
