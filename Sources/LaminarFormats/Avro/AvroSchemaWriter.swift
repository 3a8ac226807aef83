/// The Avro schema that columns stand for: what a sink publishes.
///
///     {"type":"record","name":"Order","fields":[{"name":"id","type":"long"},
///      {"name":"note","type":["null","string"],"default":null}]}
///
/// A nullable column is a union with null and has the default null; elements and map values are nullable always.
struct AvroSchemaWriter {
    private let namespace: String
    private let base: String
    private var names: Set<String> = []
    private var hasDuration = false

    /// - Throws: ``FormatError`` with code `column` where a column's name can't be a field's.
    static func schema(for columns: RowSchema, named name: String) throws(FormatError) -> PublishedSchema {
        let parts = name.split(separator: ".", omittingEmptySubsequences: true).map { legal(String($0)) }
        var writer = AvroSchemaWriter(
            namespace: parts.dropLast().joined(separator: "."), base: parts.last ?? "Row")
        var fields: [JSONTree] = []
        for column in columns.columns where column.metadata == nil {
            fields.append(
                try writer.field(column.name, column.type, isNullable: column.isNullable, within: writer.base))
        }
        var members = [
            JSONTree.Member(name: "type", value: .string("record")),
            JSONTree.Member(name: "name", value: .string(writer.base)),
        ]
        if !writer.namespace.isEmpty {
            members.append(JSONTree.Member(name: "namespace", value: .string(writer.namespace)))
        }
        members.append(JSONTree.Member(name: "fields", value: .array(fields)))
        return PublishedSchema(.avro, JSONTree.object(members).text)
    }

    private init(namespace: String, base: String) {
        self.namespace = namespace
        self.base = base
        names = [base]
    }

    private mutating func field(
        _ name: String, _ type: ColumnType, isNullable: Bool, within record: String
    ) throws(FormatError) -> JSONTree {
        guard Self.isLegal(name) else {
            throw FormatError(
                .column,
                "Column \(RowSchema.quoted(name)) can't be a field of an Avro schema: names are letters, digits and _, and "
                    + "don't begin with a digit.")
        }
        let tree = try self.type(type, named: "\(record)_\(name)")
        var members = [
            JSONTree.Member(name: "name", value: .string(name)),
            JSONTree.Member(name: "type", value: isNullable ? .array([.string("null"), tree]) : tree),
        ]
        if isNullable { members.append(JSONTree.Member(name: "default", value: .null)) }
        return .object(members)
    }

    private mutating func type(_ type: ColumnType, named name: String) throws(FormatError) -> JSONTree {
        switch type {
        case .boolean: return .string("boolean")
        case .smallint, .int: return .string("int")
        case .bigint: return .string("long")
        case .real: return .string("float")
        case .double: return .string("double")
        case .text: return .string("string")
        case .bytea: return .string("bytes")
        case .decimal(let precision, let scale):
            return annotated(
                "bytes", "decimal",
                [
                    JSONTree.Member(name: "precision", value: .number(String(precision))),
                    JSONTree.Member(name: "scale", value: .number(String(scale))),
                ])
        case .date: return annotated("int", "date")
        case .time: return annotated("long", "time-micros")
        case .timestamp: return annotated("long", "timestamp-micros")
        case .uuid: return annotated("string", "uuid")
        case .json: return annotated("string", "json")
        case .interval:
            let own = "\(base)_duration"
            if hasDuration { return .string(own) }
            hasDuration = true
            names.insert(own)
            return annotated(
                "fixed", "duration",
                [
                    JSONTree.Member(name: "name", value: .string(own)),
                    JSONTree.Member(name: "size", value: .number("12")),
                ])
        case .array(let element):
            let items = JSONTree.array([.string("null"), try self.type(element, named: name)])
            return .object([
                JSONTree.Member(name: "type", value: .string("array")), JSONTree.Member(name: "items", value: items),
            ])
        case .map(let element):
            let values = JSONTree.array([.string("null"), try self.type(element, named: name)])
            return .object([
                JSONTree.Member(name: "type", value: .string("map")), JSONTree.Member(name: "values", value: values),
            ])
        case .structure(let fields):
            var own = name
            while !names.insert(own).inserted { own += "_" }
            var list: [JSONTree] = []
            for field in fields {
                list.append(try self.field(field.name, field.type, isNullable: field.isNullable, within: own))
            }
            return .object([
                JSONTree.Member(name: "type", value: .string("record")),
                JSONTree.Member(name: "name", value: .string(own)),
                JSONTree.Member(name: "fields", value: .array(list)),
            ])
        }
    }

    private func annotated(_ type: String, _ logical: String, _ more: [JSONTree.Member] = []) -> JSONTree {
        .object(
            [JSONTree.Member(name: "type", value: .string(type))] + more
                + [JSONTree.Member(name: "logicalType", value: .string(logical))])
    }

    private static func isLegal(_ name: String) -> Bool {
        guard let first = name.utf8.first, first == 0x5F || (first | 32) &- 97 < 26 else { return false }
        return name.utf8.allSatisfy { $0 == 0x5F || ($0 | 32) &- 97 < 26 || $0 &- 48 < 10 }
    }

    /// A topic's or table's name as a part of a full name.
    private static func legal(_ name: String) -> String {
        let letters = name.unicodeScalars.map { scalar -> Character in
            let isLegal =
                scalar.isASCII && (scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isLegal ? Character(scalar) : "_"
        }
        let text = String(letters)
        return isLegal(text) ? text : "_" + text
    }
}
