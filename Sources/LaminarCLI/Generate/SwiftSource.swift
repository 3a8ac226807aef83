internal import LaminarFormats

/// A Swift file with a type for a table's rows.
///
///     print(SwiftSource(table: "orders", schema).text)
struct SwiftSource {
    /// The file's text.
    let text: String

    init(table: String, _ schema: RowSchema) {
        let fields = schema.columns.map { StructField($0.name, $0.type, isNullable: $0.isNullable) }
        let row = SwiftStruct(name: SwiftName.type(table), path: "", fields: fields)
        var lines: [String] = []
        if fields.contains(where: { Self.hasUUID($0.type) }) { lines.append("import Foundation") }
        lines += ["import LaminarKafka", "", "/// A row of the table \(Self.oneLine(table))."]
        lines += row.declaration(indent: "")
        lines += ["", "extension \(row.name): RowDecodable {", "    init(row: Row) throws {"]
        for property in row.properties {
            lines.append("        self.\(property.quoted) = try row[\(property.literal), as: \(property.type).self]")
        }
        lines += ["    }", "}"]
        for nested in row.allNested { lines += nested.columnValue }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func hasUUID(_ type: ColumnType) -> Bool {
        switch type {
        case .uuid: true
        case .array(let element): hasUUID(element)
        case .map(let value): hasUUID(value)
        case .structure(let fields): fields.contains { hasUUID($0.type) }
        default: false
        }
    }

    /// A name in a comment, which must not end it.
    private static func oneLine(_ name: String) -> String {
        name.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

/// A struct of the file: the row itself, or what stands for a STRUCT in it.
private struct SwiftStruct {
    struct Property {
        let column: String
        let name: String
        let type: String
        var quoted: String { SwiftName.quoted(name) }
        /// The column's name as a Swift literal.
        var literal: String { "\"" + column.unicodeScalars.map { $0.escaped(asASCII: false) }.joined() + "\"" }
    }

    let name: String
    /// With the structs around it.
    let path: String
    let properties: [Property]
    let nested: [SwiftStruct]

    init(name: String, path: String, fields: [StructField]) {
        let path = path.isEmpty ? name : path + "." + name
        var properties: [Property] = []
        var nested: [SwiftStruct] = []
        for (field, property) in zip(fields, SwiftName.properties(fields.map(\.name))) {
            let type = Self.type(of: field.type, named: field.name, path, &nested)
            properties.append(
                Property(column: field.name, name: property, type: field.isNullable ? type + "?" : type))
        }
        self.name = name
        self.path = path
        self.properties = properties
        self.nested = nested
    }

    /// Depth first.
    var allNested: [SwiftStruct] { nested.flatMap { [$0] + $0.allNested } }

    private static func type(
        of type: ColumnType, named name: String, _ path: String, _ nested: inout [SwiftStruct]
    ) -> String {
        switch type {
        case .boolean: return "Bool"
        case .smallint: return "Int16"
        case .int: return "Int32"
        case .bigint: return "Int64"
        case .real: return "Float"
        case .double: return "Double"
        case .decimal: return "ExactDecimal"
        case .text, .json: return "String"
        case .bytea: return "[UInt8]"
        case .date: return "CalendarDate"
        case .time: return "TimeOfDay"
        case .timestamp: return "Timestamp"
        case .interval: return "CalendarInterval"
        case .uuid: return "UUID"
        case .array(let element): return "[\(self.type(of: element, named: name, path, &nested))?]"
        case .map(let value): return "[String: \(self.type(of: value, named: name, path, &nested))?]"
        case .structure(let fields):
            // A nested type has a name that none around it has.
            let around = path.split(separator: ".").map(String.init)
            let name = SwiftName.type(name, taken: Set(around + nested.map(\.name)))
            nested.append(SwiftStruct(name: name, path: path, fields: fields))
            return name
        }
    }

    func declaration(indent: String) -> [String] {
        var lines = ["\(indent)struct \(name): Codable, Hashable, Sendable {"]
        for inner in nested { lines += inner.declaration(indent: indent + "    ") + [""] }
        for property in properties { lines.append("\(indent)    let \(property.quoted): \(property.type)") }
        if properties.contains(where: { $0.name != $0.column }) {
            lines += ["", "\(indent)    enum CodingKeys: String, CodingKey {"]
            for property in properties {
                let value = property.name == property.column ? "" : " = \(property.literal)"
                lines.append("\(indent)        case \(property.quoted)\(value)")
            }
            lines.append("\(indent)    }")
        }
        return lines + ["\(indent)}"]
    }

    var columnValue: [String] {
        var lines = [
            "", "extension \(path): ColumnValue {", "    init(_ column: Column, row: Int) throws(DecodeFailure) {",
        ]
        for property in properties {
            let type = "\(property.type).self"
            lines.append(
                "        self.\(property.quoted) = try column.field(\(property.literal), row: row, as: \(type))")
        }
        return lines + ["    }", "}"]
    }
}
