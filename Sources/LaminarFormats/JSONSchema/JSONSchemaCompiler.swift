/// Turns a schema into a program, in time and memory that grow with its texts.
///
///     let program = try JSONSchemaCompiler.compile(published)
///
/// Each place is compiled once, however many `$ref`s lead to it, and from a list rather than by going down, so that neither
/// cycles nor long chains matter. What can't be checked (`unevaluatedProperties`, lookahead in a `pattern`) is refused here by
/// its name rather than passed over.
struct JSONSchemaCompiler {
    let source: JSONSchemaSource
    private var rules: [JSONSchemaRule?] = []
    private var ruleOf: [Int32]
    private var waiting: [Int] = []
    /// For each rule, those that look at the same value.
    private var samePlace: [[Int]] = []
    private var patterns: [String: LinearPattern] = [:]
    private var patternSize = 0

    /// Instructions of all patterns together.
    static let patternLimit = 200_000

    static func compile(_ schema: PublishedSchema) throws(FormatError) -> JSONSchemaProgram {
        var compiler = JSONSchemaCompiler(source: try JSONSchemaSource(schema))
        return try compiler.program()
    }

    private init(source: JSONSchemaSource) {
        self.source = source
        ruleOf = [Int32](repeating: -1, count: source.values.contents.count)
    }

    private mutating func program() throws(FormatError) -> JSONSchemaProgram {
        let root = rule(for: source.root)
        while let value = waiting.popLast() {
            let number = Int(ruleOf[value])
            rules[number] = try compile(value, number)
        }
        try refuseCycles()
        return JSONSchemaProgram(rules: rules.compactMap { $0 }, root: root)
    }

    /// The number of a place's rule, which is compiled later.
    mutating func rule(for value: Int) -> Int {
        if ruleOf[value] >= 0 { return Int(ruleOf[value]) }
        ruleOf[value] = Int32(truncatingIfNeeded: rules.count)
        rules.append(nil)
        samePlace.append([])
        waiting.append(value)
        return rules.count - 1
    }

    mutating func pattern(_ text: String, _ keyword: String) throws(FormatError) -> LinearPattern {
        if let known = patterns[text] { return known }
        do throws(PatternRefusal) {
            let pattern = try LinearPattern(text)
            patternSize += pattern.code.count
            if patternSize > Self.patternLimit {
                throw PatternRefusal(reason: "is one too many: all together are too large")
            }
            patterns[text] = pattern
            return pattern
        } catch {
            throw FormatError(
                .schema,
                "json.validate can't check the JSON Schema: the regular expression \(JSONSchemaSource.shortened(text)) of "
                    + "\(keyword) \(error.reason).")
        }
    }

    // MARK: Places

    private mutating func compile(_ value: Int, _ number: Int) throws(FormatError) -> JSONSchemaRule {
        if let isAlways = source.values.boolean(value) { return JSONSchemaRule(isNever: !isAlways) }
        guard let members = source.values.members(value) else {
            throw FormatError(
                .schema, "The JSON Schema has something for a schema that is neither an object nor a boolean.")
        }
        let keywords = JSONSchemaKeywords(source: source, members: members, draft: source.draft(of: value))
        let reference = try keywords.string("$ref")
        // Up to draft 7, nothing beside a `$ref` counts.
        if let reference, keywords.draft <= .draft7 {
            let target = rule(for: try source.resolve(reference, from: value))
            samePlace[number] = [target]
            return JSONSchemaRule(
                combination: .init(
                    all: [target], any: [], one: [], none: nil, condition: nil, then: nil, otherwise: nil))
        }
        try keywords.refuseUnsupported()
        var target: Int?
        if let reference { target = try source.resolve(reference, from: value) }
        let object = try self.object(keywords)
        let combination = try self.combination(keywords, target)
        samePlace[number] =
            combination.all + combination.any + combination.one
            + [combination.none, combination.condition, combination.then, combination.otherwise].compactMap { $0 }
            + (object?.dependentRules.map(\.rule) ?? [])
        return JSONSchemaRule(
            types: try keywords.types(), choices: try keywords.choices(), number: try keywords.numbers(),
            text: try self.text(keywords), array: try self.array(keywords), object: object,
            combination: combination.isEmpty ? nil : combination)
    }

    private mutating func combination(
        _ keywords: JSONSchemaKeywords, _ reference: Int?
    ) throws(FormatError) -> JSONSchemaRule.Combination {
        var all = try rules(keywords.schemas("allOf"))
        if let reference { all.insert(rule(for: reference), at: 0) }
        let hasConditions = keywords.draft >= .draft7
        return JSONSchemaRule.Combination(
            all: all, any: try rules(keywords.schemas("anyOf")), one: try rules(keywords.schemas("oneOf")),
            none: rule(keywords.value("not")),
            condition: hasConditions ? rule(keywords.value("if")) : nil,
            then: hasConditions ? rule(keywords.value("then")) : nil,
            otherwise: hasConditions ? rule(keywords.value("else")) : nil)
    }

    private mutating func rule(_ value: Int?) -> Int? { value.map { rule(for: $0) } }

    private mutating func rules(_ values: [Int]) -> [Int] { values.map { rule(for: $0) } }

    private mutating func text(_ keywords: JSONSchemaKeywords) throws(FormatError) -> JSONSchemaRule.Text? {
        let least = try keywords.count("minLength") ?? 0
        let most = try keywords.count("maxLength") ?? .max
        var pattern: LinearPattern?
        if let text = try keywords.string("pattern") { pattern = try self.pattern(text, "pattern") }
        if least == 0, most == .max, pattern == nil { return nil }
        return JSONSchemaRule.Text(least: least, most: most, pattern: pattern)
    }

    private mutating func array(_ keywords: JSONSchemaKeywords) throws(FormatError) -> JSONSchemaRule.Array? {
        let is2020 = keywords.draft >= .draft2020
        var prefix: [Int] = []
        var rest = keywords.value("items")
        var restKeyword = "items"
        if is2020 {
            prefix = try keywords.schemas("prefixItems")
        } else if let items = keywords.value("items"), let list = source.values.elements(items) {
            prefix = list
            rest = keywords.value("additionalItems")
            restKeyword = "additionalItems"
        }
        let contains = keywords.draft >= .draft6 ? keywords.value("contains") : nil
        let countsContained = keywords.draft >= .draft2019
        let least = try keywords.count("minItems") ?? 0
        let most = try keywords.count("maxItems") ?? .max
        let isUnique = try keywords.flag("uniqueItems")
        if prefix.isEmpty, rest == nil, contains == nil, least == 0, most == .max, !isUnique { return nil }
        return JSONSchemaRule.Array(
            least: least, most: most, isUnique: isUnique, prefix: rules(prefix), rest: rule(rest),
            restKeyword: restKeyword, contains: rule(contains),
            leastContained: countsContained ? try keywords.count("minContains") ?? 1 : 1,
            mostContained: countsContained ? try keywords.count("maxContains") ?? .max : .max)
    }

    private mutating func object(_ keywords: JSONSchemaKeywords) throws(FormatError) -> JSONSchemaRule.Object? {
        let properties = try keywords.members("properties")
        let patterned = try keywords.members("patternProperties")
        let required = try keywords.names("required")
        let dependencies = try keywords.dependencies()
        let additional = keywords.value("additionalProperties")
        let propertyNames = keywords.draft >= .draft6 ? keywords.value("propertyNames") : nil
        let least = try keywords.count("minProperties") ?? 0
        let most = try keywords.count("maxProperties") ?? .max
        if properties.isEmpty, patterned.isEmpty, required.isEmpty, dependencies.isEmpty, additional == nil,
            propertyNames == nil, least == 0, most == .max
        {
            return nil
        }
        let names = JSONSchemaNames(
            properties.map(\.name) + required + dependencies.flatMap { [$0.name] + ($0.needed ?? []) })
        var rules = [Int?](repeating: nil, count: names.count)
        for (name, value) in properties { if let place = names.find(name) { rules[place] = rule(for: value) } }
        var patterns: [(pattern: LinearPattern, rule: Int)] = []
        for (name, value) in patterned { patterns.append((try pattern(name, "patternProperties"), rule(for: value))) }
        var dependentNames: [(keyword: String, name: Int, needed: [Int])] = []
        var dependentRules: [(name: Int, rule: Int)] = []
        for dependency in dependencies {
            guard let name = names.find(dependency.name) else { continue }
            if let needed = dependency.needed {
                dependentNames.append((dependency.keyword, name, needed.compactMap { names.find($0) }))
            } else if let value = dependency.schema {
                dependentRules.append((name, rule(for: value)))
            }
        }
        return JSONSchemaRule.Object(
            least: least, most: most, names: names, properties: rules, required: required.compactMap { names.find($0) },
            dependentNames: dependentNames, dependentRules: dependentRules, patterns: patterns,
            additional: rule(additional), propertyNames: rule(propertyNames))
    }

    // MARK: Cycles

    /// A `$ref` that comes back to itself without entering the value would be asked for ever.
    private func refuseCycles() throws(FormatError) {
        enum Mark { case new, open, done }
        var marks = [Mark](repeating: .new, count: samePlace.count)
        for first in samePlace.indices where marks[first] == .new {
            var path: [(rule: Int, next: Int)] = [(first, 0)]
            marks[first] = .open
            while let last = path.last {
                if last.next == samePlace[last.rule].count {
                    marks[last.rule] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let next = samePlace[last.rule][last.next]
                switch marks[next] {
                case .done: break
                case .open:
                    throw FormatError(
                        .schema, "The JSON Schema has a $ref that leads back to itself without entering the value.")
                case .new:
                    marks[next] = .open
                    path.append((next, 0))
                }
            }
        }
    }
}
