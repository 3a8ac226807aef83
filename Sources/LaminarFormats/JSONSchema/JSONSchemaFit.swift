/// Whether rows of some columns, written as JSON, are what a schema describes.
///
///     let fit = try JSONSchemaFit(columns, published, timestamps: .auto)
///     fit.names           // ["customerId"]: the schema's spelling of the column customerid
///     fit.isLeftOut       // [true]: NULL is written by leaving the member out, since the schema has no null there
///
/// Names and types are compared, not ranges and lengths. Where the schema has alternatives, anything fits.
struct JSONSchemaFit {
    /// What each column is called in the record.
    private(set) var names: [String] = []
    /// Whether a NULL of the column is left out of the record rather than written as null.
    private(set) var isLeftOut: [Bool] = []

    private let source: JSONSchemaSource
    private let timestamps: JSONTimes.Format

    init(_ schema: RowSchema, _ published: PublishedSchema, timestamps: JSONTimes.Format) throws(FormatError) {
        source = try JSONSchemaSource(published)
        self.timestamps = timestamps
        let columns = schema.columns.filter { $0.metadata == nil }
        let object = try JSONSchemaColumns(source).followed(source.root)
        let fields = try self.fields(of: object)
        let lookup = Lookup(fields.properties)
        try require(.object, at: object, "The table's row")
        for column in columns {
            let path = "Column \(column.name)"
            guard let match = lookup[column.name] else {
                if !fields.isOpen {
                    throw FormatError(
                        .column,
                        "\(path) has no property of that name in the JSON Schema, which allows no others: rename the column, "
                            + "or publish a schema that has it.")
                }
                names.append(column.name)
                isLeftOut.append(false)
                continue
            }
            try check(column.type, at: match.value, path, depth: 0)
            let takesNull = try allows(.null, at: match.value)
            if column.isNullable, !takesNull, fields.required.contains(match.name) {
                throw FormatError(
                    .column, "\(path) may be NULL, and the JSON Schema requires a value of it: declare it NOT NULL.")
            }
            names.append(match.name)
            isLeftOut.append(!takesNull)
        }
        let written = Set(names)
        for name in fields.required.sorted() where !written.contains(name) {
            throw FormatError(
                .column,
                "The JSON Schema requires \(JSONSchemaSource.shortened(name)), and the table has no such column.")
        }
    }

    private struct Fields {
        var properties: [(name: String, value: Int)] = []
        var required: Set<String> = []
        var isOpen = true
    }

    /// Properties by exact name, then by the only one that differs in case.
    private struct Lookup {
        private var exact: [String: Int] = [:]
        private var folded: [String: [Int]] = [:]
        private let properties: [(name: String, value: Int)]

        init(_ properties: [(name: String, value: Int)]) {
            self.properties = properties
            for (index, property) in properties.enumerated() where exact[property.name] == nil {
                exact[property.name] = index
                folded[property.name.lowercased(), default: []].append(index)
            }
        }

        subscript(name: String) -> (name: String, value: Int)? {
            if let place = exact[name] { return properties[place] }
            guard let similar = folded[name.lowercased()], similar.count == 1 else { return nil }
            return properties[similar[0]]
        }
    }

    private func fields(of object: Int) throws(FormatError) -> Fields {
        var fields = Fields()
        guard let members = source.values.members(object) else { return fields }
        let keywords = JSONSchemaKeywords(source: source, members: members, draft: source.draft(of: object))
        fields.properties = try keywords.members("properties")
        fields.required = Set(try keywords.names("required"))
        if let additional = keywords.value("additionalProperties"), source.values.boolean(additional) == false {
            fields.isOpen = keywords.value("patternProperties") != nil
        }
        var seen: Set<Int> = []
        for part in try keywords.schemas("allOf") {
            let place = try JSONSchemaColumns(source).followed(part)
            guard seen.insert(place).inserted, let members = source.values.members(place) else { continue }
            let part = JSONSchemaKeywords(source: source, members: members, draft: keywords.draft)
            fields.properties += try part.members("properties")
            fields.required.formUnion(try part.names("required"))
        }
        return fields
    }

    // MARK: Types

    private func check(_ type: ColumnType, at value: Int, _ path: String, depth: Int) throws(FormatError) {
        let place = try JSONSchemaColumns(source).followed(value)
        guard depth < JSONSchemaColumns.depthLimit, source.values.members(place) != nil else {
            return try require(Self.written(type, timestamps), at: place, path)
        }
        try require(Self.written(type, timestamps), at: place, path)
        switch type {
        case .array(let element):
            if let items = source.values.keyword("items", of: place), source.values.members(items) != nil {
                try check(element, at: items, "\(path), its elements:", depth: depth + 1)
            }
        case .map(let inner):
            if let values = source.values.keyword("additionalProperties", of: place),
                source.values.members(values) != nil
            {
                try check(inner, at: values, "\(path), its values:", depth: depth + 1)
            }
        case .structure(let fields): try check(fields, in: self.fields(of: place), path, depth: depth)
        default: break
        }
    }

    private func check(_ columns: [StructField], in fields: Fields, _ path: String, depth: Int) throws(FormatError) {
        for column in columns {
            let inner = "\(path), field \(column.name)"
            guard let property = fields.properties.first(where: { $0.name == column.name }) else {
                if fields.isOpen { continue }
                throw FormatError(
                    .column,
                    "\(inner) has no property of exactly that name in the JSON Schema, which allows no others.")
            }
            try check(column.type, at: property.value, inner, depth: depth + 1)
            if column.isNullable {
                guard try allows(.null, at: property.value) else {
                    throw FormatError(
                        .column, "\(inner) may be NULL, and the JSON Schema has no null there: declare it NOT NULL.")
                }
            }
        }
        for name in fields.required.sorted() where !columns.contains(where: { $0.name == name }) {
            throw FormatError(
                .column,
                "\(path) has no field \(JSONSchemaSource.shortened(name)), which the JSON Schema requires.")
        }
    }

    /// What the encoder makes of a column's values; nothing where it may be anything.
    private static func written(_ type: ColumnType, _ timestamps: JSONTimes.Format) -> JSONSchemaTypes {
        switch type {
        case .boolean: .boolean
        case .smallint, .int, .bigint: .integer
        case .real, .double: .fraction
        case .decimal(_, let scale): scale == 0 ? .integer : .fraction
        case .text, .bytea, .date, .time, .interval, .uuid: .string
        case .timestamp: timestamps.takesStrings ? .string : .integer
        case .json: []
        case .array: .array
        case .structure, .map: .object
        }
    }

    private func require(_ wanted: JSONSchemaTypes, at place: Int, _ path: String) throws(FormatError) {
        if wanted.isEmpty { return }
        guard try allows(wanted, at: place) else {
            throw FormatError(
                .column, "\(path) is of another type than the JSON Schema has there: change the one or the other.")
        }
    }

    /// Whether a place takes values of a type, as far as `type`, `$ref` and the first sixteen alternatives tell.
    private func allows(_ wanted: JSONSchemaTypes, at value: Int, depth: Int = 0) throws(FormatError) -> Bool {
        let place = try JSONSchemaColumns(source).followed(value)
        if let isAlways = source.values.boolean(place) { return isAlways }
        guard let members = source.values.members(place), depth < 3 else { return true }
        let keywords = JSONSchemaKeywords(source: source, members: members, draft: source.draft(of: place))
        guard try keywords.types().isSuperset(of: wanted) else { return false }
        for keyword in ["oneOf", "anyOf"] {
            let choices = try keywords.schemas(keyword)
            if choices.isEmpty { continue }
            var isAllowed = false
            for choice in choices.prefix(16) where try allows(wanted, at: choice, depth: depth + 1) { isAllowed = true }
            if !isAllowed { return false }
        }
        return true
    }
}
