internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL

/// The columns of a table, from its statement or, where there are none, from what its connector and format fix.
struct TableSchema {
    let schema: RowSchema

    /// - Parameter format: nil where this version has no decoder of that format; its columns are checked by themselves
    ///   only.
    /// - Throws: ``LaminarError`` with code `missingColumns` or `invalidColumn`, pointing at the column.
    init(
        _ statement: SQL.CreateTable, configuration: ConnectionConfiguration, format: (any RecordFormat)?,
        includesMetadata: Bool
    ) throws {
        if case .impulse = configuration {
            schema = try Self.impulse(statement)
            return
        }
        guard !statement.columns.isEmpty else {
            schema = try Self.implied(statement, configuration)
            return
        }
        let columns = try TableColumns(statement.columns, includesMetadata: includesMetadata)
        do {
            guard let format else {
                schema = try RowSchema(columns.columns)
                return
            }
            schema = try columns.resolved(by: format, includesMetadata: includesMetadata)
            if case .kafkaSource(let source) = configuration {
                _ = try format.makeDecoder(
                    schema: schema, options: source.format?.decoderOptions(source.schemaRegistry) ?? [:])
            }
            if case .kafkaSink(let sink) = configuration {
                _ = try SinkColumns(
                    schema, format: format, options: sink.format?.decoderOptions(sink.schemaRegistry) ?? [:],
                    fields: SinkFields(sink))
            }
        } catch let error as FormatError {
            // The format names the column that it can't fill; the caret belongs there.
            let index = columns.columns.firstIndex { error.message.contains(" \($0.name) ") }
            throw LaminarError(
                code: .invalidColumn, message: error.message,
                position: index.flatMap(columns.position) ?? statement.name.position)
        }
    }

    private static func impulse(_ statement: SQL.CreateTable) throws -> RowSchema {
        for definition in statement.columns {
            let name = definition.name.name
            let type = ColumnType(definition.type)
            guard let column = ImpulseRecord.columns.first(where: { $0.name == name }), definition.metadataField == nil
            else {
                throw LaminarError(
                    code: .invalidColumn,
                    message: "An impulse has no column \(name): it has counter BIGINT, subtask_index INT and timestamp "
                        + "TIMESTAMP.", suggestion: SQL.suggestion(for: name, among: ImpulseRecord.columns.map(\.name)),
                    position: definition.name.position)
            }
            guard column.type == type else {
                throw LaminarError(
                    code: .invalidColumn, message: "Column \(name) of an impulse is \(column.type), not \(type).",
                    position: definition.name.position)
            }
        }
        guard !statement.columns.isEmpty else { return try RowSchema(ImpulseRecord.columns) }
        do throws(FormatError) {
            return try RowSchema(
                statement.columns.map { definition in
                    ColumnSchema(
                        definition.name.name, ColumnType(definition.type), isNullable: !definition.isNotNull)
                })
        } catch {
            throw LaminarError(code: .invalidColumn, message: error.message, position: statement.name.position)
        }
    }

    /// What a table without columns has.
    private static func implied(
        _ statement: SQL.CreateTable, _ configuration: ConnectionConfiguration
    ) throws -> RowSchema {
        let message: String
        switch configuration.format {
        case .json(let json) where json.isUnstructured:
            return try RowSchema([ColumnSchema("value", .json)])
        case .avro:
            message =
                "Object container files say nothing about columns before they are read: list them, as in "
                + "CREATE TABLE \(statement.name.sql) (id BIGINT, name TEXT) WITH (…)."
        case .raw:
            message =
                "The raw format says nothing about columns: list them, as in "
                + "CREATE TABLE \(statement.name.sql) (value BYTEA) WITH (…)."
        case .rawString:
            message =
                "The raw_string format says nothing about columns: list them, as in "
                + "CREATE TABLE \(statement.name.sql) (value TEXT) WITH (…)."
        default:
            message =
                "JSON without a schema registry says nothing about columns: list them, as in "
                + "CREATE TABLE \(statement.name.sql) (id BIGINT, name TEXT) WITH (…), or write "
                + "json.unstructured = 'true' for one column value JSON."
        }
        throw LaminarError(code: .missingColumns, message: message, position: statement.name.position)
    }
}

extension SQL.Identifier {
    /// The name as SQL writes it.
    fileprivate var sql: String {
        isQuoted
            ? "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\"" : name
    }
}
