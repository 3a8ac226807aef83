import Foundation
import LaminarFormats
import Testing

/// What RFC 8259 allows and forbids, asked of every way in which a payload is read: kept as text, skipped, decoded.
@Suite struct JSONScannerTests {
    static let valid: [String] = [
        "0", "-0", "1", "-1", "10", "123456789012345678901234567890", "0.5", "-0.0", "1e5", "1E+5", "1e-5", "1.25e300",
        "0e0", "0.0e-0", "1234567890.123456789", "true", "false", "null", "\"\"", "\"a\"", "\"abcdefghijklmnopqrst\"",
        #""\"\\\/\b\f\n\r\t""#, #""\u0041\u00e9\u20AC""#, #""\ud834\udd1e""#, #""\u0000""#,
        #""a\u0041bcdefghijklmnopq\n""#,
        "\"é☃𝄞\"", "\"\u{7F}\"", "\"\u{FFFF}\"", "\"\u{10FFFF}\"", "[]", "[ ]", "[1]", "[1,2,3]", "[ 1 , 2 ]",
        "[[],[[]],{}]",
        "{}", "{ }", #"{"a":1}"#, #"{"a":1,"b":[true,false,null]}"#, #"{ "a" : { "b" : { } } }"#, #"{"":0}"#,
        #"{"a":1,"a":2}"#, "{\"\\u0061\":1}", " \t\r\n1 \t\r\n", "[1\n,\r2\t]",
        #"{"long key that is beyond sixteen bytes":1}"#,
        "[" + String(repeating: "1,", count: 500) + "1]",
        String(repeating: "[", count: 128) + String(repeating: "]", count: 128),
        #"{"k":"value with sixteen"}"#, #"["0123456789abcde"]"#, #"["0123456789abcdef"]"#, #"["0123456789abcdefg"]"#,
    ]

    static let invalid: [String] = [
        "", " ", "\n", "nul", "nulll", "tru", "True", "fals", "falsee", "NaN", "Infinity", "-Infinity", "undefined",
        "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1e-", "1E", "0x10", "1 2", "1a", "1.2.3",
        "1ee5", "1e5.5", "--1", "1_000", "\"", "\"a", "'a'", "\"a\"b", "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"",
        #""\x41""#, #""\u""#, #""\u1""#, #""\u12""#, #""\u123""#, #""\u123g""#, #""\ud800""#, #""\ud800x""#,
        #""\ud800\n""#,
        #""\ud800\u0041""#, #""\udc00""#, #""\ud800\ud800""#, #""\'""#, #""\a""#, #""\"#, #""\u00"#, "[", "]", "[1",
        "[1,",
        "[1,]", "[,1]", "[,]", "[1 2]", "[1;2]", "[1}", "{", "}", "{]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
        "{\"a\":1,}",
        "{,}", "{\"a\" 1}", "{\"a\"::1}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\":1 \"b\":2}", "{\"a\":1;\"b\":2}",
        "{\"a\":1,,\"b\":2}",
        "{\"a\":}", "{null:1}", "[]]", "{}}", "{}{}", "[][]", "1,", ",1", "/* c */1", "1//c", "\u{FEFF}1", "\u{A0}1",
        "\u{C}1",
        "[\"a\" : 1]", "\"\\", "{\"\\ud800\":1}", "{\"a\n\":1}", "[tru]", "{\"a\":nul}", "[1e]", "[0123]", "{\"a\":01}",
        String(repeating: "[", count: 129) + String(repeating: "]", count: 129), String(repeating: "[", count: 100_000),
        String(repeating: "{\"a\":", count: 100_000), String(repeating: "[[],", count: 50_000),
    ]

    static let invalidBytes: [[UInt8]] = [
        [0x22, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xC1, 0xBF, 0x22], [0x22, 0xE0, 0x80, 0x80, 0x22],
        [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF0, 0x80, 0x80, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
        [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xE2, 0x98, 0x22],
        [0x22, 0xF0, 0x9D, 0x84, 0x22], [0xFF, 0xFE, 0x31, 0x00],
        [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], Array("\"0123456789abcdef".utf8) + [0xC3, 0x22],
        Array("\"\\n".utf8) + [0xC3, 0x28, 0x22],
    ]

    /// Whether each way of reading takes the value: as text, as what is skipped, as a document.
    private func verdicts(_ value: [UInt8]) throws -> [Bool] {
        let kept = try decode(
            Payloads(bytes: [value]), [ColumnSchema("value", .json)], options: ["json.unstructured": "true"])
        let wrapped = Array(#"{"skipped":"#.utf8) + value + Array(#","a":1}"#.utf8)
        let skipped = try decode(Payloads(bytes: [wrapped]), [ColumnSchema("a", .int)])
        let document = try? Payloads(bytes: [value]).slices.map { try JSONValueDecoder<AnyJSON>().decode($0.bytes) }
        return [kept.failures.isEmpty, skipped.failures.isEmpty, document != nil]
    }

    @Test("every valid value is taken, however it is read", arguments: valid)
    func taken(text: String) throws {
        var expected = [true, true, true]
        // One more level around it.
        if text.hasPrefix(String(repeating: "[", count: 128)) { expected[1] = false }
        #expect(try verdicts(Array(text.utf8)) == expected)
    }

    @Test("every invalid value is refused, however it is read", arguments: invalid)
    func refused(text: String) throws {
        var expected = [false, false, false]
        // `{"skipped":1,,…` is invalid as well, but `…:1,` and `…:,1` stay what they are only outside of an object.
        if text == "1," { expected[1] = try verdicts(Array(text.utf8))[1] }
        #expect(try verdicts(Array(text.utf8)) == expected)
    }

    @Test("text that isn't UTF-8 is refused, however it is read", arguments: invalidBytes)
    func refused(bytes: [UInt8]) throws {
        #expect(try verdicts(bytes) == [false, false, false])
    }

    @Test("a payload cut at any byte is refused, and never read past its end")
    func truncated() throws {
        let text = Array(
            #"{"id":-12345678901,"name":"Ünïcode \"q\" \ud834\udd1e","amount":1234567.8901234,"ts":"2024-06-01T12:00:00.123456Z","ok":true,"list":[1,22,[333]],"address":{"city":"Kraków","zip":"12345"}}"#
                .utf8)
        let columns = [
            ColumnSchema("id", .bigint), ColumnSchema("name", .text), ColumnSchema("amount", .double),
            ColumnSchema("ts", .timestamp), ColumnSchema("ok", .boolean),
            ColumnSchema("address", .structure([StructField("city", .text)])),
        ]
        let cuts = (0..<text.count).map { Array(text[0..<$0]) }
        let outcome = try decode(Payloads(bytes: cuts + [text]), columns)
        #expect(outcome.failures.map(\.index) == Array(0..<text.count))
        #expect(outcome.rows.count == 1)
        for cut in cuts {
            let payload = Payloads(bytes: [cut])
            #expect(throws: DecodeFailure.self) { try JSONValueDecoder<AnyJSON>().decode(payload.slices[0].bytes) }
        }
    }

    @Test("the deepest value that is taken has 128 levels", arguments: [127, 128, 129, 130])
    func depth(levels: Int) throws {
        let array = String(repeating: "[", count: levels - 1) + String(repeating: "]", count: levels - 1)
        let outcome = try decode([#"{"a":\#(array)}"#], [ColumnSchema("a", .json)])
        #expect(outcome.failures.isEmpty == (levels <= 128))
        #expect(outcome.failures.first.map { $0.failure.code } ?? .depth == .depth)
    }
}

/// Any JSON value, by way of `Decodable`.
enum AnyJSON: Decodable, Equatable {
    case null, bool(Bool), number(Double), string(String), array([AnyJSON]), object([String: AnyJSON])

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: AnyKey.self) {
            var members: [String: AnyJSON] = [:]
            for key in object.allKeys { members[key.stringValue] = try object.decode(AnyJSON.self, forKey: key) }
            self = .object(members)
            return
        }
        if var array = try? decoder.unkeyedContainer() {
            var elements: [AnyJSON] = []
            while !array.isAtEnd { elements.append(try array.decode(AnyJSON.self)) }
            self = .array(elements)
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .string(try value.decode(String.self))
        }
    }
}

struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init?(intValue: Int) { nil }
    init(stringValue: String) { self.stringValue = stringValue }
}
