internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL

/// The columns of a CREATE TABLE, checked: types, metadata columns, duplicates.
///
/// Errors point at the column that is wrong.
struct TableColumns {
    /// In the statement's order.
    let columns: [ColumnSchema]
    /// Where each column is written.
    private let positions: [SQL.Position]

    /// - Parameters:
    ///   - definitions: at least one.
    ///   - includesMetadata: whether `include_metadata` is true.
    /// - Throws: ``LaminarError`` with code `invalidColumn`.
    init(_ definitions: [SQL.ColumnDefinition], includesMetadata: Bool) throws(LaminarError) {
        var columns: [ColumnSchema] = []
        var names: Set<String> = []
        for definition in definitions {
            let column = try Self.column(definition, includesMetadata: includesMetadata)
            guard names.insert(column.name).inserted else {
                throw Self.error(definition, "There are two columns named \(column.name): rename one of them.")
            }
            columns.append(column)
        }
        self.columns = columns
        positions = definitions.map(\.name.position)
    }

    /// What the columns mean to a format that isn't a row of its own: `raw` reads `offset` as the record's.
    ///
    /// - Throws: ``LaminarError`` with code `invalidColumn` when such a column needs `include_metadata`, or a column's
    ///   type isn't one that the format fills.
    func resolved(by format: any RecordFormat, includesMetadata: Bool) throws -> RowSchema {
        let written = try RowSchema(columns)
        let schema = try format.resolve(written)
        for (index, column) in schema.columns.enumerated() where index < columns.count {
            guard let field = column.metadata, columns[index].metadata == nil, field != .value else { continue }
            guard column.type == field.columnType else {
                throw LaminarError(
                    code: .invalidColumn,
                    message:
                        "Column \(column.name) is the record's \(field.rawValue), which is \(field.columnType), not "
                        + "\(column.type).", position: position(index))
            }
            guard !includesMetadata else { continue }
            throw LaminarError(
                code: .invalidColumn,
                message: "Column \(column.name) is the record's own \(field.rawValue): write "
                    + "include_metadata = 'true' into the table's WITH.", position: position(index))
        }
        return schema
    }

    /// Where a column is written, nil where there is no such column.
    func position(_ index: Int) -> SQL.Position? {
        positions.indices.contains(index) ? positions[index] : nil
    }

    private static func column(
        _ definition: SQL.ColumnDefinition, includesMetadata: Bool
    ) throws(LaminarError) -> ColumnSchema {
        let name = definition.name.name
        let type = ColumnType(definition.type)
        if let problem = type.problem { throw error(definition, "Column \(name): \(problem).") }
        guard let field = try metadataField(definition, includesMetadata: includesMetadata) else {
            return ColumnSchema(name, type, isNullable: !definition.isNotNull)
        }
        guard type == field.columnType else {
            throw error(
                definition,
                "Column \(name) is the record's \(field.rawValue), which is \(field.columnType), not \(type).")
        }
        if definition.isNotNull, [.key, .timestamp, .value].contains(field) {
            throw error(
                definition, "Column \(name) can't be NOT NULL: a record may have no \(field.rawValue).")
        }
        return ColumnSchema(name, type, isNullable: !definition.isNotNull, metadata: field)
    }

    private static func metadataField(
        _ definition: SQL.ColumnDefinition, includesMetadata: Bool
    ) throws(LaminarError) -> MetadataField? {
        let name = definition.name.name
        if let written = definition.metadataField {
            if let field = MetadataField(rawValue: written.lowercased()) { return field }
            let fields = MetadataField.allCases.map(\.rawValue)
            throw error(
                definition,
                "Column \(name): a record has no field '\(written)'; it has \(fields.joined(separator: ", ")).",
                suggestion: SQL.suggestion(for: written, among: fields))
        }
        guard name.hasPrefix("_kafka_") else { return nil }
        guard let field = MetadataField(kafkaColumn: name) else {
            let known = MetadataField.allCases.filter { $0 != .value }.map { "_kafka_\($0.rawValue)" }
            throw error(
                definition, "There is no metadata column \(name): there are \(known.joined(separator: ", ")).",
                suggestion: SQL.suggestion(for: name, among: known))
        }
        guard includesMetadata else {
            throw error(
                definition,
                "Column \(name) is metadata: write include_metadata = 'true' into the table's WITH.")
        }
        return field
    }

    private static func error(
        _ definition: SQL.ColumnDefinition, _ message: String, suggestion: String? = nil
    ) -> LaminarError {
        LaminarError(
            code: .invalidColumn, message: message, suggestion: suggestion, position: definition.name.position)
    }
}
