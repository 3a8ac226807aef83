import Foundation
import LaminarFormats
import Testing

@Suite struct JSONValueDecoderTests {
    private func value<T: Decodable>(_ json: String, as type: T.Type = T.self) throws -> T {
        let payload = Payloads([json])
        return try JSONValueDecoder<T>().decode(payload.slices[0].bytes)
    }

    @Test("every kind of property is read straight from the payload, record after record") func everything() throws {
        let payload = Payloads([
            RowDecoderTests.json.replacingOccurrences(of: #""raw":[1, 2]"#, with: #""raw":"[1, 2]""#)
                .replacingOccurrences(of: #""day":"2024-02-29""#, with: #""day":1709164800000"#)
                .replacingOccurrences(of: #""span":"P1M""#, with: #""span":"1 month""#)
        ])
        let decoder = JSONValueDecoder<RowDecoderTests.Everything>()
        for _ in 0..<3 { #expect(try decoder.decode(payload.slices[0].bytes) == RowDecoderTests.expected) }
    }

    class Animal: Decodable { let name: String }
    final class Dog: Animal {
        let tail: Bool
        enum CodingKeys: CodingKey { case tail }
        required init(from decoder: any Decoder) throws {
            tail = try decoder.container(keyedBy: CodingKeys.self).decode(Bool.self, forKey: .tail)
            try super.init(from: decoder)
        }
    }
    final class Cat: Animal {
        let lives: Int
        enum CodingKeys: CodingKey { case lives }
        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            lives = try container.decode(Int.self, forKey: .lives)
            try super.init(from: container.superDecoder())
        }
    }
    enum Event: Codable, Equatable {
        case started(at: Int, by: String)
        case stopped
        case moved(Double)
    }
    indirect enum Tree: Decodable, Equatable {
        case leaf(Int), node([Tree])
        init(from decoder: any Decoder) throws {
            if var list = try? decoder.unkeyedContainer() {
                var trees: [Tree] = []
                while !list.isAtEnd { trees.append(try list.decode(Tree.self)) }
                self = .node(trees)
            } else {
                self = .leaf(try decoder.singleValueContainer().decode(Int.self))
            }
        }
    }
    struct Nested: Decodable {
        let first: Int
        let rest: [Int]
        let path: String
        enum Outer: String, CodingKey { case box }
        enum Inner: String, CodingKey { case numbers }
        init(from decoder: any Decoder) throws {
            let box = try decoder.container(keyedBy: Outer.self).nestedContainer(keyedBy: Inner.self, forKey: .box)
            var numbers = try box.nestedUnkeyedContainer(forKey: .numbers)
            path = numbers.codingPath.map(\.stringValue).joined(separator: ".")
            first = try numbers.decode(Int.self)
            _ = try numbers.decodeNil()
            var rest: [Int] = []
            while !numbers.isAtEnd { rest.append(try numbers.decode(Int.self)) }
            self.rest = rest
        }
    }

    @Test("classes, enums with values, trees, nested containers and dictionaries are read") func shapes() throws {
        let dog = try value(#"{"name":"Rex","tail":true}"#, as: Dog.self)
        #expect(dog.name == "Rex" && dog.tail)
        let cat = try value(#"{"super":{"name":"Tom"},"lives":9}"#, as: Cat.self)
        #expect(cat.name == "Tom" && cat.lives == 9)
        #expect(
            try value(#"[{"started":{"at":1,"by":"me"}},{"stopped":{}},{"moved":{"_0":2.5}}]"#, as: [Event].self) == [
                .started(at: 1, by: "me"), .stopped, .moved(2.5),
            ])
        #expect(try value("[1,[2,[]],3]", as: Tree.self) == .node([.leaf(1), .node([.leaf(2), .node([])]), .leaf(3)]))
        let nested = try value(#"{"box":{"numbers":[1,null,2,3]}}"#, as: Nested.self)
        #expect(nested.first == 1 && nested.rest == [2, 3] && nested.path == "box.numbers")
        #expect(try value(#"{"a":{"x":1},"b":{}}"#, as: [String: [String: Int]].self) == ["a": ["x": 1], "b": [:]])
        #expect(try value("7", as: Int.self) == 7)
        #expect(try value("null", as: Int?.self) == nil)
        #expect(try value("[1,null]", as: [Int?].self) == [1, nil])
        #expect(try value("\"https://a.b/c\"", as: URL.self).host() == "a.b")
        #expect(try value("[1,2,255]", as: [UInt8].self) == [1, 2, 255])
    }

    @Test("keys match by exact name, then ignoring case; the last of equal ones counts") func keys() throws {
        struct One: Decodable, Equatable { let userId: Int }
        #expect(try value(#"{"userid":1}"#, as: One.self).userId == 1)
        #expect(try value(#"{"userid":1,"userId":2,"USERID":3}"#, as: One.self).userId == 2)
        #expect(try value(#"{"userId":1,"userId":2}"#, as: One.self).userId == 2)
        #expect(try value(#"{"user\u0049d":5}"#, as: One.self).userId == 5)
        let many =
            "{" + (0..<100).map { #""k\#($0)":\#($0)"# }.joined(separator: ",") + #","userid":4,"k7":700,"k7":77}"#
        #expect(try value(many, as: One.self).userId == 4)
        #expect(try value(many, as: [String: Int].self)["k7"] == 77)
    }

    @Test("a wide type is read in every order of its keys") func wide() throws {
        let forward = (0..<500).map { #""k\#($0)":\#($0)"# }
        let expected = Dictionary(uniqueKeysWithValues: (0..<500).map { ("k\($0)", $0) })
        let decoder = JSONValueDecoder<[String: Int]>()
        for members in [forward, forward.reversed(), forward.shuffled()] {
            #expect(try decoder.decode(Array("{\(members.joined(separator: ","))}".utf8)) == expected)
        }
    }

    @Test("records of different shapes may follow each other") func learning() throws {
        struct Order: Decodable, Equatable {
            struct Line: Decodable, Equatable { let sku: String; let count: Int? }
            let id: Int
            let lines: [Line]?
            let note: String?
        }
        let decoder = JSONValueDecoder<Order>()
        for round in 0..<20 {
            let lines = (0..<round % 4).map { Order.Line(sku: "s\n\($0)", count: $0 % 2 == 0 ? $0 : nil) }
            let texts = lines.map { #"{"count":\#($0.count.map(String.init) ?? "null"),"sku":"s\n\#($0.sku.last!)"}"# }
            let members =
                [#""id":\#(round)"#, #""lines":[\#(texts.joined(separator: ","))]"#]
                + (round % 3 == 0 ? [#""note":"é""#] : [])
            let json = "{" + (round % 2 == 0 ? members : members.reversed()).joined(separator: " , ") + "}"
            #expect(
                try decoder.decode(Array(json.utf8)) == Order(id: round, lines: lines, note: round % 3 == 0 ? "é" : nil)
            )
        }
    }

    struct Inner: Decodable { let zip: Int }
    struct Outer: Decodable { let address: [Inner] }

    @Test(
        "a failure has the property's path and no value",
        arguments: [
            (#"{"address":[{"zip":1},{"zip":"secret"}]}"#, DecodeFailure.Code.type, "address[1].zip"),
            (#"{"address":[{"zip":1},{}]}"#, .missing, "address[1].zip"),
            (#"{"address":[{"zip":null}]}"#, .missing, "address[0].zip"),
            (#"{"address":[{"zip":1.5}]}"#, .range, "address[0].zip"), (#"{"address":{}}"#, .type, "address"),
            ("{}", .missing, "address"),
            ("[]", .type, ""), (#"{"address":[1,}"#, .syntax, ""), ("", .syntax, ""),
        ])
    func failures(json: String, code: DecodeFailure.Code, path: String) throws {
        let failure = #expect(throws: DecodeFailure.self) { try JSONValueDecoder<Outer>().decode(Array(json.utf8)) }
        #expect(failure?.code == code)
        #expect(failure?.path == path)
        #expect(failure?.description.contains("secret") == false)
    }

    @Test("a decoder that is kept past its payload gives errors, not memory") func kept() throws {
        final class Box { var container: KeyedDecodingContainer<AnyKey>?; var decoder: (any Decoder)? }
        struct Keeper: Decodable {
            static let box = CodingUserInfoKey(rawValue: "box")!
            init(from decoder: any Decoder) throws {
                let box = decoder.userInfo[Self.box] as? Holder
                box?.value.container = try decoder.container(keyedBy: AnyKey.self)
                box?.value.decoder = decoder
            }
        }
        struct Holder: @unchecked Sendable { let value = Box() }
        let holder = Holder()
        let decoder = JSONValueDecoder<Keeper>(userInfo: [Keeper.box: holder])
        _ = try decoder.decode(Array(#"{"a":1}"#.utf8))
        #expect(throws: DecodeFailure.self) {
            try holder.value.container?.decode(Int.self, forKey: AnyKey(stringValue: "a"))
        }
        #expect(throws: DecodeFailure.self) { _ = try holder.value.decoder?.container(keyedBy: AnyKey.self) }
        #expect(holder.value.container?.allKeys.isEmpty == true)
    }
}
