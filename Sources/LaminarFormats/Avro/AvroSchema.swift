/// An Avro schema: a list of types that refer to each other by place, so that recursive ones are plain values.
///
///     let schema = try AvroSchema(PublishedSchema(.avro, text))
///     schema[schema.root].fields.map(\.name)
///
/// - Note: Format: Apache Avro 1.12 specification, "Schema Declaration" and "Logical Types".
struct AvroSchema: Sendable {
    /// A type's place in the list.
    typealias ID = Int

    enum Kind: Hashable, Sendable {
        case null, boolean, int, long, float, double, bytes, string
        case record, enumeration, array, map, union
        /// So many bytes.
        case fixed(Int)
    }

    /// What a value means beyond its bytes. Those that are unknown or don't fit their type are left out.
    enum Logical: Hashable, Sendable {
        case decimal(precision: Int, scale: Int)
        case uuid, date, timeMillis, timeMicros
        case timestampMillis, timestampMicros, timestampNanos
        case localTimestampMillis, localTimestampMicros, localTimestampNanos
        case duration
        /// Ours: the text of a JSON value in a string.
        case json
    }

    struct Field: Sendable {
        let name: String
        let aliases: [String]
        let type: ID
        let defaultValue: JSONTree?
    }

    struct Node: Sendable {
        var kind: Kind
        var logical: Logical?
        /// With the namespace; empty for types without a name.
        var name = ""
        /// Full names that a record, enum or fixed had before.
        var aliases: [String] = []
        /// Of a record.
        var fields: [Field] = []
        /// Of an enum.
        var symbols: [String] = []
        /// Of an enum: what a reader takes a symbol for that it doesn't know.
        var defaultSymbol: String?
        /// The items of an array, the values of a map, the branches of a union.
        var parts: [ID] = []

        init(_ kind: Kind, logical: Logical? = nil) {
            self.kind = kind
            self.logical = logical
        }
    }

    var nodes: [Node] = []
    var root: ID = 0

    subscript(id: ID) -> Node { nodes[id] }

    /// Whether the type is null.
    func isNull(_ id: ID) -> Bool { nodes[id].kind == .null }

    /// The only branch of a union of null and one other type, with null's place; nil for everything else.
    func optional(_ id: ID) -> (value: ID, nullIndex: Int)? {
        let node = nodes[id]
        guard node.kind == .union, node.parts.count == 2 else { return nil }
        if isNull(node.parts[0]), !isNull(node.parts[1]) { return (node.parts[1], 0) }
        if isNull(node.parts[1]), !isNull(node.parts[0]) { return (node.parts[0], 1) }
        return nil
    }
}

extension AvroSchema {
    /// The part of a full name after its last dot: what resolution compares.
    static func unqualified(_ name: String) -> Substring {
        name.utf8.lastIndex(of: 0x2E).map { name[name.utf8.index(after: $0)...] } ?? name[...]
    }

    /// A type's name for messages.
    func describe(_ id: ID) -> String {
        let node = nodes[id]
        switch node.kind {
        case .null: return "null"
        case .boolean: return "boolean"
        case .int: return "int"
        case .long: return "long"
        case .float: return "float"
        case .double: return "double"
        case .bytes: return "bytes"
        case .string: return "string"
        case .record: return "record \(Self.shown(node.name))"
        case .enumeration: return "enum \(Self.shown(node.name))"
        case .fixed: return "fixed \(Self.shown(node.name))"
        case .array: return "array"
        case .map: return "map"
        case .union: return "union"
        }
    }

    /// `an int`, `a record Order`.
    static func article(_ noun: String) -> String { "aeiou".contains(noun.prefix(1)) ? "an \(noun)" : "a \(noun)" }

    /// A name out of a schema, short enough for a message.
    static func shown(_ name: String) -> String { name.count <= 100 ? name : String(name.prefix(97)) + "…" }
}
