import Foundation
import LaminarFormats
import LaminarStore
import Testing

@testable import LaminarQuery

@Suite struct HashTests {
    struct Vector: Decodable {
        var type: String
        var sql: String
        var hash: Int64
    }

    static let vectors: [Vector] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Vectors/sql-hash.json")
        return (try? JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))) ?? []
    }()

    private static let types: [String: ColumnType] = [
        "boolean": .boolean, "smallint": .smallint, "int": .int, "bigint": .bigint, "real": .real, "double": .double,
        "decimal": .decimal(precision: 38, scale: 9), "text": .text, "bytea": .bytea, "date": .date, "time": .time,
        "timestamp": .timestamp, "interval": .interval, "uuid": .uuid, "json": .json,
    ]

    @Test("the published hashes stay what they are", arguments: vectors)
    func published(_ vector: Vector) throws {
        let type = try #require(Self.types[vector.type])
        let cast = FunctionCatalog.cast(from: .text, to: type.kind)
        let value = cast?.sql("?1", from: .text, to: type) ?? "?1"
        let function = try CatalogCall.overload("hash", [type])
        let call = function.sql([value], of: [FunctionArgument(type)], giving: .bigint)
        #expect(try CatalogCall.evaluate(call, .bigint, [.text(vector.sql)]) == String(vector.hash))
    }

    @Test("there are vectors of every type") func complete() {
        #expect(Set(Self.vectors.map(\.type)) == Set(Self.types.keys))
    }

    @Test("NULL is 0, and equal integers of any width hash alike")
    func integers() throws {
        func hash(_ type: ColumnType, _ value: Value) throws -> String? {
            try CatalogCall.text(CatalogCall.overload("hash", [type]), [(type, value)]).text
        }
        #expect(try hash(.text, .null) == "0")
        #expect(try hash(.smallint, .smallint(7)) == hash(.bigint, .bigint(7)))
        #expect(try hash(.int, .int(-7)) == hash(.bigint, .bigint(-7)))
        #expect(
            try hash(.decimal(precision: 3, scale: 2), .decimal(ExactDecimal("1.50")!))
                == hash(.decimal(precision: 2, scale: 1), .decimal(ExactDecimal("1.5")!)))
    }

    @Test("halves of consecutive numbers are about equal")
    func spread() {
        let odd = (0..<10_000).filter { StableHash.value(of: .integer(Int64($0)), .bigint) % 2 == 1 }.count
        #expect((4800...5200).contains(odd))
    }
}
