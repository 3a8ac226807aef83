import Foundation
import Testing

@testable import LaminarFormats

@Suite struct AvroVectorTests {
    static let valid =
        ["confluent_avro.json", "confluent_avro_evolution.json", "glue.json"].flatMap {
            (try? AvroVector.load($0)) ?? []
        }
    static let malformed =
        (try? AvroVector.load("malformed.json").filter { !$0.isGlue && !$0.name.contains("_frame_") }) ?? []

    @Test("the vectors are there") func loaded() {
        #expect(Self.valid.count > 80)
        #expect(Self.malformed.count > 30)
    }

    @Test("a payload becomes the typed columns that its schema stands for", arguments: valid)
    func typed(vector: AvroVector) throws {
        let decoding = try AvroDecoding(
            vector.body, vector.schema, reader: vector.readerSchema,
            options: vector.isGlue ? ["schema_registry.type": "glue"] : [:])
        #expect(decoding.failure == nil)
        let row = try #require(decoding.rows.first)
        #expect(AvroExpectation.matches(row, vector.expected), "\(row.description.prefix(500))")
    }

    @Test("any payload fits into a JSON column", arguments: valid)
    func json(vector: AvroVector) throws {
        let decoding = try AvroDecoding(
            vector.body, vector.schema, reader: vector.readerSchema, columns: [ColumnSchema("value", .json)],
            options: vector.isGlue ? ["schema_registry.type": "glue"] : [:])
        #expect(decoding.failure == nil)
        let row = try #require(decoding.rows.first)
        #expect(AvroExpectation.matches(row.value(at: 0), vector.expected), "\(row.description.prefix(500))")
    }

    @Test("a broken payload is refused, as columns and as JSON", arguments: malformed)
    func refused(vector: AvroVector) throws {
        for columns in [nil, [ColumnSchema("value", .json)]] as [[ColumnSchema]?] {
            do {
                let decoding = try AvroDecoding(
                    vector.body, vector.schema, reader: vector.readerSchema, columns: columns)
                #expect(decoding.failure != nil)
                #expect(decoding.rows.isEmpty)
            } catch let error as FormatError {
                // The two schemas don't resolve at all.
                #expect(vector.readerSchema != nil, "\(error)")
            }
        }
    }

    @Test("a payload cut anywhere is refused, and its half-read row leaves nothing", arguments: valid)
    func cut(vector: AvroVector) throws {
        // A bare `bytes` has no length that could be missed.
        guard vector.isGlue || vector.schema.text != "\"bytes\"" else { return }
        let places = vector.body.indices.filter { $0 < 64 || $0 % 97 == 0 }
        let cuts = places.map { Array(vector.body[..<$0]) } + [vector.body, vector.body + [0]]
        let decoding = try AvroDecoding(
            cuts, vector.schema, reader: vector.readerSchema,
            options: vector.isGlue ? ["schema_registry.type": "glue"] : [:])
        #expect(decoding.rows.count == 1)
        let row = try #require(decoding.rows.last)
        #expect(AvroExpectation.matches(row, vector.expected))
    }
}
