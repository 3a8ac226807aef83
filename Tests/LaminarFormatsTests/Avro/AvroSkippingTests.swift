import Testing

@testable import LaminarFormats

/// Fields that no column wants are passed, and are checked no less than the others.
@Suite struct AvroSkippingTests {
    @Test("every column alone, and without it the others, are what they are among all", arguments: 0..<4)
    func selections(seed: UInt64) throws {
        let columns = AvroEncoderTests.everything
        let batch = try AvroEncoderTests.batch(columns, rows: 40, seed: seed &+ 300)
        let schema = try AvroFormat().schema(for: batch.schema, named: "shop.Order", options: [:])
        let bodies = try AvroEncoderTests.encode(batch, schema)
        for place in columns.indices {
            let alone = try AvroDecoding(bodies, schema, columns: [columns[place]])
            #expect(alone.failure == nil)
            #expect(alone.rows.map(\.values) == batch.map { [$0.values[place]] }, "\(columns[place].name)")
            var others = columns
            others.remove(at: place)
            let rest = try AvroDecoding(bodies, schema, columns: others)
            #expect(
                rest.rows.map(\.values)
                    == batch.map {
                        var values = $0.values
                        values.remove(at: place)
                        return values
                    }, "without \(columns[place].name)")
        }
    }

    /// Bytes of known number before, between and inside of optional fields.
    private static let schema = PublishedSchema(
        .avro,
        """
        {"type": "record", "name": "R", "fields": [
          {"name": "a", "type": "boolean"}, {"name": "b", "type": ["null", "double"]}, {"name": "c", "type": "boolean"},
          {"name": "d", "type": ["string", "null"]}, {"name": "e", "type": {"type": "fixed", "name": "F", "size": 3}},
          {"name": "f", "type": "float"}, {"name": "g", "type": {"type": "array", "items": "string"}},
          {"name": "h", "type": ["null", {"type": "record", "name": "S", "fields": [
            {"name": "x", "type": "double"}, {"name": "y", "type": ["null", "F"]}]}]},
          {"name": "i", "type": "boolean"}, {"name": "j", "type": "long"}, {"name": "k", "type": ["int", "string", "null"]},
          {"name": "z", "type": "long"}]}
        """)

    /// The fields of one record in all combinations of present and null.
    private static var bodies: [[UInt8]] {
        var bodies: [[UInt8]] = [[]]
        func add(_ choices: [UInt8]...) { bodies = bodies.flatMap { body in choices.map { body + $0 } } }
        add([1])
        add([0], [2] + [UInt8](repeating: 0x40, count: 8))
        add([0])
        add([2], [0, 4, 0x61, 0x62])
        add([1, 2, 3, 0, 0, 0x80, 0x3F])
        add([0], [4, 2, 0x61, 0, 2, 2, 0x62, 0], [1, 6, 4, 0x63, 0x64, 0])
        add([0], [2] + [UInt8](repeating: 0x40, count: 8) + [0], [2] + [UInt8](repeating: 0, count: 8) + [2, 7, 8, 9])
        add([1, 0x96, 1])
        add([4], [0, 0x80, 2], [2, 6, 0x61, 0x62, 0x63])
        add([14])
        return bodies
    }

    @Test("what comes after optional and fixed fields is found, whatever they hold")
    func optionals() throws {
        let decoding = try AvroDecoding(Self.bodies, Self.schema, columns: [ColumnSchema("z", .bigint)])
        #expect(decoding.failure == nil)
        #expect(decoding.rows.map(\.values) == Self.bodies.map { _ in [.bigint(7)] })
        let last = try AvroDecoding(
            Self.bodies, Self.schema, columns: [ColumnSchema("j", .bigint), ColumnSchema("z", .bigint)])
        #expect(last.rows.map(\.values) == Self.bodies.map { _ in [.bigint(75), .bigint(7)] })
    }

    @Test("a datum that ends anywhere in skipped fields, or goes on after them, is a bad record")
    func cut() throws {
        for body in Self.bodies {
            for count in 0..<body.count {
                let decoding = try AvroDecoding(
                    Array(body.prefix(count)), Self.schema, columns: [ColumnSchema("z", .bigint)])
                #expect(decoding.rows.isEmpty)
                #expect(decoding.failure?.code == .syntax)
            }
            let longer = try AvroDecoding(body + [0], Self.schema, columns: [ColumnSchema("z", .bigint)])
            #expect(longer.failure != nil)
        }
    }
}
