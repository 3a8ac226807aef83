internal import LaminarFormats
internal import LaminarSQL
internal import LaminarStore

/// A table of the Laminar database itself: `CREATE TABLE customers (id BIGINT NOT NULL, name TEXT)` without WITH.
///
/// It is a plain SQLite table of the same name, so every SQLite library reads and writes it. What a type becomes there:
/// BOOLEAN 0 or 1; SMALLINT, INT, BIGINT an INTEGER; REAL, DOUBLE a REAL; TEXT, JSON, arrays, STRUCT and MAP a TEXT (JSON
/// for the last three); BYTEA and UUID a BLOB; DATE the days since 1970-01-01, TIME and TIMESTAMP microseconds, each an
/// INTEGER; DECIMAL and INTERVAL a BLOB whose bytes compare as the values do.
struct LocalTable {
    let statement: SQL.CreateTable
    let schema: RowSchema

    var name: String { statement.name.name }

    /// - Throws: ``LaminarError`` with code `invalidColumn` or `missingColumns`, pointing at the column.
    init(_ statement: SQL.CreateTable) throws {
        self.statement = statement
        guard !statement.columns.isEmpty else {
            throw LaminarError(
                code: .missingColumns,
                message: "A table of the Laminar database needs its columns listed, as in CREATE TABLE "
                    + "\(statement.name.name) (id BIGINT, name TEXT). For a Kafka table write WITH (connector = "
                    + "'<connection>').",
                position: statement.name.position)
        }
        for prefix in ["laminar_", "sqlite_"] where statement.name.name.lowercased().hasPrefix(prefix) {
            throw LaminarError(
                code: .reservedName,
                message: "Names of tables that begin with \(prefix) are taken in a Laminar database: choose another.",
                position: statement.name.position)
        }
        for column in statement.columns where column.metadataField != nil || Self.isKafkaColumn(column) {
            throw LaminarError(
                code: .invalidColumn,
                message: "Column \(column.name.name) is a Kafka record's metadata, and a table of the Laminar database "
                    + "has no records: leave METADATA FROM out, or write WITH (connector = '<connection>').",
                position: column.name.position)
        }
        schema = try RowSchema(TableColumns(statement.columns, includesMetadata: false).columns)
    }

    /// Makes the table that is empty.
    func make(_ database: SQLiteConnection) throws {
        let columns = schema.columns.map { column in
            "\(column.name.asSQLiteName) \(column.type.storedType)\(column.isNullable ? "" : " NOT NULL")"
        }
        try database.execute("CREATE TABLE \(name.asSQLiteName) (\(columns.joined(separator: ", "))) STRICT")
    }

    static func drop(_ name: String, _ database: SQLiteConnection) throws {
        try database.execute("DROP TABLE IF EXISTS \(name.asSQLiteName)")
    }

    private static func isKafkaColumn(_ column: SQL.ColumnDefinition) -> Bool {
        MetadataField(kafkaColumn: column.name.name) != nil
    }
}

extension ColumnType {
    /// The type of an SQLite column that holds it.
    var storedType: String {
        switch self {
        case .boolean, .smallint, .int, .bigint, .date, .time, .timestamp: "INTEGER"
        case .real, .double: "REAL"
        case .text, .json, .array, .structure, .map: "TEXT"
        case .decimal, .bytea, .interval, .uuid: "BLOB"
        }
    }
}

extension String {
    /// The name in double quotes, as SQLite's SQL has it.
    var asSQLiteName: String {
        "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
