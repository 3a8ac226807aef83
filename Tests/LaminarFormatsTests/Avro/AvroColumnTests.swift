import Foundation
import Testing

@testable import LaminarFormats

/// What a table's columns take of a writer's fields.
@Suite struct AvroColumnTests {
    private func one(
        _ type: String, _ body: [UInt8], _ column: ColumnType, isNullable: Bool = true
    ) throws -> (value: Value?, failure: DecodeFailure?) {
        let schema = PublishedSchema(
            .avro,
            #"{"type":"record","name":"R","fields":[{"name":"before","type":"long"},{"name":"v","type":\#(type)}]}"#)
        let decoding = try AvroDecoding(
            [2] + body, schema, columns: [ColumnSchema("v", column, isNullable: isNullable)])
        return (decoding.rows.first?.value(at: 0), decoding.failure)
    }

    @Test("numbers widen, and narrow where they fit") func numbers() throws {
        #expect(try one("\"int\"", [3], .bigint).value == .bigint(-2))
        #expect(try one("\"int\"", [3], .double).value == .double(-2))
        #expect(try one("\"long\"", [3], .smallint).value == .smallint(-2))
        #expect(try one("\"long\"", [0x80, 0x80, 0x10], .smallint).failure?.code == .range)
        #expect(try one("\"long\"", [4], .decimal(precision: 5, scale: 2)).value == .decimal(ExactDecimal("2.00")!))
        #expect(try one("\"int\"", [0xFE, 0xFF, 0xFF, 0xFF, 0x1F], .int).failure?.code == .range)
        #expect(throws: FormatError.self) { try one("\"string\"", [2, 0x61], .bigint) }
    }

    @Test("decimals keep their digits or are refused") func decimals() throws {
        let type = #"{"type":"bytes","logicalType":"decimal","precision":6,"scale":3}"#
        #expect(try one(type, [4, 4, 0xD2], .decimal(precision: 10, scale: 4)).value?.description == "1.2340")
        #expect(try one(type, [4, 4, 0xD2], .decimal(precision: 10, scale: 2)).failure?.code == .range)
        #expect(try one(type, [4, 4, 0xD2], .json).value == .json("1.234"))
        #expect(try one(type, [0], .json).value == .json("0.000"))
        let long = [UInt8](repeating: 0x7F, count: 20)
        #expect(try one(type, [40] + long, .decimal(precision: 38, scale: 3)).failure?.code == .range)
        #expect(
            try one(type, [40] + long, .json).value
                == .json("727885129180488904360266563744972327436484050.815"))
    }

    @Test("a union fills the column with the branches that fit") func unions() throws {
        let type = #"["null","string","int",{"type":"array","items":"int"}]"#
        #expect(try one(type, [0], .int).value == .null)
        #expect(try one(type, [4, 6], .int).value == .int(3))
        #expect(try one(type, [2, 2, 0x61], .int).failure?.code == .type)
        #expect(try one(type, [0], .int, isNullable: false).failure?.code == .missing)
        #expect(try one(type, [6, 4, 2, 4, 0], .json).value == .json("[1,2]"))
        #expect(try one(type, [2, 2, 0x22], .json).value == .json(#""\"""#))
        #expect(try one(type, [8], .json).failure?.code == .syntax)
        #expect(throws: FormatError.self) { try one(type, [0], .boolean) }
    }

    @Test("a column that the writer lacks is NULL, and an error where that can't be") func missing() throws {
        let schema = PublishedSchema(
            .avro, #"{"type":"record","name":"R","fields":[{"name":"UserID","type":"int","aliases":["uid"]}]}"#)
        let decoding = try AvroDecoding(
            [8], schema, columns: [ColumnSchema("userid", .bigint), ColumnSchema("other", .text)])
        #expect(decoding.rows.map(\.values) == [[.bigint(4), .null]])
        #expect(try AvroDecoding([8], schema, columns: [ColumnSchema("uid", .int)]).rows.map(\.values) == [[.int(4)]])
        #expect(throws: FormatError.self) {
            try AvroDecoding([8], schema, columns: [ColumnSchema("other", .text, isNullable: false)])
        }
    }

    @Test("items without bytes are counted, in bounded time and memory", arguments: ["\"null\"", "[\"null\"]"])
    func bombs(items: String) throws {
        let schema = PublishedSchema(.avro, #"{"type":"array","items":\#(items)}"#)
        var body: [UInt8] = []
        AvroWriter.long(1 << 40, into: &body)
        for column in [ColumnType.array(.text), .json] {
            let decoding = try AvroDecoding(body + [0], schema, columns: [ColumnSchema("value", column)])
            #expect(decoding.failure != nil)
        }
        let fine = try AvroDecoding([6, 0], PublishedSchema(.avro, #"{"type":"array","items":"null"}"#))
        #expect(fine.rows.first?.value(at: 0) == .array([.null, .null, .null]))
    }

    @Test("recursion ends at a limit") func recursion() throws {
        let schema = PublishedSchema(
            .avro, #"{"type":"record","name":"N","fields":[{"name":"n","type":["null","N"]}]}"#)
        let deep = try AvroDecoding([UInt8](repeating: 2, count: 100_000) + [0], schema)
        #expect(deep.failure?.code == .depth)
        let skipped = try AvroDecoding(
            [UInt8](repeating: 2, count: 100_000) + [0], schema, columns: [ColumnSchema("other", .text)])
        #expect(skipped.failure?.code == .depth)
    }
}
