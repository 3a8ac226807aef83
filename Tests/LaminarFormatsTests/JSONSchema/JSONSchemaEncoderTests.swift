import Foundation
import LaminarFormats
import Testing

@Suite struct JSONSchemaEncoderTests {
    private func encode(_ columns: [ColumnSchema], _ rows: [String], writing text: String) throws -> [String] {
        let batch = try #require(try decode(rows, columns).batch)
        var encoder = try JSONFormat().makeEncoder(
            schema: RowSchema(columns), options: [:], writing: PublishedSchema(.json, text), message: .first)
        var payload = EncodedPayload()
        var written: [String] = []
        for row in batch {
            payload.removeAll()
            try encoder.encode(row, into: &payload)
            written.append(String(decoding: payload.bytes, as: UTF8.self))
        }
        return written
    }

    @Test("names are spelled as the schema does, and a NULL that it has no null for is left out") func spelling() throws
    {
        let written = try encode(
            [
                ColumnSchema("customerid", .bigint, isNullable: false), ColumnSchema("note", .text),
                ColumnSchema("tag", .text),
            ],
            [#"{"customerid":1}"#, #"{"customerid":2,"note":"n","tag":"t"}"#],
            writing: #"""
                {"type":"object","properties":{"customerId":{"type":"integer"},"note":{"type":"string"},
                 "tag":{"type":["string","null"]}},"required":["customerId"],"additionalProperties":false}
                """#)
        #expect(written == [#"{"customerId":1,"tag":null}"#, #"{"customerId":2,"note":"n","tag":"t"}"#])
    }

    static let refusals: [([ColumnSchema], String, String)] = [
        ([ColumnSchema("a", .text)], #"{"type":"object","properties":{"a":{"type":"integer"}}}"#, "another type"),
        ([ColumnSchema("a", .text)], #"{"type":"object","properties":{"a":false}}"#, "another type"),
        ([ColumnSchema("a", .double)], #"{"properties":{"a":{"type":"integer"}}}"#, "another type"),
        ([ColumnSchema("a", .text)], #"{"properties":{},"additionalProperties":false}"#, "no property"),
        ([ColumnSchema("a", .text)], #"{"properties":{"a":{"type":"string"}},"required":["a"]}"#, "NOT NULL"),
        ([ColumnSchema("a", .text)], #"{"properties":{"a":{},"b":{}},"required":["b"]}"#, "requires b"),
        ([ColumnSchema("a", .text)], #"{"type":"array"}"#, "row"),
        (
            [ColumnSchema("a", .array(.int))], #"{"properties":{"a":{"type":"array","items":{"type":"string"}}}}"#,
            "elements"
        ),
        (
            [ColumnSchema("a", .map(.int))],
            #"{"properties":{"a":{"type":"object","additionalProperties":{"type":"string"}}}}"#, "values"
        ),
        (
            [ColumnSchema("a", .structure([StructField("x", .int)]))],
            #"{"properties":{"a":{"type":"object","properties":{"x":{"type":"integer"}}}}}"#, "field x may be NULL"
        ),
        (
            [ColumnSchema("a", .structure([StructField("x", .int)]))],
            #"{"properties":{"a":{"type":"object","properties":{},"additionalProperties":false}}}"#, "field x"
        ),
    ]

    @Test("columns that aren't what the schema describes are refused", arguments: refusals)
    func refused(columns: [ColumnSchema], text: String, words: String) throws {
        let error = try #require(throws: FormatError.self) {
            try JSONFormat().makeEncoder(
                schema: RowSchema(columns), options: [:], writing: PublishedSchema(.json, text), message: .first)
        }
        #expect(error.code == .column)
        #expect(error.message.contains(words), "\(error.message)")
    }

    @Test("what is written satisfies the schema that was made for it") func satisfies() throws {
        let columns = JSONSchemaColumnsTests.published
        let schema = try JSONFormat().schema(for: RowSchema(columns), named: "T", options: [:])
        let rows = [
            #"{"id":1,"b":true}"#,
            #"""
            {"id":9223372036854775807,"small":-1,"i":2,"r":1.5,"d":2.25,"b":false,"amount":12.34,"t":"x\n","bytes":"AAE=",
             "day":"2024-01-02","clock":"01:02:03","at":"2024-01-02T03:04:05Z","u":"00000000-0000-0000-0000-000000000001",
             "j":[1],"list":[1.5,null],"s":{"x":1,"y":["a",null]},"m":{"k":{"k":"2024-01-02"}},"é \"q\"":"q"}
            """#,
        ]
        let written = try encode(columns, rows, writing: schema.text)
        let verdicts = try JSONSchemaCase.verdicts(schema: schema, instances: written)
        #expect(verdicts == [nil, nil])
    }
}
