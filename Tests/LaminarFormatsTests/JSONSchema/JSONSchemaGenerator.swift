/// Schemas and values that are often about each other, the same at every run.
struct JSONSchemaGenerator {
    var random: JSONFuzzTests.Generator

    static let drafts = [
        (4, "http://json-schema.org/draft-04/schema#"), (6, "http://json-schema.org/draft-06/schema#"),
        (7, "http://json-schema.org/draft-07/schema#"), (2019, "https://json-schema.org/draft/2019-09/schema"),
        (2020, "https://json-schema.org/draft/2020-12/schema"),
    ]

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements.randomElement(using: &random)! }
    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
    private mutating func count(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }

    static let keys = ["a", "b", "c", "dd", "é"]
    static let strings = [#""""#, #""a""#, #""ab""#, #""b1""#, #""é""#, #""\ud834\udd1e""#, #""a\"b""#, #""\u0061""#]
    static let numbers = [
        "0", "-0", "1", "1.0", "10e-1", "2", "3", "-1", "0.5", "1.5", "0.01", "0.3", "12345678901234567890123456789",
        "1e3", "1e20",
        "100000000000000000000", "7.0000000000000000000000001", "-2.50",
    ]
    static let patterns = [
        "^a", "b$", "^[ab]+$", "a|b1", "^(a|b)?.$", "[^a-z]", "^.{2}$", #"\\d"#, "^(ab){0,2}$", "é", "^.$", "(a*)*b",
        #"\\ba\\b"#,
    ]

    mutating func value(_ depth: Int = 0) -> String {
        switch count(depth > 2 ? 4 : 7) {
        case 0: return pick(["null", "true", "false"])
        case 1, 2: return pick(Self.numbers)
        case 3, 4: return pick(Self.strings)
        case 5: return "[" + (0..<count(4)).map { _ in value(depth + 1) }.joined(separator: ",") + "]"
        default:
            let names = Self.keys.shuffled(using: &random).prefix(count(4))
            return "{" + names.map { "\"\($0)\":" + value(depth + 1) }.joined(separator: ", ") + "}"
        }
    }

    mutating func schema() -> String {
        let (draft, url) = pick(Self.drafts)
        let definitions = (0..<3).map { #""d\#($0)":"# + subschema(draft, 1, from: $0 + 1) }
        var body = subschema(draft, 0, from: 0, isTop: true)
        body.removeFirst()
        return #"{"$schema":"\#(url)","definitions":{\#(definitions.joined(separator: ","))}"#
            + (body == "}" ? "" : ",") + body
    }

    /// `from`: the first definition that it may refer to, so that nothing refers to itself.
    private mutating func subschema(_ draft: Int, _ depth: Int, from: Int, isTop: Bool = false) -> String {
        if !isTop, draft > 4, chance(12) { return pick(["true", "true", "false"]) }
        if !isTop, from < 3, chance(6) {
            return ##"{"$ref":"#/definitions/d\##(Int.random(in: from..<3, using: &random))"}"##
        }
        var members: [String] = []
        for _ in 0..<Int.random(in: depth > 2 ? 1...1 : 1...3, using: &random) {
            members += keyword(draft, depth, from)
        }
        var seen: Set<Substring> = []
        return "{" + members.filter { seen.insert($0.prefix { $0 != ":" }).inserted }.joined(separator: ",") + "}"
    }

    private mutating func keyword(_ draft: Int, _ depth: Int, _ from: Int) -> [String] {
        if depth > 2 || chance(2) { return scalar(draft) }
        func list(_ generator: inout Self) -> String {
            "["
                + (0...generator.count(2)).map { _ in generator.subschema(draft, depth + 1, from: from) }.joined(
                    separator: ",")
                + "]"
        }
        func map(_ generator: inout Self, _ names: [String]) -> String {
            let names = Set((0...generator.count(2)).map { _ in generator.pick(names) }).sorted()
            return "{"
                + names.map { "\"\($0)\":" + generator.subschema(draft, depth + 1, from: from) }.joined(separator: ",")
                + "}"
        }
        func one(_ generator: inout Self) -> String { generator.subschema(draft, depth + 1, from: from) }
        switch count(13) {
        case 0, 1, 2: return [#""properties":"# + map(&self, Self.keys)]
        case 3: return [#""patternProperties":"# + map(&self, ["^a", "d", "^.$"])]
        case 4:
            return [
                #""additionalProperties":"# + (chance(2) ? "false" : one(&self)),
                #""properties":"# + map(&self, Self.keys),
            ]
        case 5: return [#""items":"# + one(&self)]
        case 6:
            return draft == 2020
                ? [#""prefixItems":"# + list(&self), #""items":"# + one(&self)]
                : [#""items":"# + list(&self), #""additionalItems":"# + (chance(2) ? "false" : one(&self))]
        case 7: return [#""allOf":"# + list(&self)]
        case 8: return [#""anyOf":"# + list(&self)]
        case 9: return [#""oneOf":"# + list(&self)]
        case 10: return [#""not":"# + one(&self)]
        case 11: return [#""if":"# + one(&self), #""then":"# + one(&self), #""else":"# + one(&self)]
        case 12:
            return draft == 4
                ? []
                : [#""contains":"# + one(&self), #""minContains":\#(count(2))"#, #""maxContains":\#(1 + count(2))"#]
        default:
            if draft > 7 { return [#""dependentSchemas":"# + map(&self, Self.keys)] }
            return [#""dependencies":{"a":["b"],"c":"# + one(&self) + "}"]
        }
    }

    private mutating func scalar(_ draft: Int) -> [String] {
        switch count(14) {
        case 0, 1: return [#""type":"\#(pick(["null", "boolean", "integer", "number", "string", "array", "object"]))""#]
        case 2:
            return [#""type":["\#(pick(["null", "integer", "object"]))","\#(pick(["string", "array", "number"]))"]"#]
        case 3: return [#""enum":[\#((0...count(4)).map { _ in value(1) }.joined(separator: ","))]"#]
        case 4: return draft == 4 ? [] : [#""const":"# + value(1)]
        case 5: return [#""minimum":"# + pick(Self.numbers)]
        case 6: return [#""maximum":"# + pick(Self.numbers)]
        case 7:
            return draft == 4
                ? [#""exclusiveMinimum":true"#, #""minimum":"# + pick(Self.numbers)]
                : [#""exclusiveMaximum":"# + pick(Self.numbers)]
        case 8: return [#""multipleOf":"# + pick(["1", "0.1", "0.01", "3", "2.5", "1e-2", "10", "1e2"])]
        case 9: return [#""minLength":\#(count(3))"#, #""maxLength":\#(1 + count(2))"#]
        case 10: return [#""pattern":"\#(pick(Self.patterns))""#]
        case 11: return [#""minItems":\#(count(2))"#, #""maxItems":\#(1 + count(2))"#, #""uniqueItems":true"#]
        case 12: return [#""minProperties":\#(count(2))"#, #""maxProperties":\#(1 + count(3))"#]
        case 13: return [#""required":["\#(pick(Self.keys))"]"#]
        default:
            if draft == 4 { return [] }
            return draft > 7
                ? [#""dependentRequired":{"a":["b","c"]}"#] : [#""propertyNames":{"pattern":"^[a-c]"}"#]
        }
    }
}
