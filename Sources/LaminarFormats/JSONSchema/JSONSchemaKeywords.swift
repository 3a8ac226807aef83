/// The keywords of one schema object, each checked to be what the language wants of it.
struct JSONSchemaKeywords {
    let source: JSONSchemaSource
    let members: JSONSchemaValues.Members
    let draft: JSONSchemaSource.Draft

    private var values: JSONSchemaValues { source.values }

    func value(_ keyword: String) -> Int? { members[keyword] }

    private static func wrong(_ keyword: String, _ wanted: String) -> FormatError {
        FormatError(.schema, "The JSON Schema has a keyword \(keyword) that isn't \(wanted).")
    }

    func string(_ keyword: String) throws(FormatError) -> String? {
        guard let value = members[keyword] else { return nil }
        guard let text = values.string(value) else { throw Self.wrong(keyword, "a string") }
        return text
    }

    func flag(_ keyword: String) throws(FormatError) -> Bool {
        guard let value = members[keyword] else { return false }
        guard let flag = values.boolean(value) else { throw Self.wrong(keyword, "a boolean") }
        return flag
    }

    /// A count, not negative; numbers past 64 bits count as the largest.
    func count(_ keyword: String) throws(FormatError) -> Int? {
        guard let value = members[keyword] else { return nil }
        guard let text = values.number(value), !text.hasPrefix("-") || Double(text) == 0 else {
            throw Self.wrong(keyword, "a count")
        }
        if let count = Int(text) { return count }
        guard let number = Double(text), number == number.rounded() else { throw Self.wrong(keyword, "a count") }
        return number >= 9e18 ? .max : Int(number)
    }

    func schemas(_ keyword: String) throws(FormatError) -> [Int] {
        guard let value = members[keyword] else { return [] }
        guard let list = values.elements(value) else { throw Self.wrong(keyword, "an array of schemas") }
        return list
    }

    func members(_ keyword: String) throws(FormatError) -> [(name: String, value: Int)] {
        guard let value = members[keyword] else { return [] }
        guard let inner = values.members(value) else { throw Self.wrong(keyword, "an object of schemas") }
        return Array(zip(inner.names, inner.values)).map { (name: $0.0, value: $0.1) }
    }

    func names(_ keyword: String) throws(FormatError) -> [String] {
        guard let value = members[keyword] else { return [] }
        // Draft 3 had a boolean here, which some generators still write.
        if keyword == "required", values.boolean(value) != nil { return [] }
        return try names(value, keyword)
    }

    private func names(_ value: Int, _ keyword: String) throws(FormatError) -> [String] {
        guard let list = values.elements(value) else { throw Self.wrong(keyword, "an array of names") }
        var names: [String] = []
        for element in list {
            guard let name = values.string(element) else { throw Self.wrong(keyword, "an array of names") }
            names.append(name)
        }
        return names
    }

    /// `dependencies`, or what it became: names that need other names, or a schema.
    func dependencies() throws(FormatError) -> [(keyword: String, name: String, needed: [String]?, schema: Int?)] {
        var all: [(keyword: String, name: String, needed: [String]?, schema: Int?)] = []
        if draft <= .draft7 {
            for (name, value) in try members("dependencies") {
                let isList = values.elements(value) != nil
                all.append(
                    ("dependencies", name, isList ? try names(value, "dependencies") : nil, isList ? nil : value))
            }
            return all
        }
        for (name, value) in try members("dependentRequired") {
            all.append(("dependentRequired", name, try names(value, "dependentRequired"), nil))
        }
        for (name, value) in try members("dependentSchemas") { all.append(("dependentSchemas", name, nil, value)) }
        return all
    }

    func types() throws(FormatError) -> JSONSchemaTypes {
        guard let value = members["type"] else { return .all }
        var types: JSONSchemaTypes = []
        for element in values.elements(value) ?? [value] {
            guard let name = values.string(element), let type = JSONSchemaTypes(name) else {
                throw Self.wrong("type", "a type or an array of types")
            }
            types.formUnion(type)
        }
        return types
    }

    // MARK: Values

    func choices() throws(FormatError) -> [JSONSchemaChoices] {
        var all: [JSONSchemaChoices] = []
        if draft >= .draft6, let constant = members["const"] { all.append(choices([constant], "const")) }
        if let value = members["enum"] {
            guard let list = values.elements(value) else { throw Self.wrong("enum", "an array") }
            all.append(choices(list, "enum"))
        }
        return all
    }

    private func choices(_ list: [Int], _ keyword: String) -> JSONSchemaChoices {
        JSONSchemaChoices(
            keyword: keyword, strings: JSONSchemaNames(list.compactMap { values.string($0) }),
            others: list.filter { values.string($0) == nil }.map { constant($0) })
    }

    private func constant(_ value: Int) -> JSONConstant {
        switch values[value] {
        case .null: return .null
        case .boolean(let flag): return .boolean(flag)
        case .number(let text): return .number(Array(text.utf8))
        case .string(let text): return .string(Array(text.utf8))
        case .array(let elements): return .array(elements.map { constant($0) })
        case .object(let members):
            let names = JSONSchemaNames(members.names)
            return .object(names, names.names.map { name in members[name].map { constant($0) } ?? .null })
        }
    }

    func numbers() throws(FormatError) -> JSONSchemaRule.Number? {
        var bounds: [(keyword: String, limit: [UInt8], isUpper: Bool, isExclusive: Bool)] = []
        for (keyword, exclusive, isUpper) in [
            ("minimum", "exclusiveMinimum", false), ("maximum", "exclusiveMaximum", true),
        ] {
            // In draft 4 the second says of the first whether it is meant to be excluded.
            let isExcluded = draft == .draft4 ? try flag(exclusive) : false
            if let limit = try number(keyword) { bounds.append((keyword, limit, isUpper, isExcluded)) }
            if draft > .draft4, let limit = try number(exclusive) { bounds.append((exclusive, limit, isUpper, true)) }
        }
        let divisor = try number("multipleOf")
        if let divisor {
            let (count, isNegative) = divisor.withUnsafeBufferPointer {
                let quantity = JSONQuantity($0)
                return (quantity.count, quantity.isNegative)
            }
            if count == 0 || isNegative || count > 37 {
                throw Self.wrong("multipleOf", "a number above 0 of at most 37 digits")
            }
        }
        return bounds.isEmpty && divisor == nil ? nil : JSONSchemaRule.Number(bounds: bounds, divisor: divisor)
    }

    private func number(_ keyword: String) throws(FormatError) -> [UInt8]? {
        guard let value = members[keyword] else { return nil }
        guard let text = values.number(value) else { throw Self.wrong(keyword, "a number") }
        return Array(text.utf8)
    }

    // MARK: What isn't checked

    /// Keywords that need to know what others have looked at.
    func refuseUnsupported() throws(FormatError) {
        guard draft >= .draft2019 else { return }
        for keyword in ["unevaluatedProperties", "unevaluatedItems", "$recursiveRef", "$dynamicRef"] {
            guard let value = members[keyword], values.boolean(value) != true else { continue }
            throw FormatError(
                .schema,
                "json.validate can't check the JSON Schema: it uses the keyword \(keyword). Take json.validate out, or "
                    + "publish a schema without it.")
        }
    }
}
