import Foundation
import LaminarFormats
import Testing

@Suite("JSON that values are written as")
struct JSONValueEncoderTests {
    private struct Address: Codable, Equatable {
        var city: String
        var zip: String?
    }

    private struct Everything: Codable, Equatable {
        var id: Int64 = .min
        var small: Int8 = -7
        var big = UInt64.max
        var ratio = 0.1
        var single: Float = 1.5
        var flag = true
        var text = "a\"b\\c\n\t\u{1}é☃🚚"
        var missing: String?
        var address = Address(city: "Kraków", zip: nil)
        var tags = ["x", "y"]
        var counts: [String: Int] = ["a": 1]
        var nested = [[1], [], [2, 3]]
        var at = Date(timeIntervalSince1970: 1_717_236_000.5)
        var exact = Decimal(string: "12345678901234567890.5")!
        var precise = ExactDecimal("0.10")!
        var moment = Timestamp(microseconds: 1_717_236_000_123_456)
        var uuid = UUID(uuidString: "6BA7B810-9DAD-11D1-80B4-00C04FD430C8")!
        var data = Data([0, 1, 254, 255])
        var bytes: [UInt8] = [7, 8]
        var link = URL(string: "https://example.org/a?b=c")!
    }

    @Test("every kind of property comes back equal") func roundTrip() throws {
        let value = Everything()
        var bytes: [UInt8] = []
        try JSONValueEncoder<Everything>().encode(value, into: &bytes)
        #expect(try JSONValueDecoder<Everything>().decode(bytes) == value)
        // Foundation agrees that it is JSON, and on what is in it.
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(object["text"] as? String == value.text)
        #expect((object["tags"] as? [String]) == value.tags)
        #expect(object["at"] as? String == "2024-06-01T10:00:00.500000Z")
        #expect(object["data"] as? String == "AAH+/w==")
        #expect(object["uuid"] as? String == "6ba7b810-9dad-11d1-80b4-00c04fd430c8")
        #expect(object["missing"] == nil)
    }

    @Test("numbers are exact, members stand in the type's order") func text() throws {
        struct Order: Encodable {
            var id = Int64.max
            var amount = ExactDecimal("1234567890123456789.50")!
            var note: String? = "x"
        }
        #expect(
            try JSONValueEncoder<Order>().text(Order())
                == #"{"id":9223372036854775807,"amount":1234567890123456789.50,"note":"x"}"#)
    }

    @Test("numbers that JSON has no word for are strings, which are read back") func notFinite() throws {
        let values = [Double.infinity, -.infinity, .nan]
        let text = try JSONValueEncoder<[Double]>().text(values)
        #expect(text == #"["Infinity","-Infinity","NaN"]"#)
    }

    @Test("containers may be held and written by turns") func interleaved() throws {
        struct Woven: Encodable {
            enum Key: String, CodingKey { case a, b, c }
            func encode(to encoder: any Encoder) throws {
                var outer = encoder.container(keyedBy: Key.self)
                var a = outer.nestedUnkeyedContainer(forKey: .a)
                var b = outer.nestedContainer(keyedBy: Key.self, forKey: .b)
                try a.encode(1)
                try b.encode("x", forKey: .c)
                try a.encode(2)
                try outer.encode(3, forKey: .c)
                try outer.superEncoder().singleValueContainer().encodeOnce("s")
            }
        }
        #expect(
            try JSONValueEncoder<Woven>().text(Woven()) == #"{"a":[1,2],"b":{"c":"x"},"c":3,"super":"s"}"#)
    }

    @Test("an encoder is used again, also after a failure") func reuse() throws {
        struct Picky: Encodable {
            let value: Int
            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                guard value >= 0 else {
                    throw EncodingError.invalidValue(
                        value, .init(codingPath: container.codingPath, debugDescription: "secret \(value)"))
                }
                try container.encode(value)
            }
        }
        struct Holder: Encodable { let inner: [Picky] }
        let encoder = JSONValueEncoder<Holder>()
        #expect(try encoder.text(Holder(inner: [Picky(value: 1)])) == #"{"inner":[1]}"#)
        var bytes = Array("kept".utf8)
        let failure = #expect(throws: EncodeFailure.self) {
            try encoder.encode(Holder(inner: [Picky(value: 1), Picky(value: -99)]), into: &bytes)
        }
        #expect(failure?.path == "inner[1]")
        #expect(failure?.description.contains("99") == false, "no value is in an error")
        #expect(bytes == Array("kept".utf8))
        #expect(try encoder.text(Holder(inner: [])) == #"{"inner":[]}"#)
    }

    @Test("too deep a value is refused") func depth() throws {
        struct Chain: Encodable {
            let level: Int
            enum Key: String, CodingKey { case next }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                if level > 0 { try container.encode(Chain(level: level - 1), forKey: .next) }
            }
        }
        #expect(try JSONValueEncoder<Chain>().text(Chain(level: 127)).hasPrefix("{\"next\":"))
        let failure = #expect(throws: EncodeFailure.self) { try JSONValueEncoder<Chain>().text(Chain(level: 128)) }
        #expect(failure?.code == .depth)
    }

    @Test("a type that writes nothing, or two values in one place, is named") func misuse() throws {
        struct Silent: Encodable { func encode(to encoder: any Encoder) throws {} }
        #expect(throws: EncodeFailure.self) { try JSONValueEncoder<Silent>().text(Silent()) }
        struct Twice: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                try container.encode(1)
                try container.encode(2)
            }
        }
        #expect(throws: EncodeFailure.self) { try JSONValueEncoder<Twice>().text(Twice()) }
    }
}

extension SingleValueEncodingContainer {
    fileprivate func encodeOnce(_ text: String) throws {
        var container = self
        try container.encode(text)
    }
}
