import Foundation
import LaminarFormats
import Testing

@Suite struct RowDecoderTests {
    enum Status: String, Codable { case open, closed }

    struct City: Codable, Equatable {
        let name: String
        let zip: Int?
    }

    struct Everything: Codable, Equatable {
        let flag: Bool
        let small: Int16
        let id: Int64
        let number: Double
        let half: Float
        let price: Decimal
        let exact: ExactDecimal
        let text: String
        let bytes: [UInt8]
        let data: Data
        let day: Date
        let plainDay: CalendarDate
        let time: TimeOfDay
        let moment: Date
        let stamp: Timestamp
        let span: CalendarInterval
        let uuid: UUID
        let status: Status
        let city: City
        let tags: [String]
        let cities: [City]
        let counts: [String: Int]
        let document: City
        let raw: String
        let nothing: Int?
        let absent: String?
    }

    static let columns: [ColumnSchema] = [
        ColumnSchema("flag", .boolean), ColumnSchema("small", .smallint), ColumnSchema("id", .bigint),
        ColumnSchema("number", .double), ColumnSchema("half", .real),
        ColumnSchema("price", .decimal(precision: 38, scale: 2)),
        ColumnSchema("exact", .decimal(precision: 38, scale: 10)),
        ColumnSchema("text", .text), ColumnSchema("bytes", .bytea), ColumnSchema("data", .bytea),
        ColumnSchema("day", .date), ColumnSchema("plainday", .date), ColumnSchema("time", .time),
        ColumnSchema("moment", .timestamp), ColumnSchema("stamp", .timestamp), ColumnSchema("span", .interval),
        ColumnSchema("uuid", .uuid), ColumnSchema("status", .text),
        ColumnSchema("city", .structure([StructField("name", .text), StructField("zip", .int)])),
        ColumnSchema("tags", .array(.text)),
        ColumnSchema("cities", .array(.structure([StructField("zip", .int), StructField("name", .text)]))),
        ColumnSchema("counts", .map(.int)), ColumnSchema("document", .json), ColumnSchema("raw", .json),
        ColumnSchema("nothing", .int),
    ]

    static let json =
        #"{"flag":true,"small":-3,"id":9007199254740993,"number":1.5,"half":0.25,"price":123456789012345678901234567890.12,"exact":"0.0000000001","text":"é","bytes":"AQI=","data":"Aw==","day":"2024-02-29","plainDay":"2024-02-29","time":"01:02:03.5","moment":"2024-06-01T12:00:00Z","stamp":1717243200123,"span":"P1M","uuid":"123e4567-e89b-12d3-a456-426614174000","status":"open","city":{"name":"Kraków","zip":null},"tags":["a","b"],"cities":[{"name":"x","zip":1},{"name":"y"}],"counts":{"a":1,"b":2},"document":{"zip":7,"name":"z"},"raw":[1, 2],"nothing":null}"#

    static let expected = Everything(
        flag: true, small: -3, id: 9_007_199_254_740_993, number: 1.5, half: 0.25,
        price: Decimal(string: "123456789012345678901234567890.12")!, exact: ExactDecimal("0.0000000001")!, text: "é",
        bytes: [1, 2], data: Data([3]), day: Date(timeIntervalSince1970: 1_709_164_800),
        plainDay: CalendarDate("2024-02-29")!, time: TimeOfDay("01:02:03.5")!,
        moment: Date(timeIntervalSince1970: 1_717_243_200), stamp: Timestamp(milliseconds: 1_717_243_200_123),
        span: CalendarInterval(months: 1), uuid: UUID(uuidString: "123e4567-e89b-12d3-a456-426614174000")!,
        status: .open, city: City(name: "Kraków", zip: nil), tags: ["a", "b"],
        cities: [City(name: "x", zip: 1), City(name: "y", zip: nil)], counts: ["a": 1, "b": 2],
        document: City(name: "z", zip: 7), raw: "[1, 2]", nothing: nil, absent: nil)

    @Test("every kind of property is read from its column, row after row") func everything() throws {
        let batch = try #require(try decode([Self.json, Self.json, Self.json], Self.columns).batch)
        let decoder = RowDecoder<Everything>(schema: batch.schema)
        for row in batch { #expect(try decoder.decode(row) == Self.expected) }
    }

    struct Small: Decodable, Equatable {
        let id: Int8
        let name: String
    }

    @Test(
        "what doesn't fit is an error with the property's path",
        arguments: [
            (#"{"id":200,"name":"x"}"#, DecodeFailure.Code.range, "id"), (#"{"id":null,"name":"x"}"#, .missing, "id"),
            (#"{"id":1,"name":null}"#, .missing, "name"),
        ])
    func failures(json: String, code: DecodeFailure.Code, path: String) throws {
        let batch = try #require(try decode([json], [ColumnSchema("id", .int), ColumnSchema("name", .text)]).batch)
        let failure = #expect(throws: DecodeFailure.self) {
            try RowDecoder<Small>(schema: batch.schema).decode(batch, row: 0)
        }
        #expect(failure?.code == code)
        #expect(failure?.path == path)
    }

    @Test("a column that is missing, or of another type, is named") func mismatch() throws {
        let batch = try #require(try decode([#"{"id":1}"#], [ColumnSchema("id", .int)]).batch)
        let failure = #expect(throws: DecodeFailure.self) {
            try RowDecoder<Small>(schema: batch.schema).decode(batch, row: 0)
        }
        #expect(failure?.path == "name")
        let texts = try #require(try decode([#"{"id":"1"}"#], [ColumnSchema("id", .text)]).batch)
        let typed = #expect(throws: DecodeFailure.self) {
            try RowDecoder<Small>(schema: texts.schema).decode(texts, row: 0)
        }
        #expect(typed?.code == .type)
        #expect(typed?.path == "id")
    }

    @Test("paths reach into nested columns, and values stay out of messages") func nestedFailure() throws {
        struct Outer: Decodable {
            struct Inner: Decodable { let status: Status }
            let list: [Inner]
        }
        let batch = try #require(
            try decode(
                [#"{"list":[{"status":"open"},{"status":"hidden"}]}"#],
                [ColumnSchema("list", .array(.structure([StructField("status", .text)])))]
            ).batch)
        let failure = #expect(throws: DecodeFailure.self) {
            try RowDecoder<Outer>(schema: batch.schema).decode(batch, row: 0)
        }
        #expect(failure?.path == "list[1].status")
        #expect(failure?.description.contains("hidden") == false)
    }

    @Test("rows of different shapes, batches by turns: each row is read as itself") func shapes() throws {
        struct Line: Codable, Equatable {
            let sku: String
            let city: City?
        }
        struct Shape: Codable, Equatable {
            let city: City?
            let lines: [Line]
            let last: City?
        }
        let structure = ColumnType.structure([StructField("name", .text), StructField("zip", .int)])
        let columns = [
            ColumnSchema("city", structure),
            ColumnSchema("lines", .array(.structure([StructField("sku", .text), StructField("city", structure)]))),
            ColumnSchema("last", structure),
        ]
        func shape(_ seed: Int) -> Shape {
            func city(_ number: Int) -> City? { number % 3 == 0 ? nil : City(name: "c\(number)", zip: number) }
            let lines = (0..<(seed % 5)).map { Line(sku: "s\($0)", city: city(seed + $0)) }
            return Shape(city: city(seed), lines: lines, last: city(seed + 1))
        }
        let encoder = JSONEncoder()
        let batches = try [0..<40, 40..<80].map { seeds in
            var payloads: [String] = []
            for seed in seeds { payloads.append(String(decoding: try encoder.encode(shape(seed)), as: UTF8.self)) }
            let outcome = try decode(payloads, columns)
            return try #require(outcome.batch)
        }
        let decoder = RowDecoder<Shape>(schema: batches[0].schema)
        for row in 0..<40 {
            #expect(try decoder.decode(batches[0], row: row) == shape(row))
            #expect(try decoder.decode(batches[1], row: 39 - row) == shape(79 - row))
        }
    }

    @Test("containers that are open at the same time read their own rows") func openContainers() throws {
        struct Pairs: Decodable {
            enum Keys: String, CodingKey { case list, name }
            let names: [String]
            init(from decoder: any Decoder) throws {
                let row = try decoder.container(keyedBy: Keys.self)
                var list = try row.nestedUnkeyedContainer(forKey: .list)
                let first = try list.nestedContainer(keyedBy: Keys.self)
                let second = try list.nestedContainer(keyedBy: Keys.self)
                names = try [
                    first.decode(String.self, forKey: .name), second.decode(String.self, forKey: .name),
                    row.decode(String.self, forKey: .name), first.decode(String.self, forKey: .name),
                ]
            }
        }
        let batch = try #require(
            try decode(
                [#"{"name":"row","list":[{"name":"a"},{"name":"b"}]}"#],
                [
                    ColumnSchema("name", .text),
                    ColumnSchema("list", .array(.structure([StructField("name", .text)]))),
                ]
            ).batch)
        let decoder = RowDecoder<Pairs>(schema: batch.schema)
        for _ in 0..<3 { #expect(try decoder.decode(batch, row: 0).names == ["a", "b", "row", "a"]) }
    }

    @Test("a batch of another schema, and a row that isn't there, are errors") func otherSchema() throws {
        let batch = try #require(
            try decode([#"{"id":1,"name":"x"}"#], [ColumnSchema("id", .int), ColumnSchema("name", .text)]).batch)
        let other = try #require(
            try decode([#"{"id":"1","name":2}"#], [ColumnSchema("id", .text), ColumnSchema("name", .int)]).batch)
        let decoder = RowDecoder<Small>(schema: batch.schema)
        #expect(throws: DecodeFailure.self) { try decoder.decode(other, row: 0) }
        #expect(throws: DecodeFailure.self) { try decoder.decode(batch, row: 1) }
        #expect(try decoder.decode(batch, row: 0) == Small(id: 1, name: "x"))
    }

    @Test("many names are found by every length, exactly and ignoring case") func names() throws {
        let names = (0..<200).map { String(repeating: "n", count: $0 % 23) + "\($0)" } + ["ä", "Äpfel", "UPPER"]
        let schema = try RowSchema(names.map { ColumnSchema($0, .int) })
        for (place, name) in names.enumerated() {
            #expect(schema.index(of: name) == place)
            #expect(schema.index(of: name + "x") == nil)
        }
        #expect(schema.index(of: "upper") == 202)
        #expect(schema.index(of: "") == nil)
    }

    @Test("a type with init(row:) reads by name and by number") func rowDecodable() throws {
        struct Pair: RowDecodable {
            let id: Int64
            let name: String?
            init(row: Row) throws {
                id = try row["ID", as: Int64.self]
                name = try row[1, as: String?.self]
            }
        }
        let batch = try #require(
            try decode([#"{"id":1}"#], [ColumnSchema("id", .int), ColumnSchema("name", .text)]).batch)
        let pair = try Pair(row: batch[0])
        #expect(pair.id == 1)
        #expect(pair.name == nil)
        #expect(throws: DecodeFailure.self) { try batch[0]["name", as: String.self] }
        #expect(throws: DecodeFailure.self) { try batch[0]["nope", as: String?.self] }
        #expect(throws: DecodeFailure.self) { try batch[0]["id", as: Bool.self] }
    }
}
