import Foundation
import LaminarFormats
import Testing

/// Generated and damaged documents, the same at every run.
@Suite struct JSONFuzzTests {
    /// A small generator with a fixed seed.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static func value(_ random: inout Generator, depth: Int) -> String {
        let space = ["", "", "", " ", "\n", "\t "].randomElement(using: &random)!
        switch Int.random(in: 0..<(depth > 4 ? 6 : 8), using: &random) {
        case 0: return ["true", "false", "null"].randomElement(using: &random)! + space
        case 1: return String(Int64.random(in: -(1 << 53)...(1 << 53), using: &random))
        case 2:
            let digits = (0..<Int.random(in: 1...18, using: &random)).map { _ in
                String(Int.random(in: 0...9, using: &random))
            }
            return "0." + digits.joined() + "e" + String(Int.random(in: -300...290, using: &random))
        case 3: return String(Double.random(in: -1e6...1e6, using: &random))
        case 4, 5: return string(&random) + space
        case 6:
            let elements = (0..<Int.random(in: 0...5, using: &random)).map { _ in value(&random, depth: depth + 1) }
            return "[" + space + elements.joined(separator: "," + space) + "]"
        default:
            let members = (0..<Int.random(in: 0...6, using: &random)).map {
                "\"\($0)" + string(&random).dropFirst() + space + ":" + value(&random, depth: depth + 1)
            }
            return "{" + members.joined(separator: space + ",") + "}"
        }
    }

    static func string(_ random: inout Generator) -> String {
        let pieces = [
            "a", "key", "0123456789abcdef", "é", "日本", "𝄞", #"\n"#, #"\u00e9"#, #"\ud834\udd1e"#, #"\""#, #"\\"#, "/",
            " ", "~",
        ]
        return "\""
            + (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
            + "\""
    }

    @Test("generated documents decode to what Foundation decodes", arguments: 0..<8)
    func differential(seed: UInt64) throws {
        var random = Generator(state: seed)
        let ours = JSONValueDecoder<AnyJSON>()
        for _ in 0..<250 {
            let text = Self.value(&random, depth: 0)
            let payload = Payloads([text])
            let expected = try JSONDecoder().decode(AnyJSON.self, from: Data(text.utf8))
            #expect(try ours.decode(payload.slices[0].bytes) == expected, "\(text)")
            let kept = try decode(payload, [ColumnSchema("v", .json)], options: ["json.unstructured": "true"])
            #expect(kept.rows == [[.json(text.trimmingCharacters(in: .whitespacesAndNewlines))]])
        }
    }

    @Test("doubles are rounded as the C library rounds them", arguments: 0..<4)
    func doubles(seed: UInt64) throws {
        var random = Generator(state: seed &+ 100)
        var texts: [String] = []
        for _ in 0..<2500 {
            let bits = Double(bitPattern: random.next())
            let number = bits.isFinite ? bits : 1.5
            let plain = Double.random(in: -1e7...1e7, using: &random)
            let digits = String(random.next()).prefix(Int.random(in: 1...19, using: &random))
            let first = digits.first == "0" ? "1" : ""
            let fraction = String(random.next() % 1_000_000_000_000)
            texts += [number.description, plain.description, first + digits + "." + fraction, first + digits]
            // Halfway between two neighbours.
            texts.append("9007199254740993.\(random.next() % 2 == 0 ? "0" : "0000000000001")")
        }
        let outcome = try decode(texts.map { #"{"v":\#($0)}"# }, [ColumnSchema("v", .double)])
        #expect(outcome.failures.isEmpty)
        for (text, row) in zip(texts, outcome.rows) { #expect(row == [.double(Double(text)!)], "\(text)") }
    }

    static let columns: [ColumnSchema] = [
        ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("name", .text), ColumnSchema("amount", .double),
        ColumnSchema("price", .decimal(precision: 20, scale: 4)), ColumnSchema("ts", .timestamp),
        ColumnSchema("active", .boolean),
        ColumnSchema("address", .structure([StructField("city", .text), StructField("zip", .int, isNullable: false)])),
        ColumnSchema("tags", .array(.text)), ColumnSchema("attributes", .map(.array(.int))), ColumnSchema("raw", .json),
        ColumnSchema("token", .bytea), ColumnSchema("day", .date),
    ]

    static let seeds: [String] = [
        #"{"id":1,"name":"Anna \"Q\" é","amount":12.5,"price":"1.2345","ts":"2024-06-01T12:00:00.123456Z","active":true,"address":{"street":"x","city":"Kraków","zip":30001},"tags":["a","b\n"],"attributes":{"x":[1,2],"y":[]},"raw":{"a":[1,{"b":null}]},"token":"aGk=","day":"2024-02-29"}"#,
        #"{ "tags" : [ ] , "id" : 22222222222 , "unknown" : [[["deep"]]], "amount" : -0.00000001234567890123, "address" : null }"#,
        #"{"ID":7,"Name":"x","ts":1717243200123,"attributes":{},"raw":"text","price":123456789.5,"active":false}"#,
    ]

    @Test("damaged records leave no trace: the rest is as if they had never come", arguments: 0..<12)
    func mutations(seed: UInt64) throws {
        var random = Generator(state: seed &+ 1000)
        var payloads: [[UInt8]] = []
        for _ in 0..<400 {
            var bytes = Array(Self.seeds.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array(#"{}[],:"\0e-.tn"#.utf8).randomElement(using: &random)!, at: place)
                case 3: bytes.removeLast(bytes.count - place)
                default:
                    let end = Int.random(in: place...bytes.count, using: &random)
                    bytes.insert(contentsOf: bytes[place..<end], at: place)
                }
            }
            payloads.append(bytes)
        }
        let outcome = try decode(Payloads(bytes: payloads), Self.columns)
        let bad = Set(outcome.failures.map(\.index))
        let good = payloads.indices.filter { !bad.contains($0) }.map { payloads[$0] }
        let clean = try decode(Payloads(bytes: good), Self.columns)
        #expect(clean.failures.isEmpty)
        #expect(clean.rows == outcome.rows)
        for (mixed, only) in zip(outcome.batch!.columns, clean.batch!.columns) {
            #expect(Buffers(mixed) == Buffers(only))
        }
        // Each by itself: nothing that was learned from another record changes a verdict or a value.
        let single = try decode(Payloads(bytes: [payloads[0]]), Self.columns)
        #expect(single.failures.isEmpty == !bad.contains(0))
        let document = JSONValueDecoder<AnyJSON>()
        for (index, bytes) in payloads.enumerated() where !bad.contains(index) {
            _ = try document.decode(bytes)
        }
    }

    /// A column's memory, for comparison.
    struct Buffers: Equatable {
        var parts: [[UInt8]?] = []
        var children: [Buffers] = []

        init(_ column: Column) {
            column.withBuffers { validity, offsets, values in
                parts = [validity.map { Array($0) }, offsets.map { Array($0) }, values.map { Array($0) }]
            }
            children = column.children.map(Buffers.init)
        }
    }
}
