import Foundation
import Testing

@testable import LaminarFormats

/// The built-in decoder and libavro's generic reader have the same opinion of the same bytes.
@Suite struct AvroLibraryTests {
    private static let options = ["avro.decoder": "libavro"]

    @Test("golden payloads are the same rows", arguments: AvroVectorTests.valid.filter { $0.readerSchema == nil })
    func vectors(vector: AvroVector) throws {
        let own = vector.isGlue ? ["schema_registry.type": "glue"] : [:]
        for columns in [nil, [ColumnSchema("value", .json)]] as [[ColumnSchema]?] {
            // Confluent's bare bytes have no datum that the library could read.
            if !vector.isGlue, vector.schema.text == "\"bytes\"", columns != nil { continue }
            let ours = try AvroDecoding(vector.body, vector.schema, columns: columns, options: own)
            let theirs = try AvroDecoding(
                vector.body, vector.schema, columns: columns, options: own.merging(Self.options) { $1 })
            #expect(theirs.failure == nil)
            #expect(theirs.rows.first?.description == ours.rows.first?.description)
        }
    }

    @Test("rows of every type are the same rows", arguments: 0..<4)
    func everything(seed: UInt64) throws {
        let batch = try AvroEncoderTests.batch(AvroEncoderTests.everything, rows: 40, seed: seed &+ 100)
        let schema = try AvroFormat().schema(for: batch.schema, named: "shop.Order", options: [:])
        let bodies = try AvroEncoderTests.encode(batch, schema)
        let theirs = try AvroDecoding(
            bodies, schema, columns: AvroEncoderTests.everything, options: Self.options)
        #expect(theirs.failure == nil)
        #expect(theirs.rows.map(\.values) == batch.map(\.values))
    }

    @Test("random data of random schemas are the same rows, whole, in part, and as JSON", arguments: 0..<8)
    func differential(seed: UInt64) throws {
        var random = JSONFuzzTests.Generator(state: seed &* 7919 &+ 1)
        for _ in 0..<30 {
            var generator = AvroDatumGenerator(random: random)
            let tree = generator.record()
            let schema = PublishedSchema(.avro, tree.schema)
            let bodies = (0..<6).map { _ in generator.datum(of: tree) }
            random = generator.random
            let all = try AvroFormat().columns(of: schema, message: .first, options: [:]).columns
            let some = all.filter { _ in Bool.random(using: &random) }
            let selections = [nil, [ColumnSchema("value", .json)]] + (some.isEmpty ? [] : [some]) as [[ColumnSchema]?]
            for columns in selections {
                let ours = try AvroDecoding(bodies, schema, columns: columns)
                let theirs = try AvroDecoding(bodies, schema, columns: columns, options: Self.options)
                #expect(ours.failure == nil && theirs.failure == nil, "\(tree.schema)")
                #expect(ours.rows.count == bodies.count)
                #expect(ours.rows.map(\.description) == theirs.rows.map(\.description), "\(tree.schema)")
            }
        }
    }

    @Test("a datum that is cut off anywhere is a bad record for both, or a datum for both", arguments: 0..<4)
    func cut(seed: UInt64) throws {
        var generator = AvroDatumGenerator(random: JSONFuzzTests.Generator(state: seed &+ 31))
        for _ in 0..<10 {
            let tree = generator.record()
            let schema = PublishedSchema(.avro, tree.schema)
            let body = generator.datum(of: tree)
            for length in 0..<min(body.count, 200) {
                let ours = try AvroDecoding(Array(body.prefix(length)), schema)
                let theirs = try AvroDecoding(Array(body.prefix(length)), schema, options: Self.options)
                #expect((ours.failure == nil) == (theirs.failure == nil), "\(tree.schema): \(length) of \(body)")
            }
        }
    }

    @Test("what isn't a datum is a bad record for both") func broken() throws {
        let schema = PublishedSchema(.avro, #"{"type":"record","name":"R","fields":[{"name":"s","type":"string"}]}"#)
        for body in [[], [4], [4, 0x61], [2, 0xFF], [2, 0x61, 0]] as [[UInt8]] {
            #expect(try AvroDecoding(body, schema, options: Self.options).failure != nil, "\(body)")
            #expect(try AvroDecoding(body, schema).failure != nil, "\(body)")
        }
    }

    @Test("framings that the library doesn't read are refused") func refused() throws {
        let schema = try RowSchema([ColumnSchema("value", .int)])
        #expect(throws: FormatError.self) {
            _ = try AvroFormat().makeDecoder(
                schema: schema, options: ["avro.decoder": "libavro", "avro.framing": "container"])
        }
    }
}
