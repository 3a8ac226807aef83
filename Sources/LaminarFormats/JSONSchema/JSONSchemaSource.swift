/// A schema with everything that it refers to, read and indexed: where each `$ref` leads.
///
///     let source = try JSONSchemaSource(published)
///     let target = try source.resolve("#/definitions/item", from: source.root)
///
/// References are found by the name that the registry has for them, which is the `$ref` as it is written, then by URL against
/// the `$id` in force.
///
/// - Note: JSON Schema, drafts 4, 6, 7, 2019-09 (Core, section 8) and 2020-12; RFC 3986, section 5; RFC 6901.
struct JSONSchemaSource {
    /// The version of the language, told by `$schema`.
    enum Draft: Int, Comparable {
        case draft4 = 4
        case draft6 = 6
        case draft7 = 7
        case draft2019 = 2019
        case draft2020 = 2020

        static func < (left: Draft, right: Draft) -> Bool { left.rawValue < right.rawValue }

        /// What writers assume who leave `$schema` out.
        static let assumed = Draft.draft7

        init?(_ url: String) {
            let origin = url.hasPrefix("https://") ? "https://json-schema.org/" : "http://json-schema.org/"
            guard url.hasPrefix(origin) else { return nil }
            let path = url.dropFirst(origin.count)
            switch path.hasSuffix("#") ? path.dropLast() : path {
            case "draft-04/schema": self = .draft4
            case "draft-06/schema": self = .draft6
            case "draft-07/schema", "schema": self = .draft7
            case "draft/2019-09/schema": self = .draft2019
            case "draft/2020-12/schema": self = .draft2020
            default: return nil
            }
        }

        var idKeyword: String { self == .draft4 ? "id" : "$id" }
    }

    /// A schema that has a URL of its own: a text, or a part of one that has an `$id`.
    private struct Resource {
        var base: String
        let root: Int
        let draft: Draft
        var anchors: [String: Int] = [:]
    }

    private(set) var values = JSONSchemaValues()
    /// The place of the schema itself.
    let root: Int
    private var resources: [Resource] = []
    /// For each value, the resource that it lies in.
    private var resourceOf: [Int32] = []
    /// Texts, by the registry's name for them.
    private var named: [String: Int] = [:]
    /// Resources, by absolute URL.
    private var located: [String: Int] = [:]

    /// All texts together.
    static let byteLimit = 8 << 20
    /// Of an `$id` or a `$ref`.
    static let urlLimit = 4096

    init(_ schema: PublishedSchema) throws(FormatError) {
        try Self.check(schema.language)
        var bytes = schema.text.utf8.count
        for reference in schema.references { bytes += reference.text.utf8.count }
        guard bytes <= Self.byteLimit else {
            throw FormatError(
                .schema,
                "The JSON Schema and its references have \(bytes) bytes, and at most \(Self.byteLimit) are read.")
        }
        root = try values.add(text: schema.text, what: "The JSON Schema")
        try addResource(root, base: "")
        for reference in schema.references where named[reference.name] == nil {
            let what = "The JSON Schema's reference \(Self.shortened(reference.name))"
            let top = try values.add(text: reference.text, what: what)
            named[reference.name] = resources.count
            try addResource(top, base: reference.name)
        }
    }

    /// - Throws: ``FormatError`` with code `schema` for Avro and Protobuf.
    static func check(_ language: PublishedSchema.Language) throws(FormatError) {
        guard language == .json else {
            throw FormatError(
                .schema,
                "The schema is \(language.rawValue), and the format json needs JSON Schema: use the format of that language."
            )
        }
    }

    func draft(of value: Int) -> Draft { resources[Int(resourceOf[value])].draft }

    // MARK: Indexing

    private mutating func addResource(_ top: Int, base: String) throws(FormatError) {
        var draft = Draft.assumed
        if let url = values.string(values.keyword("$schema", of: top)) {
            guard let known = Draft(url) else {
                throw FormatError(
                    .schema,
                    "The JSON Schema's $schema is \(Self.shortened(url)): drafts 4, 6, 7, 2019-09 and 2020-12 are known."
                )
            }
            draft = known
        }
        resources.append(Resource(base: base, root: top, draft: draft))
        if !base.isEmpty { located[base] = resources.count - 1 }
        while resourceOf.count < values.contents.count { resourceOf.append(0) }
        try index(top, resource: resources.count - 1, isSchema: true)
    }

    /// Notes the resource of a value and of all that lies in it, and the `$id`s and anchors on the way.
    private mutating func index(_ value: Int, resource: Int, isSchema: Bool) throws(FormatError) {
        var resource = resource
        switch values[value] {
        case .null, .boolean, .number, .string: resourceOf[value] = Int32(truncatingIfNeeded: resource)
        case .array(let elements):
            resourceOf[value] = Int32(truncatingIfNeeded: resource)
            for element in elements { try index(element, resource: resource, isSchema: isSchema) }
        case .object(let members):
            if isSchema { resource = try identify(value, members, resource) }
            resourceOf[value] = Int32(truncatingIfNeeded: resource)
            for (name, member) in zip(members.names, members.values) {
                // The names in these are a user's: a property called `$id` identifies nothing.
                let holdsNames = isSchema && Self.mapsOfSchemas.contains(name)
                if holdsNames, let inner = values.members(member) {
                    resourceOf[member] = Int32(truncatingIfNeeded: resource)
                    for schema in inner.values { try index(schema, resource: resource, isSchema: true) }
                } else {
                    try index(member, resource: resource, isSchema: isSchema && !Self.literals.contains(name))
                }
            }
        }
    }

    private static let mapsOfSchemas: Set<String> = [
        "properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies",
    ]
    private static let literals: Set<String> = ["enum", "const", "default", "examples"]

    /// The resource that begins here, or the one around it.
    private mutating func identify(
        _ value: Int, _ members: JSONSchemaValues.Members, _ outer: Int
    ) throws(FormatError) -> Int {
        var resource = outer
        let draft = resources[outer].draft
        // Up to draft 7, nothing beside a `$ref` counts.
        if draft <= .draft7, members["$ref"] != nil { return resource }
        if let id = values.string(members[draft.idKeyword]), !id.isEmpty {
            try Self.check(url: id)
            let (url, fragment) = URLReference.split(id)
            if url.isEmpty {
                resources[resource].anchors[fragment] = value
            } else {
                let base = URLReference.resolve(url, against: resources[outer].base)
                // Each of nested relative ones makes it longer.
                try Self.check(url: base)
                if value == resources[outer].root {
                    resources[outer].base = base
                } else {
                    resources.append(Resource(base: base, root: value, draft: draft))
                    resource = resources.count - 1
                }
                if located[base] == nil { located[base] = resource }
                if draft <= .draft7, !fragment.isEmpty { resources[resource].anchors[fragment] = value }
            }
        }
        for keyword in ["$anchor", "$dynamicAnchor"] where draft >= .draft2019 {
            if let anchor = values.string(members[keyword]) { resources[resource].anchors[anchor] = value }
        }
        return resource
    }

    // MARK: Resolving

    /// The place that a `$ref` means.
    ///
    /// - Throws: ``FormatError`` with code `schema` where there is none.
    func resolve(_ reference: String, from value: Int) throws(FormatError) -> Int {
        try Self.check(url: reference)
        let (url, fragment) = URLReference.split(reference)
        var resource = Int(resourceOf[value])
        if !url.isEmpty {
            if let found = named[reference] ?? named[url] {
                resource = found
            } else {
                let absolute = URLReference.resolve(url, against: resources[resource].base)
                guard let found = located[absolute] else { throw Self.missing(reference) }
                resource = found
            }
        }
        let place = URLReference.decoded(fragment)
        if place.isEmpty { return resources[resource].root }
        if !place.hasPrefix("/") {
            guard let found = resources[resource].anchors[place] else { throw Self.missing(reference) }
            return found
        }
        var target = resources[resource].root
        for step in place.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let next = child(target, Self.unescaped(step)) else { throw Self.missing(reference) }
            target = next
        }
        return target
    }

    private func child(_ value: Int, _ step: String) -> Int? {
        switch values[value] {
        case .object(let members): return members[step]
        case .array(let elements):
            guard let place = Int(step), elements.indices.contains(place) else { return nil }
            return elements[place]
        case .null, .boolean, .number, .string: return nil
        }
    }

    private static func unescaped(_ step: Substring) -> String {
        guard step.contains("~") else { return String(step) }
        var text = ""
        var isEscape = false
        for character in step.unicodeScalars {
            if isEscape {
                text.unicodeScalars.append(character == "1" ? "/" : "~")
                isEscape = false
            } else if character == "~" {
                isEscape = true
            } else {
                text.unicodeScalars.append(character)
            }
        }
        return text
    }

    private static func check(url: String) throws(FormatError) {
        guard url.utf8.count <= urlLimit else {
            throw FormatError(
                .schema,
                "The JSON Schema has an $id or a $ref of \(url.utf8.count) bytes: at most \(urlLimit) are read.")
        }
    }

    private static func missing(_ reference: String) -> FormatError {
        FormatError(
            .schema,
            "The JSON Schema's $ref \(shortened(reference)) leads nowhere: it is neither in the schema nor among the "
                + "references that the registry has for it.")
    }

    /// Names of a schema in messages: not more than a line of them.
    static func shortened(_ text: String) -> String { text.count > 120 ? text.prefix(120) + "…" : text }
}
