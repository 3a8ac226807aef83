/// Checks payloads against compiled schemas, in place: on the payload's bytes and the list of nodes that `JSONDocument` makes
/// of them.
///
///     let validator = JSONSchemaValidator()
///     if let failure = validator.failure(of: payload, program) { … }       // address.zip: … doesn't satisfy minLength …
///
/// Steps are counted, so that a schema whose alternatives multiply (allOf of two `$ref`s to the next, thirty times) makes a
/// bad record rather than a standstill: a million, and 32 more for each byte of the payload. A failure names the schema's
/// properties and keywords, never a key that only the payload has, nor a value.
///
/// - Note: JSON Schema, Validation: draft 4 (section 5), 6 and 7 (section 6), 2019-09 and 2020-12. `format` and `content…`
///   are annotations.
final class JSONSchemaValidator {
    let document = JSONDocument()
    private var rules: [JSONSchemaRule] = []
    var steps = 0
    private var depth = 0
    /// Above zero while what fails only decides for another keyword.
    private var quiet = 0
    private var isTooDeep = false
    private var stack = StackBound()
    private var keyword = ""
    private var place = 0
    private var path: [String] = []
    /// Which names of an object have been seen, for all objects that are open.
    private var marks: [UInt64] = []
    private var threads = PatternThreads()

    /// Rules that are open at once: 128 levels of the payload with a few `$ref`s and alternatives on each, as long as the
    /// stack holds them (``StackBound``).
    static let depthLimit = 512

    /// Why a payload is a bad record; nil where it satisfies the schema.
    func failure(of payload: UnsafeRawBufferPointer, _ program: JSONSchemaProgram) -> DecodeFailure? {
        defer { document.reset() }
        do throws(DecodeFailure) {
            try document.load(payload)
        } catch {
            return error
        }
        rules = program.rules
        steps = 1_000_000 + 32 * payload.count
        depth = 0
        quiet = 0
        isTooDeep = false
        stack.begin()
        marks.removeAll(keepingCapacity: true)
        let isValid = check(program.root, 0)
        if steps < 0 {
            return DecodeFailure(.schema, "checking the record against its writer's schema takes too many steps")
        }
        if isTooDeep {
            return DecodeFailure(.schema, "checking the record against its writer's schema nests too deep")
        }
        if isValid { return nil }
        var text = ""
        for part in path.reversed() {
            if !text.isEmpty, !part.hasPrefix("[") { text += "." }
            text += part
        }
        return DecodeFailure(
            .schema, "the value doesn't satisfy \(keyword) in its writer's JSON Schema", path: text, offset: place)
    }

    // MARK: One value

    /// Whether the value satisfies the rule; where it doesn't, which keyword says so is noted.
    private func check(_ number: Int, _ index: Int) -> Bool {
        steps -= 1
        if steps < 0 { return false }
        if depth >= Self.depthLimit || depth & 7 == 7 && stack.isUsedUp {
            isTooDeep = true
            return false
        }
        depth += 1
        defer { depth -= 1 }
        let rule = rules[number]
        if rule.isNever { return fail("the schema false", index) }
        let node = document.nodes[index]
        if rule.types != .all, !isOf(rule.types, node) { return fail("type", index) }
        for choices in rule.choices where !isAmong(choices, index) { return fail(choices.keyword, index) }
        switch node.kind {
        case .number: if let number = rule.number, !check(number, index) { return false }
        case .plain, .escaped: if let text = rule.text, !check(text, index) { return false }
        case .array: if let array = rule.array, !check(array, index) { return false }
        case .object: if let object = rule.object, !check(object, index) { return false }
        case .null, .yes, .no: break
        }
        if let combination = rule.combination { return check(combination, index) }
        return true
    }

    private func fail(_ keyword: String, _ index: Int) -> Bool {
        if quiet == 0 {
            self.keyword = keyword
            place = Int(document.nodes[index].offset)
            path.removeAll(keepingCapacity: true)
        }
        return false
    }

    /// The same check, a step further into the value.
    private func check(_ rule: Int, _ index: Int, within name: @autoclosure () -> String) -> Bool {
        if check(rule, index) { return true }
        if quiet == 0 { path.append(name()) }
        return false
    }

    /// Whether the value satisfies the rule, where it is no failure if it doesn't.
    private func satisfies(_ rule: Int, _ index: Int) -> Bool {
        quiet += 1
        defer { quiet -= 1 }
        return check(rule, index)
    }

    private func check(_ combination: JSONSchemaRule.Combination, _ index: Int) -> Bool {
        for rule in combination.all where !check(rule, index) { return false }
        if !combination.any.isEmpty, !combination.any.contains(where: { satisfies($0, index) }) {
            return fail("anyOf", index)
        }
        if !combination.one.isEmpty {
            var matches = 0
            for rule in combination.one where matches < 2 && satisfies(rule, index) { matches += 1 }
            if matches != 1 { return fail("oneOf", index) }
        }
        if let none = combination.none, satisfies(none, index) { return fail("not", index) }
        if let condition = combination.condition {
            if let rule = satisfies(condition, index) ? combination.then : combination.otherwise {
                return check(rule, index)
            }
        }
        return true
    }

    // MARK: Scalars

    private func isOf(_ types: JSONSchemaTypes, _ node: JSONDocument.Node) -> Bool {
        switch node.kind {
        case .null: types.contains(.null)
        case .yes, .no: types.contains(.boolean)
        case .plain, .escaped: types.contains(.string)
        case .array: types.contains(.array)
        case .object: types.contains(.object)
        case .number:
            types.isSuperset(of: .number)
                || !types.isDisjoint(with: .number)
                    && types.contains(quantity(node).isInteger ? .integer : .fraction)
        }
    }

    /// A number of the payload. Reading it takes its length in steps.
    func quantity(_ node: JSONDocument.Node) -> JSONQuantity {
        steps -= Int(node.count)
        return JSONQuantity(
            UnsafeBufferPointer(start: document.scanner.start + Int(node.offset), count: Int(node.count)))
    }

    private func check(_ rule: JSONSchemaRule.Number, _ index: Int) -> Bool {
        let value = quantity(document.nodes[index])
        for bound in rule.bounds {
            steps -= bound.limit.count
            let order = bound.limit.withUnsafeBufferPointer { value.compare(JSONQuantity($0)) }
            let isWithin = order == 0 ? !bound.isExclusive : (order < 0) == bound.isUpper
            if !isWithin { return fail(bound.keyword, index) }
        }
        if let divisor = rule.divisor {
            let isMultiple = divisor.withUnsafeBufferPointer { value.isMultiple(of: JSONQuantity($0)) }
            if isMultiple != true { return fail("multipleOf", index) }
        }
        return true
    }

    /// A string's bytes, or a key's, with escapes resolved; they stay until the payload is left.
    func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let node = document.nodes[index]
        let start = document.scanner.start + Int(node.offset)
        steps -= 1 + Int(node.count) / 16
        if node.kind == .plain { return UnsafeBufferPointer(start: start, count: Int(node.count)) }
        // The room for it is that of the rest of the payload.
        steps -= Int(document.scanner.end - start)
        if steps < 0 { return UnsafeBufferPointer(start: start, count: 0) }
        let (resolved, count) = document.resolvedKey(start, Int(node.count))
        return UnsafeBufferPointer(start: resolved, count: count)
    }

    private func check(_ rule: JSONSchemaRule.Text, _ index: Int) -> Bool {
        let text = bytes(index)
        // The most bytes that a character has is four.
        if rule.least > 0 || rule.most < text.count {
            var length = 0
            for byte in text where byte & 0xC0 != 0x80 { length += 1 }
            if length < rule.least { return fail("minLength", index) }
            if length > rule.most { return fail("maxLength", index) }
        }
        if let pattern = rule.pattern, pattern.matches(text, &threads, steps: &steps) != true {
            return fail("pattern", index)
        }
        return true
    }

    // MARK: Arrays

    private func check(_ rule: JSONSchemaRule.Array, _ index: Int) -> Bool {
        let node = document.nodes[index]
        let count = Int(node.count)
        if count < rule.least { return fail("minItems", index) }
        if count > rule.most { return fail("maxItems", index) }
        var contained = 0
        var element = index + 1
        for position in 0..<count {
            if let item = position < rule.prefix.count ? rule.prefix[position] : rule.rest {
                if position >= rule.prefix.count, rules[item].isNever { return fail(rule.restKeyword, index) }
                if !check(item, element, within: "[\(position)]") { return false }
            }
            if let contains = rule.contains, satisfies(contains, element) { contained += 1 }
            element = Int(document.nodes[element].next)
        }
        if rule.contains != nil {
            if contained < rule.leastContained {
                return fail(rule.leastContained == 1 ? "contains" : "minContains", index)
            }
            if contained > rule.mostContained { return fail("maxContains", index) }
        }
        if rule.isUnique, count > 1, hasEqualElements(index, count) { return fail("uniqueItems", index) }
        return true
    }

    // MARK: Objects

    /// A repeated key counts each time: all of its values must satisfy the schema.
    private func check(_ rule: JSONSchemaRule.Object, _ index: Int) -> Bool {
        let count = Int(document.nodes[index].count)
        if count < rule.least { return fail("minProperties", index) }
        if count > rule.most { return fail("maxProperties", index) }
        let base = marks.count
        marks.append(contentsOf: repeatElement(0, count: (rule.names.count + 63) / 64))
        defer { marks.removeLast(marks.count - base) }
        steps -= marks.count - base
        var key = index + 1
        for _ in 0..<count {
            if !checkMember(rule, key, marks: base) { return false }
            key = Int(document.nodes[key + 1].next)
        }
        for name in rule.required where !isMarked(base, name) { return fail("required", index) }
        steps -= rule.required.count
        for dependent in rule.dependentNames where isMarked(base, dependent.name) {
            steps -= dependent.needed.count
            for name in dependent.needed where !isMarked(base, name) { return fail(dependent.keyword, index) }
        }
        for dependent in rule.dependentRules where isMarked(base, dependent.name) {
            if !check(dependent.rule, index) { return false }
        }
        return true
    }

    private func isMarked(_ base: Int, _ name: Int) -> Bool { marks[base + name / 64] >> UInt64(name % 64) & 1 == 1 }

    /// The name of what the schema doesn't name is the payload's own, and isn't told.
    private static let unnamed = "*"

    private func checkMember(_ rule: JSONSchemaRule.Object, _ key: Int, marks base: Int) -> Bool {
        let name = bytes(key)
        if let names = rule.propertyNames, !check(names, key) {
            return fail("propertyNames", key)
        }
        var isNamed = false
        if let start = name.baseAddress, let place = rule.names.find(start, name.count) {
            marks[base + place / 64] |= 1 << UInt64(place % 64)
            if let property = rule.properties[place] {
                isNamed = true
                if !check(property, key + 1, within: rule.names.names[place]) { return false }
            }
        }
        for (pattern, property) in rule.patterns {
            guard pattern.matches(name, &threads, steps: &steps) == true else { continue }
            isNamed = true
            if !check(property, key + 1, within: Self.unnamed) { return false }
        }
        if !isNamed, let additional = rule.additional {
            if rules[additional].isNever { return fail("additionalProperties", key) }
            if !check(additional, key + 1, within: Self.unnamed) { return false }
        }
        return true
    }
}
