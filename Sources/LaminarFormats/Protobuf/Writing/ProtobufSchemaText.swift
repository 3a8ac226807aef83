/// The `.proto` text that a sink of some columns publishes: proto3, a field for each column in their order.
///
/// Nullable scalars are `optional`. TIMESTAMP, DATE and TIME are google.protobuf.Timestamp, google.type.Date and
/// google.type.TimeOfDay; DECIMAL, INTERVAL and UUID are their exact text in a `string`, which needs no import that a
/// registry might not have and loses nothing; JSON is google.protobuf.Value; a STRUCT is a message of its own.
struct ProtobufSchemaText {
    private var imports = Set<String>()
    private var lines: [String] = []

    static func text(for schema: RowSchema, named name: String) throws(FormatError) -> String {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for part in parts where !isIdentifier(part) {
            throw FormatError(
                .column, "A Protobuf message's name is made of letters, digits and _, with dots between: not \(name).")
        }
        let message = parts.removeLast()
        var writer = ProtobufSchemaText()
        try writer.message(
            message, schema.columns.map { StructField($0.name, $0.type, isNullable: $0.isNullable) }, indent: "")
        var text = "syntax = \"proto3\";\n"
        if !parts.isEmpty { text += "package \(parts.joined(separator: "."));\n" }
        if !writer.imports.isEmpty { text += "\n" }
        for path in writer.imports.sorted() { text += "import \"\(path)\";\n" }
        return text + "\n" + writer.lines.joined(separator: "\n") + "\n"
    }

    private static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, first == 0x5F || (first | 0x20) &- 97 < 26 else { return false }
        return name.utf8.allSatisfy { $0 == 0x5F || ($0 | 0x20) &- 97 < 26 || $0 &- 48 < 10 }
    }

    private mutating func message(_ name: String, _ fields: [StructField], indent: String) throws(FormatError) {
        lines.append("\(indent)message \(name) {")
        var jsonNames: [String: String] = [:]
        var nested = Set<String>()
        for (index, field) in fields.enumerated() {
            guard Self.isIdentifier(field.name) else {
                throw FormatError(
                    .column,
                    "Column \(field.name): a Protobuf field's name is made of ASCII letters, digits and _, and begins "
                        + "with no digit: rename the column.")
            }
            if let other = jsonNames.updateValue(field.name, forKey: ProtobufLinker.jsonName(field.name)) {
                throw FormatError(
                    .column,
                    "The columns \(other) and \(field.name) have one name in Protobuf's JSON: rename one of them.")
            }
            // Beyond 18,999 comes the range that Protobuf keeps for itself.
            let number = index + 1 < 19_000 ? index + 1 : index + 1001
            let (label, type) = try self.field(field, &nested, indent: indent + "  ")
            lines.append("\(indent)  \(label)\(type) \(field.name) = \(number);")
        }
        lines.append("\(indent)}")
    }

    private mutating func field(
        _ field: StructField, _ nested: inout Set<String>, indent: String
    ) throws(FormatError) -> (label: String, type: String) {
        switch field.type {
        case .array(let element):
            return ("repeated ", try single(element, field.name, &nested, indent: indent))
        case .map(let value):
            return ("", "map<string, \(try single(value, field.name, &nested, indent: indent))>")
        default:
            let type = try single(field.type, field.name, &nested, indent: indent)
            let isMessage = type.contains(".") || type.first?.isUppercase == true
            return (field.isNullable && !isMessage ? "optional " : "", type)
        }
    }

    private mutating func single(
        _ type: ColumnType, _ name: String, _ nested: inout Set<String>, indent: String
    ) throws(FormatError) -> String {
        switch type {
        case .boolean: return "bool"
        case .smallint, .int: return "int32"
        case .bigint: return "int64"
        case .real: return "float"
        case .double: return "double"
        case .text, .decimal, .interval, .uuid: return "string"
        case .bytea: return "bytes"
        case .date: return use("google.type.Date", "google/type/date.proto")
        case .time: return use("google.type.TimeOfDay", "google/type/timeofday.proto")
        case .timestamp: return use("google.protobuf.Timestamp", "google/protobuf/timestamp.proto")
        case .json: return use("google.protobuf.Value", "google/protobuf/struct.proto")
        case .structure(let fields):
            let base = ProtoParser.entryName(name).dropLast("Entry".count)
            var message = base.first?.isLetter == true ? String(base) : "M" + base
            while !nested.insert(message).inserted { message += "_" }
            try self.message(message, fields, indent: indent)
            return message
        case .array, .map:
            throw FormatError(
                .column,
                "Column \(name): Protobuf has no lists of lists, nor lists and maps in maps: put the inner one into a "
                    + "STRUCT.")
        }
    }

    private mutating func use(_ type: String, _ path: String) -> String {
        imports.insert(path)
        // A leading dot, since a message of the table's own could have the package's first name.
        return "." + type
    }
}
