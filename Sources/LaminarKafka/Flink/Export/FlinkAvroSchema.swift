internal import Foundation
internal import LaminarFormats

/// What an Avro schema says about a table's fields, as far as Flink's reader needs to know it.
///
/// Flink makes its reader's schema out of the table's columns, and Avro's resolution then wants names and types that
/// agree: an enum isn't read as text, a long not as an INT, microseconds not as TIMESTAMP(3).
struct FlinkAvroSchema: Sendable {
    private struct Field: Sendable {
        let name: String
        /// `long`, `record`, …; nil for a union of several.
        let type: String?
        let logical: String?
        /// Whether it is `["null", T]`; nil for another union with null.
        let isNullable: Bool?
    }

    private let fields: [Field]

    /// - Returns: nil where the text isn't a record's schema.
    init?(_ text: String) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let list = object["fields"] as? [[String: Any]]
        else { return nil }
        fields = list.compactMap { field in
            guard let name = field["name"] as? String else { return nil }
            let (type, logical) = Self.kind(field["type"])
            return Field(name: name, type: type, logical: logical, isNullable: Self.isNullable(field["type"]))
        }
    }

    private static func kind(_ type: Any?) -> (String?, String?) {
        switch type {
        case let name as String: return (name, nil)
        case let object as [String: Any]:
            // A type within the type, as {"type": {"type": "long", …}} may have it.
            if let inner = object["type"] as? [String: Any] { return kind(inner) }
            return (object["type"] as? String, object["logicalType"] as? String)
        case let union as [Any]:
            let branches = union.filter { ($0 as? String) != "null" }
            return branches.count == 1 ? kind(branches.first) : (nil, nil)
        default: return (nil, nil)
        }
    }

    private static func isNullable(_ type: Any?) -> Bool? {
        guard let union = type as? [Any] else { return false }
        return union.count == 2 && (union.first as? String) == "null" ? true : nil
    }

    /// Names what is different from the schema that Flink makes of the columns, which bare datums have to be written with.
    func checkDatum(_ columns: [ColumnSchema], _ findings: inout FlinkFindings) {
        let fits =
            fields.count == columns.count
            && zip(fields, columns).allSatisfy { field, column in
                field.isNullable == column.isNullable && field.type == Self.datumType(column.type)
            }
        if !fits {
            findings.refuse(
                "Flink's avro takes a bare datum to be written as the columns say, and avro.schema isn't that: declare every "
                    + "field in its order, NOT NULL where the schema has no [\"null\", …], without nested types; or write "
                    + "the topic with a registry")
        }
    }

    private static func datumType(_ type: ColumnType) -> String? {
        switch type {
        case .boolean: "boolean"
        case .smallint, .int, .date, .time: "int"
        case .bigint, .timestamp: "long"
        case .real: "float"
        case .double: "double"
        case .text, .uuid, .json: "string"
        case .bytea, .decimal: "bytes"
        case .interval, .array, .structure, .map: nil
        }
    }

    private func field(_ name: String) -> Field? { fields.first { $0.name == name } }

    /// Digits of a second that a field's instants have: 3, 6 or 9; nil where it holds none.
    func unit(of name: String) -> Int? {
        guard let logical = field(name)?.logical, logical.contains("timestamp-") else { return nil }
        return logical.hasSuffix("millis") ? 3 : logical.hasSuffix("micros") ? 6 : logical.hasSuffix("nanos") ? 9 : nil
    }

    private static let allowed: [(test: @Sendable (ColumnType) -> Bool, types: Set<String>)] = [
        ({ $0 == .boolean }, ["boolean"]),
        ({ [.smallint, .int].contains($0) }, ["int"]),
        ({ $0 == .bigint }, ["int", "long"]),
        ({ $0 == .real }, ["int", "long", "float"]),
        ({ $0 == .double }, ["int", "long", "float", "double"]),
        ({ [.text, .json, .uuid].contains($0) }, ["string", "bytes"]),
        ({ $0 == .bytea }, ["bytes", "string"]),
        ({ $0 == .date }, ["int"]),
    ]

    /// Names what Flink's reader won't read.
    func check(_ column: ColumnSchema, _ findings: inout FlinkFindings) {
        guard let field = field(column.name) else {
            if let other = fields.first(where: { $0.name.lowercased() == column.name.lowercased() }) {
                findings.refuse(
                    "column \(column.name): Flink finds fields by exact name, and the schema has \(other.name): declare "
                        + "the column as \"\(other.name)\"")
            } else if !column.isNullable {
                findings.refuse("column \(column.name): the schema has no such field")
            }
            return
        }
        guard let type = field.type else {
            return findings.refuse(
                "column \(column.name): the schema has a union of several types there, which Flink's Avro can't read: leave "
                    + "the column out")
        }
        if case .decimal = column.type {
            if type != "bytes" || field.logical != "decimal" {
                findings.refuse(
                    "column \(column.name): Flink's Avro reads a DECIMAL from bytes of the logical type decimal only, and "
                        + "the schema has \(field.logical.map { "\($0) of " } ?? "")\(type)")
            }
            return
        }
        if column.type == .time, field.logical != "time-millis" {
            return findings.refuse(
                "column \(column.name): Flink's Avro reads a TIME of milliseconds only, and the schema has "
                    + "\(field.logical ?? type): declare \(field.logical == "time-micros" ? "BIGINT" : "its type")")
        }
        guard let rule = Self.allowed.first(where: { $0.test(column.type) }), !rule.types.contains(type) else { return }
        findings.refuse(
            "column \(column.name): the schema has \(type) there, which Flink's Avro doesn't read as \(column.type): "
                + "declare the schema's own type, or leave the column out")
    }
}
