/// The columns that a schema's properties make, in their order.
///
/// What has no type of its own (alternatives, mixed types, `true`, a schema that contains itself) is JSON, as the record has
/// it. `docs/json-schema.md` has the table.
struct JSONSchemaColumns {
    /// What a place of the schema is as a column.
    struct Shape {
        var type: ColumnType
        var isNullable: Bool
    }

    struct Property {
        let name: String
        let shape: Shape
        let isRequired: Bool
    }

    let source: JSONSchemaSource
    /// Objects that are being entered: one of them again is a cycle.
    private var entered: Set<Int> = []
    private var placesLeft = 50_000

    /// STRUCT within STRUCT.
    static let depthLimit = 32
    /// A `$ref` to a `$ref` to a `$ref`.
    static let chainLimit = 64

    private var values: JSONSchemaValues { source.values }

    init(_ source: JSONSchemaSource) { self.source = source }

    /// The schema as a whole.
    static func columns(of schema: PublishedSchema) throws(FormatError) -> RowSchema {
        var reader = JSONSchemaColumns(try JSONSchemaSource(schema))
        let properties = try reader.properties(of: reader.source.root)
        guard !properties.isEmpty else {
            throw FormatError(
                .schema,
                "The JSON Schema's top has no properties, so there are no columns to take from it: list the table's columns, "
                    + "or use json.unstructured with one column of type JSON.")
        }
        var columns: [ColumnSchema] = []
        for property in properties {
            columns.append(
                ColumnSchema(
                    property.name, property.shape.type,
                    isNullable: !property.isRequired || property.shape.isNullable))
        }
        return try RowSchema(columns)
    }

    // MARK: Objects

    /// An object's properties: its own, then those of each of its `allOf`.
    mutating func properties(of value: Int) throws(FormatError) -> [Property] {
        let place = try followed(value)
        guard entered.count < Self.depthLimit, entered.insert(place).inserted else { return [] }
        defer { entered.remove(place) }
        guard let members = values.members(place) else { return [] }
        var shapes: [(name: String, value: Int)] = []
        var required: Set<String> = []
        try gather(place, members, &shapes, &required, depth: 0)
        var properties: [Property] = []
        var seen: Set<String> = []
        for (name, value) in shapes where seen.insert(name).inserted {
            properties.append(
                Property(name: name, shape: try shape(of: value), isRequired: required.contains(name)))
        }
        return properties
    }

    private mutating func gather(
        _ value: Int, _ members: JSONSchemaValues.Members, _ shapes: inout [(name: String, value: Int)],
        _ required: inout Set<String>, depth: Int
    ) throws(FormatError) {
        let keywords = JSONSchemaKeywords(source: source, members: members, draft: source.draft(of: value))
        let own = try keywords.members("properties")
        try count(1 + own.count)
        shapes += own
        required.formUnion(try keywords.names("required"))
        guard depth < Self.chainLimit else { return }
        for part in try keywords.schemas("allOf") {
            let place = try followed(part)
            if let members = values.members(place) {
                try gather(place, members, &shapes, &required, depth: depth + 1)
            }
        }
    }

    private mutating func count(_ places: Int = 1) throws(FormatError) {
        placesLeft -= places
        if placesLeft < 0 {
            throw FormatError(
                .schema, "The JSON Schema makes too many columns and fields: list the table's columns instead.")
        }
    }

    /// The place that is meant where a schema only refers to another.
    func followed(_ value: Int) throws(FormatError) -> Int {
        var value = value
        for _ in 0..<Self.chainLimit {
            guard let members = values.members(value) else { return value }
            if let reference = values.string(members["$ref"]) {
                value = try source.resolve(reference, from: value)
            } else if let only = members["allOf"].flatMap({ values.elements($0) }), only.count == 1,
                members["properties"] == nil, members["type"] == nil
            {
                value = only[0]
            } else {
                return value
            }
        }
        throw FormatError(.schema, "The JSON Schema has a $ref that leads to a $ref, and so on without an end.")
    }

    // MARK: Values

    mutating func shape(of value: Int) throws(FormatError) -> Shape {
        try count()
        let place = try followed(value)
        guard let members = values.members(place), !entered.contains(place), entered.count < Self.depthLimit else {
            return Shape(type: .json, isNullable: true)
        }
        if members["allOf"] != nil, members["properties"] == nil { return Shape(type: .json, isNullable: true) }
        if let choices = (members["oneOf"] ?? members["anyOf"]).flatMap({ values.elements($0) }) {
            let others = choices.filter { !isNull($0) }
            guard others.count == 1, others.count < choices.count else { return Shape(type: .json, isNullable: true) }
            entered.insert(place)
            defer { entered.remove(place) }
            return Shape(type: try shape(of: others[0]).type, isNullable: true)
        }
        let keywords = JSONSchemaKeywords(source: source, members: members, draft: source.draft(of: place))
        var types = members["type"] == nil ? try inferred(members) : try keywords.types()
        let isNullable = types.contains(.null)
        types.remove(.null)
        return Shape(type: try type(types, place, keywords), isNullable: isNullable)
    }

    private func isNull(_ value: Int) -> Bool { values.string(values.keyword("type", of: value)) == "null" }

    /// The type where none is written: that of what the schema lists, or of the keywords that it has.
    private func inferred(_ members: JSONSchemaValues.Members) throws(FormatError) -> JSONSchemaTypes {
        let listed = members["enum"].flatMap { values.elements($0) } ?? members["const"].map { [$0] }
        if let listed {
            var types: JSONSchemaTypes = []
            for value in listed {
                switch values[value] {
                case .null: types.insert(.null)
                case .boolean: types.insert(.boolean)
                case .number(let text):
                    types.insert(text.utf8.contains { $0 == 0x2E || $0 | 32 == 0x65 } ? .fraction : .integer)
                case .string: types.insert(.string)
                case .array: types.insert(.array)
                case .object: types.insert(.object)
                }
            }
            return types
        }
        return members["properties"] == nil ? .all : .object
    }

    private mutating func type(
        _ types: JSONSchemaTypes, _ place: Int, _ keywords: JSONSchemaKeywords
    ) throws(FormatError) -> ColumnType {
        switch types {
        case .boolean: return .boolean
        case .integer: return integer(keywords)
        case .number, .fraction: return number(keywords)
        case .string: return string(keywords)
        case .array: return try array(place, keywords)
        case .object: return try object(place, keywords)
        default: return .json
        }
    }

    private func connectType(_ keywords: JSONSchemaKeywords) -> String? {
        values.string(keywords.value("connect.type"))
    }

    private func integer(_ keywords: JSONSchemaKeywords) -> ColumnType {
        if values.string(keywords.value("title")) == ConnectNames.timestamp { return .timestamp }
        switch connectType(keywords) {
        case "int8", "int16": return .smallint
        case "int32": return .int
        case "int64": return .bigint
        default: break
        }
        let least = values.number(keywords.value("minimum") ?? keywords.value("exclusiveMinimum"))
        let most = values.number(keywords.value("maximum") ?? keywords.value("exclusiveMaximum"))
        // Numbers that the schema allows must fit: unsigned 64 bits don't fit into BIGINT.
        for bound in [least, most] {
            guard let bound, Int64(bound) == nil, let exact = ExactDecimal(bound)?.rescaled(to: 0) else { continue }
            if Int64(exactly: exact.unscaled) == nil { return .decimal(precision: 38, scale: 0) }
        }
        if let least, let most, Int32(least) != nil, Int32(most) != nil { return .int }
        return .bigint
    }

    private func number(_ keywords: JSONSchemaKeywords) -> ColumnType {
        if values.string(keywords.value("title")) == ConnectNames.decimal { return decimal(keywords) ?? .double }
        return connectType(keywords) == "float32" ? .real : .double
    }

    /// Kafka Connect's decimals.
    private func decimal(_ keywords: JSONSchemaKeywords) -> ColumnType? {
        guard let parameters = keywords.value("connect.parameters"),
            let scale = values.string(values.keyword("scale", of: parameters)).flatMap({ Int($0) })
        else { return nil }
        let written = values.string(values.keyword(ConnectNames.precision, of: parameters)).flatMap { Int($0) }
        let type = ColumnType.decimal(precision: written ?? 38, scale: scale)
        return type.problem == nil ? type : nil
    }

    private func string(_ keywords: JSONSchemaKeywords) -> ColumnType {
        if connectType(keywords) == "bytes" || values.string(keywords.value("contentEncoding")) == "base64" {
            return .bytea
        }
        switch values.string(keywords.value("format")) {
        case "date-time": return .timestamp
        case "date": return .date
        case "time": return .time
        case "uuid": return .uuid
        default: return .text
        }
    }

    private mutating func array(_ place: Int, _ keywords: JSONSchemaKeywords) throws(FormatError) -> ColumnType {
        guard let items = keywords.value("items"), values.members(items) != nil, keywords.value("prefixItems") == nil
        else {
            return .json
        }
        entered.insert(place)
        defer { entered.remove(place) }
        return .array(try shape(of: items).type)
    }

    private mutating func object(_ place: Int, _ keywords: JSONSchemaKeywords) throws(FormatError) -> ColumnType {
        if keywords.value("properties") != nil || keywords.value("allOf") != nil {
            let fields = try properties(of: place)
            if fields.isEmpty { return .json }
            let type = ColumnType.structure(
                fields.map {
                    StructField($0.name, $0.shape.type, isNullable: !$0.isRequired || $0.shape.isNullable)
                })
            return type.problem == nil ? type : .json
        }
        guard let additional = keywords.value("additionalProperties"), values.members(additional) != nil,
            keywords.value("patternProperties") == nil
        else { return .json }
        entered.insert(place)
        defer { entered.remove(place) }
        return .map(try shape(of: additional).type)
    }
}

/// Names that Kafka Connect and Confluent's serializers write into schemas.
enum ConnectNames {
    static let decimal = "org.apache.kafka.connect.data.Decimal"
    static let timestamp = "org.apache.kafka.connect.data.Timestamp"
    static let precision = "connect.decimal.precision"
}
