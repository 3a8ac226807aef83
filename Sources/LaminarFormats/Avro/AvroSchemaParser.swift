extension AvroSchema {
    /// Compiles a schema with everything that it refers to.
    ///
    /// - Throws: ``FormatError`` with code `schema` for a text that isn't an Avro schema, or is larger or more deeply nested
    ///   than anything a person would write.
    init(_ published: PublishedSchema) throws(FormatError) {
        guard published.language == .avro else {
            throw FormatError(
                .schema, "The writer's schema is \(published.language.rawValue), and the format avro reads AVRO only.")
        }
        var parser = AvroSchemaParser()
        for reference in published.references { _ = try parser.parse(reference.text, namespace: "") }
        let root = try parser.parse(published.text, namespace: "")
        nodes = parser.nodes
        self.root = root
    }

    /// Compiles a schema that refers to nothing else.
    init(_ text: String) throws(FormatError) { try self.init(PublishedSchema(.avro, text)) }
}

/// Reads schemas into one list of types; names that one text defines are known in those that follow.
///
/// - Note: Format: Apache Avro 1.12 specification, "Schema Declaration" and "Names".
struct AvroSchemaParser {
    private(set) var nodes: [AvroSchema.Node] = []
    /// Records, enums and fixed types by full name.
    private var named: [String: AvroSchema.ID] = [:]
    private var primitives: [String: AvroSchema.ID] = [:]

    /// Types in each other; a schema with more is refused, so that walking one needs a bounded stack.
    static let depthLimit = 96
    /// Types in all, of all the texts.
    static let typeLimit = 50_000

    private static let primitiveKinds: [String: AvroSchema.Kind] = [
        "null": .null, "boolean": .boolean, "int": .int, "long": .long, "float": .float, "double": .double,
        "bytes": .bytes, "string": .string,
    ]

    /// Reads one text.
    mutating func parse(_ text: String, namespace: String) throws(FormatError) -> AvroSchema.ID {
        let tree: JSONTree
        do throws(DecodeFailure) {
            tree = try JSONTree(text)
        } catch {
            // A bare name is what some tools write for a primitive type.
            if let kind = Self.primitiveKinds[text] { return try primitive(text, kind) }
            throw FormatError(.schema, "The Avro schema isn't JSON: \(error).")
        }
        return try type(tree, namespace: namespace, depth: 1)
    }

    private mutating func type(
        _ tree: JSONTree, namespace: String, depth: Int
    ) throws(FormatError) -> AvroSchema.ID {
        guard depth <= Self.depthLimit else {
            throw FormatError(.schema, "The Avro schema nests more than \(Self.depthLimit) types in each other.")
        }
        switch tree {
        case .string(let name): return try reference(name, namespace: namespace)
        case .array(let branches): return try union(branches, namespace: namespace, depth: depth)
        case .object:
            guard let inner = tree["type"] else { throw Self.broken("a type without \"type\"") }
            // {"type": {"type": …}} is the inner type.
            guard let name = inner.string else { return try type(inner, namespace: namespace, depth: depth + 1) }
            return try definition(name, tree, namespace: namespace, depth: depth)
        case .null, .boolean, .number: throw Self.broken("something that is neither a name, an object nor an array")
        }
    }

    private mutating func definition(
        _ name: String, _ tree: JSONTree, namespace: String, depth: Int
    ) throws(FormatError) -> AvroSchema.ID {
        switch name {
        case "record", "error": return try record(tree, namespace: namespace, depth: depth)
        case "enum": return try enumeration(tree, namespace: namespace)
        case "fixed": return try fixed(tree, namespace: namespace)
        case "array":
            guard let items = tree["items"] else { throw Self.broken("an array without \"items\"") }
            var node = AvroSchema.Node(.array)
            node.parts = [try type(items, namespace: namespace, depth: depth + 1)]
            return try add(node)
        case "map":
            guard let values = tree["values"] else { throw Self.broken("a map without \"values\"") }
            var node = AvroSchema.Node(.map)
            node.parts = [try type(values, namespace: namespace, depth: depth + 1)]
            return try add(node)
        default:
            guard let kind = Self.primitiveKinds[name] else { return try reference(name, namespace: namespace) }
            guard let logical = AvroLogicalTypes.logical(tree, kind) else { return try primitive(name, kind) }
            return try add(AvroSchema.Node(kind, logical: logical))
        }
    }

    private mutating func primitive(_ name: String, _ kind: AvroSchema.Kind) throws(FormatError) -> AvroSchema.ID {
        if let id = primitives[name] { return id }
        let id = try add(AvroSchema.Node(kind))
        primitives[name] = id
        return id
    }

    private mutating func reference(_ name: String, namespace: String) throws(FormatError) -> AvroSchema.ID {
        if let kind = Self.primitiveKinds[name] { return try primitive(name, kind) }
        let full = Self.qualified(name, namespace)
        // A name without a dot is looked up in its namespace first; some writers mean the one without a namespace.
        if let id = named[full] ?? named[name] { return id }
        throw FormatError(
            .schema,
            "The Avro schema refers to a type \(AvroSchema.shown(full)), which neither it nor its references define.")
    }

    private mutating func union(
        _ branches: [JSONTree], namespace: String, depth: Int
    ) throws(FormatError) -> AvroSchema.ID {
        var node = AvroSchema.Node(.union)
        var kinds = Set<AvroSchema.Kind>()
        var names = Set<String>()
        for branch in branches {
            let id = try type(branch, namespace: namespace, depth: depth + 1)
            let part = nodes[id]
            if part.kind == .union { throw Self.broken("a union directly inside of another union") }
            if part.name.isEmpty {
                guard kinds.insert(part.kind).inserted else {
                    throw Self.broken("a union with two branches of one type")
                }
            } else if !names.insert(part.name).inserted {
                throw Self.broken("a union with two branches named \(AvroSchema.shown(part.name))")
            }
            node.parts.append(id)
        }
        return try add(node)
    }

    private mutating func record(
        _ tree: JSONTree, namespace: String, depth: Int
    ) throws(FormatError) -> AvroSchema.ID {
        guard let fields = tree["fields"]?.elements else { throw Self.broken("a record without \"fields\"") }
        // The name counts from here on, so that the fields can refer to their own record.
        let (id, inner) = try declare(AvroSchema.Node(.record), tree, namespace: namespace)
        var names = Set<String>()
        for field in fields {
            guard let name = field["name"]?.string, let type = field["type"] else {
                throw Self.broken("a field without \"name\" or \"type\"")
            }
            guard names.insert(name).inserted else {
                throw Self.broken("a record with two fields named \(AvroSchema.shown(name))")
            }
            let fieldType = try self.type(type, namespace: inner, depth: depth + 1)
            nodes[id].fields.append(
                AvroSchema.Field(
                    name: name, aliases: Self.strings(field["aliases"]), type: fieldType,
                    defaultValue: field["default"]))
        }
        return id
    }

    private mutating func enumeration(_ tree: JSONTree, namespace: String) throws(FormatError) -> AvroSchema.ID {
        guard let symbols = tree["symbols"]?.elements else { throw Self.broken("an enum without \"symbols\"") }
        var node = AvroSchema.Node(.enumeration)
        node.symbols = Self.strings(tree["symbols"])
        guard node.symbols.count == symbols.count, Set(node.symbols).count == symbols.count else {
            throw Self.broken("an enum whose symbols aren't different strings")
        }
        if let symbol = tree["default"]?.string {
            guard node.symbols.contains(symbol) else {
                throw Self.broken("an enum whose default isn't one of its symbols")
            }
            node.defaultSymbol = symbol
        }
        return try declare(node, tree, namespace: namespace).id
    }

    private mutating func fixed(_ tree: JSONTree, namespace: String) throws(FormatError) -> AvroSchema.ID {
        guard let size = tree["size"]?.integer, (0...Int64(Int32.max)).contains(size) else {
            throw Self.broken("a fixed type without a \"size\" from 0 to \(Int32.max)")
        }
        let kind = AvroSchema.Kind.fixed(Int(size))
        let node = AvroSchema.Node(kind, logical: AvroLogicalTypes.logical(tree, kind))
        return try declare(node, tree, namespace: namespace).id
    }

    /// Adds a type that has a name; its namespace is what names inside of it are looked up in.
    private mutating func declare(
        _ node: AvroSchema.Node, _ tree: JSONTree, namespace: String
    ) throws(FormatError) -> (id: AvroSchema.ID, namespace: String) {
        guard let name = tree["name"]?.string, !name.isEmpty else { throw Self.broken("a named type without \"name\"") }
        let full = Self.qualified(name, tree["namespace"]?.string ?? namespace)
        guard Self.primitiveKinds[full] == nil else { throw Self.broken("a type that is named like a primitive one") }
        guard named[full] == nil else {
            throw Self.broken("two definitions of \(AvroSchema.shown(full))")
        }
        let own = full.utf8.lastIndex(of: 0x2E).map { String(full[..<$0]) } ?? ""
        var node = node
        node.name = full
        node.aliases = Self.strings(tree["aliases"]).map { Self.qualified($0, own) }
        let id = try add(node)
        named[full] = id
        return (id, own)
    }

    private mutating func add(_ node: AvroSchema.Node) throws(FormatError) -> AvroSchema.ID {
        guard nodes.count < Self.typeLimit else {
            throw FormatError(.schema, "The Avro schema has more than \(Self.typeLimit) types.")
        }
        nodes.append(node)
        return nodes.count - 1
    }

    /// A name with a dot is a full one; another one lies in the namespace.
    private static func qualified(_ name: String, _ namespace: String) -> String {
        if name.utf8.contains(0x2E) { return name.utf8.first == 0x2E ? String(name.dropFirst()) : name }
        return namespace.isEmpty ? name : "\(namespace).\(name)"
    }

    private static func strings(_ tree: JSONTree?) -> [String] { tree?.elements?.compactMap(\.string) ?? [] }

    private static func broken(_ what: String) -> FormatError {
        FormatError(.schema, "The Avro schema isn't one: it has \(what).")
    }
}

/// Which logical type an annotated type has.
///
/// - Note: Apache Avro 1.12 specification, "Logical Types": an annotation that isn't known, or doesn't fit, is ignored.
enum AvroLogicalTypes {
    static func logical(_ tree: JSONTree, _ kind: AvroSchema.Kind) -> AvroSchema.Logical? {
        guard let name = tree["logicalType"]?.string else { return nil }
        switch (name, kind) {
        case ("decimal", .bytes), ("decimal", .fixed): return decimal(tree, kind)
        case ("uuid", .string), ("uuid", .fixed(16)): return .uuid
        case ("json", .string): return .json
        case ("date", .int): return .date
        case ("time-millis", .int): return .timeMillis
        case ("time-micros", .long): return .timeMicros
        case ("timestamp-millis", .long): return .timestampMillis
        case ("timestamp-micros", .long): return .timestampMicros
        case ("timestamp-nanos", .long): return .timestampNanos
        case ("local-timestamp-millis", .long): return .localTimestampMillis
        case ("local-timestamp-micros", .long): return .localTimestampMicros
        case ("local-timestamp-nanos", .long): return .localTimestampNanos
        case ("duration", .fixed(12)): return .duration
        default: return nil
        }
    }

    private static func decimal(_ tree: JSONTree, _ kind: AvroSchema.Kind) -> AvroSchema.Logical? {
        guard let precision = tree["precision"]?.integer, precision > 0, precision <= 1_000_000 else { return nil }
        let scale: Int64
        if let written = tree["scale"] {
            guard let value = written.integer, (0...precision).contains(value) else { return nil }
            scale = value
        } else {
            scale = 0
        }
        if case .fixed(let size) = kind {
            // Digits that always fit: floor(log10(2^(8n - 1) - 1)).
            let digits = size == 0 ? 0 : Int64(Double(8 * min(size, 1 << 20) - 1) * 0.301_029_995_663_981_2)
            guard precision <= digits else { return nil }
        }
        return .decimal(precision: Int(precision), scale: Int(scale))
    }
}
