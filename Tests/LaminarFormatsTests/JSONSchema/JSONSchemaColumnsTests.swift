import Foundation
import LaminarFormats
import Testing

@Suite struct JSONSchemaColumnsTests {
    private func columns(_ text: String, _ references: [String: String] = [:]) throws -> RowSchema {
        let published = PublishedSchema(
            .json, text, references: references.map { PublishedSchema.Reference(name: $0.key, text: $0.value) })
        return try JSONFormat().columns(of: published, message: .first, options: [:])
    }

    static let columnTypes: [(String, String)] = [
        (#"{"type":"integer"}"#, "BIGINT"), (#"{"type":"integer","minimum":0,"maximum":1000}"#, "INT"),
        (#"{"type":"integer","minimum":0}"#, "BIGINT"),
        (#"{"type":"integer","minimum":0,"maximum":18446744073709551615}"#, "DECIMAL(38, 0)"),
        (#"{"type":"integer","connect.type":"int16"}"#, "SMALLINT"),
        (#"{"type":"integer","connect.type":"int64","title":"org.apache.kafka.connect.data.Timestamp"}"#, "TIMESTAMP"),
        (#"{"type":"number"}"#, "DOUBLE"), (#"{"type":"number","connect.type":"float32"}"#, "REAL"),
        (
            #"{"type":"number","title":"org.apache.kafka.connect.data.Decimal","connect.parameters":{"scale":"2"}}"#,
            "DECIMAL(38, 2)"
        ),
        (#"{"type":["integer","number"]}"#, "DOUBLE"), (#"{"type":"string"}"#, "TEXT"),
        (#"{"type":"string","format":"date-time"}"#, "TIMESTAMP"), (#"{"type":"string","format":"date"}"#, "DATE"),
        (#"{"type":"string","format":"time"}"#, "TIME"), (#"{"type":"string","format":"uuid"}"#, "UUID"),
        (#"{"type":"string","format":"email"}"#, "TEXT"), (#"{"type":"string","contentEncoding":"base64"}"#, "BYTEA"),
        (#"{"type":"string","connect.type":"bytes"}"#, "BYTEA"), (#"{"type":"boolean"}"#, "BOOLEAN"),
        (#"{"type":["string","null"]}"#, "TEXT"), (#"{"oneOf":[{"type":"null"},{"type":"integer"}]}"#, "BIGINT"),
        (#"{"anyOf":[{"type":"boolean"},{"type":"null"}]}"#, "BOOLEAN"),
        (#"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#, "JSON"), (#"{"type":["string","integer"]}"#, "JSON"),
        ("true", "JSON"), ("{}", "JSON"), (#"{"enum":["a","b"]}"#, "TEXT"), (#"{"const":1}"#, "BIGINT"),
        (#"{"enum":["a",1]}"#, "JSON"), (#"{"type":"array","items":{"type":"string"}}"#, "TEXT[]"),
        (#"{"type":"array"}"#, "JSON"), (#"{"type":"array","items":[{"type":"string"}]}"#, "JSON"),
        (#"{"type":"array","items":{"type":"array","items":{"type":"integer"}}}"#, "BIGINT[][]"),
        (
            #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["b"]}"#,
            "STRUCT<a TEXT, b BIGINT NOT NULL>"
        ),
        (#"{"type":"object","additionalProperties":{"type":"number"}}"#, "MAP<TEXT, DOUBLE>"),
        (#"{"type":"object"}"#, "JSON"), (##"{"$ref":"#/definitions/d"}"##, "DATE"),
        (##"{"allOf":[{"$ref":"#/definitions/d"}]}"##, "DATE"),
        (
            ##"{"type":"object","allOf":[{"$ref":"#/definitions/o"}],"properties":{"y":{"type":"boolean"}}}"##,
            "STRUCT<y BOOLEAN, x BIGINT>"
        ),
    ]

    @Test("a property's schema is a column's type", arguments: columnTypes)
    func types(schema: String, type: String) throws {
        let columns = try columns(
            #"""
            {"type":"object","properties":{"v":\#(schema)},"definitions":{"d":{"type":"string","format":"date"},
             "o":{"type":"object","properties":{"x":{"type":"integer"}}}}}
            """#)
        #expect(columns.description == "(v \(type))")
    }

    @Test("what is required and never null is NOT NULL") func required() throws {
        let columns = try columns(
            #"""
            {"type":"object","required":["a","b","c"],"properties":{"a":{"type":"string"},"b":{"type":["string","null"]},
             "c":{"oneOf":[{"type":"null"},{"type":"string"}]},"d":{"type":"string"}}}
            """#)
        #expect(columns.columns.map(\.isNullable) == [false, true, true, true])
        #expect(columns.columns.map(\.name) == ["a", "b", "c", "d"])
    }

    @Test(
        "a $ref is followed by pointer, anchor, $id, and to the registry's references",
        arguments: [
            ("http://json-schema.org/draft-07/schema#", "$id", "#/definitions/a~1b%20c", #""definitions":{"a/b c":T}"#),
            ("http://json-schema.org/draft-04/schema#", "id", "#there", ##""definitions":{"x":{"id":"#there",R}}"##),
            ("https://json-schema.org/draft/2020-12/schema", "$id", "#there", #""$defs":{"x":{"$anchor":"there",R}}"#),
            (
                "http://json-schema.org/draft-07/schema#", "$id", "sub/x.json",
                #""definitions":{"x":{"$id":"https://e.org/s/sub/x.json",R}}"#
            ),
            (
                "http://json-schema.org/draft-07/schema#", "$id", "../x.json#/definitions/y",
                #""definitions":{"x":{"$id":"/x.json","definitions":{"y":T}}}"#
            ),
            ("http://json-schema.org/draft-07/schema#", "$id", "other.json", #""definitions":{}"#),
            ("http://json-schema.org/draft-07/schema#", "$id", "more.json#/definitions/z", #""definitions":{}"#),
            ("http://json-schema.org/draft-07/schema#", "$id", "more.json", #""definitions":{}"#),
        ])
    func references(draft: String, id: String, reference: String, definitions: String) throws {
        let rest = #""type":"string","format":"uuid""#
        let definitions = definitions.replacing("T", with: "{\(rest)}").replacing("R", with: rest)
        let columns = try columns(
            #"""
            {"$schema":"\#(draft)","\#(id)":"https://e.org/s/order.json","type":"object",
             "properties":{"v":{"$ref":"\#(reference)"}},\#(definitions)}
            """#,
            [
                "other.json": "{\(rest)}",
                "more.json": #"{"$ref":"other.json","definitions":{"z":{"$ref":"other.json"}}}"#,
            ])
        #expect(columns.description == "(v UUID)")
    }

    @Test("a schema that contains itself is JSON where it does") func recursive() throws {
        let columns = try columns(
            #"""
            {"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#"}},
             "node":{"$ref":"#/definitions/n"}},"definitions":{"n":{"type":"object","properties":{"x":{"type":"integer"},
             "next":{"$ref":"#/definitions/n"}}}}}
            """#)
        #expect(columns.description == "(name TEXT, children JSON[], node STRUCT<x BIGINT, next JSON>)")
    }

    @Test(
        "a schema that makes no columns is an error with a cure",
        arguments: [
            "", "{", "[]", "3", "true", "{}", #"{"type":"array","items":{"type":"integer"}}"#,
            #"{"$schema":"http://example.com/mine","type":"object","properties":{"a":{}}}"#,
            ##"{"type":"object","properties":{"a":{"$ref":"#/nowhere"}}}"##,
            #"{"type":"object","properties":{"a":{"$ref":"missing.json"}}}"#,
            ##"{"type":"object","properties":{"a":{"$ref":"#/properties/a"}}}"##, ##"{"$ref":"#"}"##,
            #"{"type":"object","properties":[]}"#, #"{"type":"thing","properties":{"a":{"type":"thing"}}}"#,
        ])
    func refused(text: String) throws {
        let error = try #require(throws: FormatError.self) { try columns(text) }
        #expect(error.code == .schema)
    }

    @Test("another language than JSON Schema is refused") func language() throws {
        for language in [PublishedSchema.Language.avro, .protobuf] {
            let error = try #require(throws: FormatError.self) {
                try JSONFormat().columns(of: PublishedSchema(language, "{}"), message: .first, options: [:])
            }
            #expect(error.code == .schema)
            #expect(error.message.contains(language.rawValue))
        }
    }

    @Test("the record's name is the title, else the file of its $id") func identity() throws {
        func name(_ text: String) throws -> String {
            try JSONFormat().identity(of: PublishedSchema(.json, text), message: .first).fullName
        }
        #expect(try name(#"{"title":"com.example.Order"}"#) == "com.example.Order")
        #expect(try name(#"{"$id":"https://example.com/schemas/order.schema.json"}"#) == "order")
        #expect(throws: FormatError.self) { try name("{}") }
    }

    static let published = [
        ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("small", .smallint), ColumnSchema("i", .int),
        ColumnSchema("r", .real), ColumnSchema("d", .double), ColumnSchema("b", .boolean, isNullable: false),
        ColumnSchema("amount", .decimal(precision: 12, scale: 2)), ColumnSchema("t", .text),
        ColumnSchema("bytes", .bytea),
        ColumnSchema("day", .date), ColumnSchema("clock", .time), ColumnSchema("at", .timestamp),
        ColumnSchema("u", .uuid),
        ColumnSchema("j", .json), ColumnSchema("list", .array(.decimal(precision: 5, scale: 1))),
        ColumnSchema("s", .structure([StructField("x", .int, isNullable: false), StructField("y", .array(.text))])),
        ColumnSchema("m", .map(.structure([StructField("k", .date)]))), ColumnSchema("é \"q\"", .text),
    ]

    @Test("the schema of columns has the same columns", arguments: ["auto", "rfc3339", "unix_ms"])
    func roundTrip(timestamps: String) throws {
        let options = ["json.timestamp_format": timestamps]
        let columns = try RowSchema(Self.published)
        let schema = try JSONFormat().schema(for: columns, named: "Order", options: options)
        #expect(try JSONFormat().columns(of: schema, message: .first, options: options) == columns)
        #expect(try JSONFormat().identity(of: schema, message: .first).fullName == "Order")
        _ = try JSONFormat().makeEncoder(schema: columns, options: options, writing: schema, message: .first)
    }
}
