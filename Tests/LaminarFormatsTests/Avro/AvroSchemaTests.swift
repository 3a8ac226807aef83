import Foundation
import Testing

@testable import LaminarFormats

@Suite struct AvroSchemaTests {
    @Test(
        "what isn't a schema is refused with a sentence",
        arguments: [
            "", "{", "7", "\"nothing\"", "{}", #"{"type":"record","name":"R"}"#,
            #"{"type":"record","fields":[]}"#, #"{"type":"array"}"#, #"{"type":"map"}"#,
            #"{"type":"fixed","name":"F"}"#, #"{"type":"fixed","name":"F","size":-1}"#,
            #"{"type":"enum","name":"E","symbols":["A","A"]}"#,
            #"{"type":"enum","name":"E","symbols":["A"],"default":"B"}"#, #"["null","null"]"#, #"["null",["int"]]"#,
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}"#,
            #"[{"type":"fixed","name":"F","size":1},{"type":"fixed","name":"F","size":1}]"#,
            #"{"type":"record","name":"int","fields":[]}"#, #"{"type":"record","name":"R","fields":[{"name":"a"}]}"#,
        ])
    func refused(text: String) {
        let error = #expect(throws: FormatError.self) { try AvroSchema(text) }
        #expect(error?.code == .schema)
        #expect((error?.message.count ?? 0) > 20)
    }

    @Test(
        "a hostile schema ends in an error, in bounded time and stack",
        arguments: [
            String(repeating: "[", count: 2_000_000),
            String(repeating: #"{"type":"array","items":"#, count: 80_000),
            String(repeating: #"{"type":"#, count: 200_000) + #""int""# + String(repeating: "}", count: 200_000),
            String(repeating: #"{"type":"array","items":"#, count: 120) + #""int""#
                + String(repeating: "}", count: 120),
        ])
    func hostile(text: String) {
        #expect(throws: FormatError.self) { try AvroSchema(text) }
    }

    @Test("names that multiply end in JSON columns, and in plans of bounded size") func multiplied() throws {
        // Each record holds the one before twice: 2^60 fields when it is written out.
        var branches = [#"{"type":"record","name":"A0","fields":[{"name":"x","type":"null"}]}"#]
        for level in 1...60 {
            branches.append(
                #"{"type":"record","name":"A\#(level)","fields":["#
                    + #"{"name":"a","type":"A\#(level - 1)"},{"name":"b","type":"A\#(level - 1)"}]}"#)
        }
        let text =
            #"{"type":"record","name":"Top","fields":[{"name":"u","type":["#
            + branches.joined(separator: ",") + #"]},{"name":"v","type":"A60"},{"name":"z","type":"int"}]}"#
        let schema = PublishedSchema(.avro, text)
        #expect(try AvroFormat().columns(of: schema, message: .first, options: [:]).columns[1].type == .json)
        let skipped = try AvroDecoding([0, 2], schema, columns: [ColumnSchema("z", .int)])
        #expect(skipped.rows.first?.value(at: 0) == .int(1))
        let expanded = try AvroDecoding([0, 2], schema, columns: [ColumnSchema("v", .json)])
        #expect(expanded.failure?.code == .tooLarge)
    }

    @Test("a schema's types are the columns that lose nothing") func columns() throws {
        let text = """
            {"type": "record", "name": "a.b.R", "fields": [
              {"name": "i", "type": "int"}, {"name": "l", "type": "long"}, {"name": "f", "type": "float"},
              {"name": "d", "type": "double"}, {"name": "b", "type": "boolean"}, {"name": "s", "type": ["string", "null"]},
              {"name": "y", "type": "bytes"}, {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A"]}},
              {"name": "x", "type": {"type": "fixed", "name": "X", "size": 3}},
              {"name": "dec", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
              {"name": "big", "type": {"type": "bytes", "logicalType": "decimal", "precision": 60, "scale": 2}},
              {"name": "odd", "type": {"type": "int", "logicalType": "decimal", "precision": 9}},
              {"name": "u", "type": {"type": "string", "logicalType": "uuid"}},
              {"name": "day", "type": {"type": "int", "logicalType": "date"}},
              {"name": "tm", "type": {"type": "int", "logicalType": "time-millis"}},
              {"name": "ts", "type": {"type": "long", "logicalType": "local-timestamp-nanos"}},
              {"name": "du", "type": {"type": "fixed", "name": "D", "size": 12, "logicalType": "duration"}},
              {"name": "arr", "type": {"type": "array", "items": ["null", "E"]}},
              {"name": "m", "type": {"type": "map", "values": "long"}},
              {"name": "any", "type": ["null", "int", "string"]},
              {"name": "self", "type": ["null", "R"]},
              {"name": "r", "type": {"type": "record", "name": "In", "fields": [{"name": "p", "type": "int"}]}}]}
            """
        let schema = try AvroFormat().columns(of: PublishedSchema(.avro, text), message: .first, options: [:])
        #expect(
            schema.description == """
                (i INT NOT NULL, l BIGINT NOT NULL, f REAL NOT NULL, d DOUBLE NOT NULL, b BOOLEAN NOT NULL, s TEXT, \
                y BYTEA NOT NULL, e TEXT NOT NULL, x BYTEA NOT NULL, dec DECIMAL(9, 2) NOT NULL, big BYTEA NOT NULL, \
                odd INT NOT NULL, u UUID NOT NULL, day DATE NOT NULL, tm TIME NOT NULL, ts TIMESTAMP NOT NULL, \
                du INTERVAL NOT NULL, arr TEXT[] NOT NULL, m MAP<TEXT, BIGINT> NOT NULL, any JSON, self JSON, \
                r STRUCT<p INT NOT NULL> NOT NULL)
                """)
    }

    @Test("the fingerprint is the specification's") func fingerprint() throws {
        // "Schema Fingerprints" names the empty one; the others are from Apache Avro's test data.
        #expect(try AvroCanonicalForm.fingerprint(of: AvroSchema("\"null\"")) == 0x63DD_24E7_CC25_8F8A)
        #expect(try AvroCanonicalForm.fingerprint(of: AvroSchema("\"int\"")) == 0x7275_D51A_3F39_5C8F)
        let text =
            #"{"fields":[{"type":{"type":"long","logicalType":"date"},"doc":"x","name":"a"}],"type":"record","namespace":"n.s","name":"R"}"#
        #expect(
            String(decoding: try AvroCanonicalForm.text(of: AvroSchema(text)), as: UTF8.self)
                == #"{"name":"n.s.R","type":"record","fields":[{"name":"a","type":"long"}]}"#)
    }
}
