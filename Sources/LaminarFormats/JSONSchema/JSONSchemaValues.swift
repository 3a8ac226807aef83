/// The texts of a schema and of what it refers to, as values that are told apart by number, so that a place in a schema is
/// compiled once however often it is referred to.
///
/// Repeated names: the last one counts.
struct JSONSchemaValues {
    enum Content {
        case null
        case boolean(Bool)
        /// As it is written.
        case number(String)
        case string(String)
        case array([Int])
        case object(Members)
    }

    /// An object's members in order.
    struct Members {
        let names: [String]
        let values: [Int]
        /// For objects that are large enough for it to pay.
        private let places: [String: Int]

        init(_ members: [(name: String, value: Int)]) {
            var places: [String: Int] = [:]
            var isKept = [Bool](repeating: true, count: members.count)
            for (index, member) in members.enumerated() {
                if let earlier = places.updateValue(index, forKey: member.name) { isKept[earlier] = false }
            }
            let kept = members.indices.filter { isKept[$0] }
            names = kept.map { members[$0].name }
            values = kept.map { members[$0].value }
            self.places =
                kept.count <= 8
                ? [:] : Dictionary(uniqueKeysWithValues: kept.enumerated().map { (members[$1].name, $0) })
        }

        subscript(name: String) -> Int? {
            if places.isEmpty { return names.firstIndex(of: name).map { values[$0] } }
            return places[name].map { values[$0] }
        }
    }

    private(set) var contents: [Content] = []

    /// Schemas nest no deeper than payloads do.
    static let depthLimit = JSONScanner.depthLimit

    /// Adds a text's values.
    ///
    /// - Parameter what: how an error calls the text.
    /// - Returns: the number of its top.
    mutating func add(text: String, what: String) throws(FormatError) -> Int {
        do throws(DecodeFailure) {
            return add(try JSONTree(text, depthLimit: Self.depthLimit))
        } catch {
            throw FormatError(.schema, "\(what) isn't JSON: \(error.description).")
        }
    }

    private mutating func add(_ tree: JSONTree) -> Int {
        let content: Content =
            switch tree {
            case .null: .null
            case .boolean(let value): .boolean(value)
            case .number(let text): .number(text)
            case .string(let text): .string(text)
            case .array(let elements): .array(elements.map { add($0) })
            case .object(let members): .object(Members(members.map { ($0.name, add($0.value)) }))
            }
        contents.append(content)
        return contents.count - 1
    }

    // MARK: Looking

    subscript(value: Int) -> Content { contents[value] }

    func members(_ value: Int) -> Members? {
        if case .object(let members) = contents[value] { members } else { nil }
    }

    func elements(_ value: Int) -> [Int]? {
        if case .array(let elements) = contents[value] { elements } else { nil }
    }

    func string(_ value: Int?) -> String? {
        if let value, case .string(let text) = contents[value] { text } else { nil }
    }

    func number(_ value: Int?) -> String? {
        if let value, case .number(let text) = contents[value] { text } else { nil }
    }

    func boolean(_ value: Int?) -> Bool? {
        if let value, case .boolean(let flag) = contents[value] { flag } else { nil }
    }

    /// A schema's keyword, nil where the schema is `true`, `false` or has none of that name.
    func keyword(_ name: String, of schema: Int) -> Int? { members(schema)?[name] }
}
