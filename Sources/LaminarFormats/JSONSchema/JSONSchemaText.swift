/// A schema of draft 7 for columns, as a sink publishes it.
///
///     JSONSchemaText(timestamps: .auto).schema(for: columns, named: "Order")
///
/// `columns(of:)` reads the same columns back from it. Exact widths are told by Kafka Connect's `connect.type`, which others
/// pass over. Objects allow no properties beyond the columns, so that a column can be added without breaking compatibility.
struct JSONSchemaText {
    let timestamps: JSONTimes.Format

    private typealias Member = JSONTree.Member

    func schema(for schema: RowSchema, named name: String) -> String {
        let columns = schema.columns.filter { $0.metadata == nil }
        let fields = columns.map { StructField($0.name, $0.type, isNullable: $0.isNullable) }
        return JSONTree.object(
            [
                Member(name: "$schema", value: .string("http://json-schema.org/draft-07/schema#")),
                Member(name: "title", value: .string(name)),
            ] + object(fields)
        ).text
    }

    /// Of `json.unstructured`: any value.
    static func anything(named name: String) -> String {
        JSONTree.object([
            Member(name: "$schema", value: .string("http://json-schema.org/draft-07/schema#")),
            Member(name: "title", value: .string(name)),
        ]).text
    }

    private func object(_ fields: [StructField]) -> [Member] {
        let required = fields.filter { !$0.isNullable }.map { JSONTree.string($0.name) }
        var members = [
            Member(name: "type", value: .string("object")),
            Member(
                name: "properties",
                value: .object(
                    fields.map { Member(name: $0.name, value: .object(value($0.type, isNullable: $0.isNullable))) })),
        ]
        if !required.isEmpty { members.append(Member(name: "required", value: .array(required))) }
        members.append(Member(name: "additionalProperties", value: .boolean(false)))
        return members
    }

    /// A value that may be null is one of two types; JSON allows anything without a word.
    private func value(_ type: ColumnType, isNullable: Bool) -> [Member] {
        var members = value(type)
        if isNullable, let place = members.firstIndex(where: { $0.name == "type" }) {
            members[place] = Member(name: "type", value: .array([members[place].value, .string("null")]))
        }
        return members
    }

    private func value(_ type: ColumnType) -> [Member] {
        switch type {
        case .boolean: [named("boolean")]
        case .smallint: [named("integer"), Member(name: "connect.type", value: .string("int16"))]
        case .int: [named("integer"), Member(name: "connect.type", value: .string("int32"))]
        case .bigint: [named("integer"), Member(name: "connect.type", value: .string("int64"))]
        case .real: [named("number"), Member(name: "connect.type", value: .string("float32"))]
        case .double: [named("number"), Member(name: "connect.type", value: .string("float64"))]
        case .decimal(let precision, let scale): decimal(precision, scale)
        case .text, .interval: [named("string")]
        case .bytea:
            [
                named("string"), Member(name: "contentEncoding", value: .string("base64")),
                Member(name: "connect.type", value: .string("bytes")),
            ]
        case .date: formatted("date")
        case .time: formatted("time")
        case .uuid: formatted("uuid")
        case .timestamp: timestamp
        case .json: []
        case .array(let element):
            [named("array"), Member(name: "items", value: .object(value(element, isNullable: true)))]
        case .map(let inner):
            [named("object"), Member(name: "additionalProperties", value: .object(value(inner, isNullable: true)))]
        case .structure(let fields): object(fields)
        }
    }

    private func named(_ type: String) -> Member { Member(name: "type", value: .string(type)) }

    private func formatted(_ format: String) -> [Member] {
        [named("string"), Member(name: "format", value: .string(format))]
    }

    private var timestamp: [Member] {
        switch timestamps {
        case .auto, .rfc3339: formatted("date-time")
        case .milliseconds:
            [
                named("integer"), Member(name: "title", value: .string(ConnectNames.timestamp)),
                Member(name: "connect.version", value: .number("1")),
                Member(name: "connect.type", value: .string("int64")),
            ]
        case .seconds, .microseconds: [named("integer"), Member(name: "connect.type", value: .string("int64"))]
        }
    }

    private func decimal(_ precision: Int, _ scale: Int) -> [Member] {
        [
            named("number"), Member(name: "title", value: .string(ConnectNames.decimal)),
            Member(name: "connect.version", value: .number("1")),
            Member(name: "connect.type", value: .string("bytes")),
            Member(
                name: "connect.parameters",
                value: .object([
                    Member(name: "scale", value: .string(String(scale))),
                    Member(name: ConnectNames.precision, value: .string(String(precision))),
                ])),
        ]
    }
}
