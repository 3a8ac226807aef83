import Foundation
import Testing

@testable import LaminarFormats

/// Against fastavro and Apache Avro for Python.
@Suite struct AvroPeerTests {
    @Test("fastavro and Apache Avro read what the encoder writes") func written() throws {
        // Python's dates and times have fewer years than ours, and it has no type for a duration.
        let columns = AvroEncoderTests.everything.filter { !["day", "ts", "iv", "s"].contains($0.name) }
        let batch = try AvroEncoderTests.batch(columns, rows: 60, seed: 3)
        let schema = try AvroFormat().schema(for: batch.schema, named: "shop.Order", options: [:])
        let bodies = try AvroEncoderTests.encode(batch, schema)
        let input = JSONTree.object([
            JSONTree.Member(name: "schema", value: .string(schema.text)),
            JSONTree.Member(name: "bodies", value: .array(bodies.map { .string(hexadecimal($0)) })),
        ])
        let script =
            PythonPeer.tagging + """
                given = json.load(sys.stdin)
                parsed = fastavro.parse_schema(json.loads(given["schema"]))
                other = avro.schema.parse(given["schema"])
                out = []
                for body in given["bodies"]:
                    source = io.BytesIO(bytes.fromhex(body))
                    value = fastavro.schemaless_reader(source, parsed)
                    assert source.read() == b"", "fastavro left bytes"
                    again = io.BytesIO(bytes.fromhex(body))
                    avro.io.DatumReader(other).read(avro.io.BinaryDecoder(again))
                    assert again.read() == b"", "avro left bytes"
                    back = io.BytesIO()
                    fastavro.schemaless_writer(back, parsed, value)
                    out.append({"value": tag(value), "body": back.getvalue().hex()})
                print(json.dumps(out))
                """
        let answers = try #require(JSONTree(PythonPeer.run(script, input: input.text)).elements)
        #expect(answers.count == batch.count)
        for (row, answer) in zip(batch, answers) {
            for (column, value) in zip(columns, row.values) {
                let read = answer["value"]?[column.name] ?? .null
                if column.type == .json {
                    #expect((value == .null) == (read == .null))
                } else {
                    #expect(AvroExpectation.matches(value, read), "\(column.name): \(value) and \(read.text)")
                }
            }
            let back = try AvroDecoding(Vectors.bytes(answer["body"]?.string ?? ""), schema, columns: columns)
            #expect(back.rows.first?.values == row.values)
        }
    }

    @Test("random data of random schemas are what fastavro says", arguments: 0..<4)
    func differential(seed: UInt64) throws {
        var random = JSONFuzzTests.Generator(state: seed &* 977)
        let schemas = (0..<25).map { _ in AvroSchemaTree.text(&random) }
        let script =
            PythonPeer.tagging + """
                random.seed(\(seed))
                out = []
                for text in json.load(sys.stdin):
                    schema = fastavro.parse_schema(json.loads(text))
                    for value in fastavro.utils.generate_many(schema, 4):
                        body = io.BytesIO()
                        fastavro.schemaless_writer(body, schema, value)
                        body.seek(0)
                        read = fastavro.schemaless_reader(body, schema)
                        out.append({"schema": text, "body": body.getvalue().hex(), "value": tag(read)})
                print(json.dumps(out))
                """
        let answers = try #require(
            JSONTree(
                PythonPeer.run(script, input: JSONTree.array(schemas.map { .string($0) }).text), byteLimit: 1 << 28
            ).elements)
        #expect(answers.count == 100)
        for answer in answers {
            guard let text = answer["schema"]?.string, let body = answer["body"]?.string, let value = answer["value"]
            else { continue }
            let schema = PublishedSchema(.avro, text)
            for columns in [nil, [ColumnSchema("value", .json)]] as [[ColumnSchema]?] {
                let decoding = try AvroDecoding(Vectors.bytes(body), schema, columns: columns)
                #expect(decoding.failure == nil, "\(text)")
                let row = try #require(decoding.rows.first)
                let isSame =
                    columns == nil
                    ? AvroExpectation.matches(row, value) : AvroExpectation.matches(row.value(at: 0), value)
                #expect(isSame, "\(text) \(row.description.prefix(300)) \(value.text.prefix(300))")
            }
        }
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
