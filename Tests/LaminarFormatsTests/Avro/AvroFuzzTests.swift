import Foundation
import Testing

@testable import LaminarFormats

/// Damaged payloads, the same at every run: each is a row or a failure, and never more.
@Suite struct AvroFuzzTests {
    @Test("flipped, cut, grown and spliced bytes never trap", arguments: AvroVectorTests.valid)
    func mutated(vector: AvroVector) throws {
        var random = JSONFuzzTests.Generator(state: 7)
        var bodies: [[UInt8]] = []
        for _ in 0..<150 {
            var body = vector.body
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0...max(body.count - 1, 0), using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0 where !body.isEmpty: body[place] = UInt8.random(in: 0...255, using: &random)
                case 1 where !body.isEmpty: body[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: body = Array(body.prefix(place))
                case 3: body.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], at: min(place, body.count))
                default: body.append(UInt8.random(in: 0...255, using: &random))
                }
            }
            bodies.append(body)
        }
        for columns in [nil, [ColumnSchema("value", .json)], [ColumnSchema("nothing", .text)]] as [[ColumnSchema]?] {
            // A schema without fields has no table of a column that isn't `value`.
            if columns?[0].name == "nothing", try AvroSchema(vector.schema).nodes.last?.kind != .record { continue }
            guard let decoding = try? AvroDecoding(bodies, vector.schema, reader: vector.readerSchema, columns: columns)
            else { continue }
            #expect(decoding.rows.count <= bodies.count)
            for row in decoding.rows { #expect(row.values.count == row.schema.columns.count) }
        }
    }

    @Test("random schemas and bytes never trap", arguments: 0..<16)
    func random(seed: UInt64) throws {
        var random = JSONFuzzTests.Generator(state: seed)
        for _ in 0..<40 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var text = AvroSchemaTree.text(&random)
            if Bool.random(using: &random) {
                var damaged = Array(text.utf8)
                damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 32..<127, using: &random)
                text = String(decoding: damaged, as: UTF8.self)
            }
            _ = try? AvroDecoding(bytes, PublishedSchema(.avro, text))
        }
    }
}

/// Schemas by chance.
enum AvroSchemaTree {
    static func text(_ random: inout JSONFuzzTests.Generator) -> String {
        var names = 0
        return record(&random, &names, depth: 0)
    }

    private static func record(_ random: inout JSONFuzzTests.Generator, _ names: inout Int, depth: Int) -> String {
        names += 1
        let name = "R\(names)"
        let fields = (0..<Int.random(in: 1...5, using: &random)).map { index in
            #"{"name":"f\#(index)","type":\#(type(&random, &names, depth: depth + 1))}"#
        }
        return #"{"type":"record","name":"\#(name)","fields":[\#(fields.joined(separator: ","))]}"#
    }

    private static func type(_ random: inout JSONFuzzTests.Generator, _ names: inout Int, depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 3 ? 12 : 17), using: &random) {
        case 0: return #""null""#
        case 1: return #""boolean""#
        case 2: return #""int""#
        case 3, 4: return #""long""#
        case 5: return #""float""#
        case 6: return #""double""#
        case 7: return #""bytes""#
        case 8, 9: return #""string""#
        case 10:
            names += 1
            return #"{"type":"enum","name":"E\#(names)","symbols":["A","B","C"]}"#
        case 11:
            names += 1
            return #"{"type":"fixed","name":"F\#(names)","size":\#(Int.random(in: 0...9, using: &random))}"#
        case 12: return #"{"type":"array","items":\#(type(&random, &names, depth: depth + 1))}"#
        case 13: return #"{"type":"map","values":\#(type(&random, &names, depth: depth + 1))}"#
        case 14: return #"["null",{"type":"array","items":\#(type(&random, &names, depth: depth + 1))}]"#
        case 15: return #"["null","string","long",{"type":"map","values":"int"}]"#
        default: return record(&random, &names, depth: depth + 1)
        }
    }
}
