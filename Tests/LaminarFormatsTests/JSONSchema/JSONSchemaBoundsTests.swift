import Foundation
import LaminarFormats
import Testing

/// What a hostile registry or writer can send.
@Suite struct JSONSchemaBoundsTests {
    private func everything(_ text: String, _ references: [PublishedSchema.Reference] = []) {
        let schema = PublishedSchema(.json, text, references: references)
        let format = JSONFormat()
        let columns = try? format.columns(of: schema, message: .first, options: [:])
        _ = try? format.identity(of: schema, message: .first)
        if let columns { _ = try? format.makeEncoder(schema: columns, options: [:], writing: schema, message: .first) }
        let bodies = ["{}", #"{"a":[1,{"b":"x"}],"c":null}"#, "[1,2,[3]]", #""text""#, "1.5e3"]
        _ = try? JSONSchemaCase.verdicts(schema: schema, instances: bodies)
    }

    static let hostileTexts: [String: @Sendable () -> String] = [
        "2 MB of nested schemas": {
            String(repeating: #"{"properties":{"a":"#, count: 100_000) + "{}" + String(repeating: "}}", count: 100_000)
        },
        "2 MB of brackets": { String(repeating: "[", count: 2_000_000) },
        "2 MB of properties": {
            #"{"type":"object","properties":{"#
                + (0..<60_000).map { #""property\#($0)":{"type":"null"}"# }.joined(separator: ",") + "}}"
        },
        "2 MB of $refs to one place": {
            ##"{"type":"object","definitions":{"x":{"type":"string"}},"properties":{"##
                + (0..<40_000).map { ##""p\##($0)":{"$ref":"#/definitions/x"}"## }.joined(separator: ",") + "}}"
        },
        "a chain of 20,000 $refs": {
            ##"{"$ref":"#/definitions/d0","definitions":{"##
                + (0..<20_000).map { ##""d\##($0)":{"$ref":"#/definitions/d\##($0 + 1)"}"## }.joined(separator: ",")
                + #","d20000":{"type":"null"}}}"#
        },
        "$refs that double thirty times": { doubling("allOf") },
        "alternatives that double thirty times": { doubling("anyOf") },
        "fields that double thirty times": {
            ##"{"type":"object","properties":{"x":{"$ref":"#/definitions/d0"}},"definitions":{"##
                + (0..<30).map {
                    ##""d\##($0)":{"type":"object","properties":{"a":{"$ref":"#/definitions/d\##($0 + 1)"},"b":{"$ref":"#/definitions/d\##($0 + 1)"}}}"##
                }.joined(separator: ",") + #","d30":{"type":"object","properties":{"z":{}}}}}"#
        },
        "an enum of 100,000 numbers": { #"{"enum":[\#((0..<100_000).map(String.init).joined(separator: ","))]}"# },
        "nested empty repetitions": {
            #"{"pattern":""# + String(repeating: "(", count: 49) + String(repeating: "){1000}", count: 49) + #""}"#
        },
        "one $id after another": {
            (0..<120).map { #"{"$id":"\#(String(repeating: "x", count: 1000))\#($0)/","not":"# }.joined() + "{}"
                + String(repeating: "}", count: 120)
        },
        "a million tilde escapes": { ##"{"$ref":"#/\##(String(repeating: "~1", count: 1_000_000))"}"## },
    ]

    private static func doubling(_ keyword: String) -> String {
        ##"{"$ref":"#/definitions/d0","definitions":{"##
            + (0..<30).map {
                ##""d\##($0)":{"\##(keyword)":[{"$ref":"#/definitions/d\##($0 + 1)"},{"$ref":"#/definitions/d\##($0 + 1)"}]}"##
            }.joined(separator: ",") + #","d30":{"not":{}}}}"#
    }

    @Test(
        "a hostile schema is an error or a bad record, soon", .timeLimit(.minutes(5)),
        arguments: hostileTexts.keys.sorted())
    func hostile(name: String) throws {
        let text = try #require(Self.hostileTexts[name])
        everything(text())
    }

    @Test("alternatives that multiply make a bad record") func steps() throws {
        let schema = PublishedSchema(.json, Self.doubling("anyOf"))
        let failure = try #require(try JSONSchemaCase.verdicts(schema: schema, instances: ["1"])[0])
        #expect(failure.code == .schema)
        #expect(failure.message.contains("too many steps"))
    }

    @Test("a pattern that would make others go back for ever takes its text's length", .timeLimit(.minutes(5)))
    func pattern() throws {
        let schema = PublishedSchema(.json, #"{"pattern":"^(a*)*(a|aa)+(x+x+)+b$"}"#)
        let text = String(repeating: "a", count: 100_000)
        let verdicts = try JSONSchemaCase.verdicts(schema: schema, instances: ["\"\(text)\"", "\"\(text)xxb\""])
        #expect(verdicts[0] != nil)
    }

    @Test("a hundred thousand elements are told apart in one go", .timeLimit(.minutes(5))) func unique() throws {
        let schema = PublishedSchema(.json, #"{"uniqueItems":true}"#)
        let numbers = (0..<100_000).map(String.init).joined(separator: ",")
        let verdicts = try JSONSchemaCase.verdicts(schema: schema, instances: ["[\(numbers)]", "[\(numbers),50000]"])
        #expect(verdicts[0] == nil)
        #expect(verdicts[1]?.message.contains("uniqueItems") == true)
    }

    @Test("a payload of 128 levels is checked by a schema that contains itself, and one of 129 is refused") func depth()
        throws
    {
        let schema = PublishedSchema(
            .json,
            ##"{"$ref":"#/definitions/n","definitions":{"n":{"allOf":[{"type":"array"},{"items":{"$ref":"#/definitions/n"}}]}}}"##
        )
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        let verdicts = try JSONSchemaCase.verdicts(schema: schema, instances: [nested(128), nested(129)])
        #expect(verdicts[0] == nil)
        #expect(verdicts[1]?.code == .depth)
    }

    @Test("on a thread with 512 KB of stack nesting is refused before the stack ends, in a debug build too")
    func smallStack() async throws {
        // Every level takes as many rules as there may be open at once.
        let schema = PublishedSchema(
            .json,
            ##"{"$ref":"#/definitions/a","definitions":{"a":{"anyOf":[{"not":{}},{"oneOf":[{"allOf":[{"$ref":"#/definitions/b"}]}]}]},"b":{"properties":{"x":{"$ref":"#/definitions/a"}},"patternProperties":{"^x":{"$ref":"#/definitions/a"}}}}}"##
        )
        let instances = [1, 16, 64, 128].map { levels in
            String(repeating: #"{"x":"#, count: levels - 1) + "{}" + String(repeating: "}", count: levels - 1)
        }
        let verdicts: [DecodeFailure?] = try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                continuation.resume(with: Result { try JSONSchemaCase.verdicts(schema: schema, instances: instances) })
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(verdicts[0] == nil)
        for verdict in verdicts.compactMap(\.self) {
            #expect(verdict.message.contains("nests too deep") || verdict.message.contains("too many steps"))
        }
    }

    @Test("damaged schemas and bodies are errors, never a trap", arguments: 0..<6)
    func mutations(seed: UInt64) throws {
        var random = JSONFuzzTests.Generator(state: seed &+ 99)
        var generator = JSONSchemaGenerator(random: .init(state: seed &+ 7))
        func damaged(_ text: String) -> [UInt8] {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array("{}[]\",:0-e\\$#".utf8).randomElement(using: &random) ?? 0, at: place)
                default:
                    let end = min(place + Int.random(in: 1...20, using: &random), bytes.count)
                    bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...place, using: &random))
                }
            }
            return bytes
        }
        for _ in 0..<300 {
            let text = generator.schema()
            everything(String(decoding: damaged(text), as: UTF8.self))
            let bodies = (0..<6).map { _ in damaged(generator.value()) }
            _ = try JSONSchemaCase.verdicts(schema: PublishedSchema(.json, text), instances: Payloads(bytes: bodies))
        }
    }
}
