import LaminarFormats

/// The tables of the differential test: small, with NULLs, empty texts, letters of two to four bytes, extremes and ties.
struct RandomTables {
    struct Table {
        var name: String
        var schema: RowSchema
        var rows: [[Value]]
    }

    let tables: [Table]

    /// What a column may be used for: numbers that mustn't overflow are small, extremes are compared only.
    static let schemas: [(name: String, rows: Int, columns: [ColumnSchema])] = [
        (
            "t1", 40,
            [
                ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("i", .int), ColumnSchema("s", .smallint),
                ColumnSchema("big", .bigint), ColumnSchema("d", .double),
                ColumnSchema("m", .decimal(precision: 8, scale: 2)), ColumnSchema("x", .text),
                ColumnSchema("f", .boolean),
                ColumnSchema("day", .date), ColumnSchema("moment", .timestamp),
            ]
        ),
        (
            "t2", 25,
            [
                ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("i", .int),
                ColumnSchema("m", .decimal(precision: 6, scale: 3)), ColumnSchema("x", .text),
                ColumnSchema("moment", .timestamp), ColumnSchema("r", .real),
            ]
        ),
        (
            "t3", 12,
            [
                ColumnSchema("i", .int), ColumnSchema("x", .text), ColumnSchema("f", .boolean),
                ColumnSchema("day", .date),
            ]
        ),
        ("nothing", 0, [ColumnSchema("i", .int), ColumnSchema("x", .text), ColumnSchema("d", .double)]),
    ]

    init(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var tables: [Table] = []
        for (name, count, columns) in Self.schemas {
            var rows: [[Value]] = []
            for number in 0..<count {
                rows.append(
                    columns.map { column in
                        if column.name == "id" { return .bigint(Int64(number + 1)) }
                        return dice.one(in: 6) ? .null : Self.value(column.type, &dice)
                    })
            }
            tables.append(Table(name: name, schema: try RowSchema(columns), rows: rows))
        }
        self.tables = tables
    }

    private static let texts = [
        "", "a", "A", "ab", "abc", "ABC", "b", "zoë", "Zoë", "éclair", "日本", "日本語", "😀", "a b", " pad ", "100", "a%b",
        "a_b",
        "it's", "\\", "ß", "Straße",
    ]

    private static func value(_ type: ColumnType, _ dice: inout Dice) -> Value {
        switch type {
        case .int: .int(Int32(dice.below(21) - 10))
        case .smallint: .smallint(Int16(dice.below(7) - 3))
        case .bigint: .bigint(dice.pick([.min, .max, 0, 1, -1, 4_611_686_018_427_387_904, Int64(dice.below(1000))]))
        case .double: .double(dice.pick([0, 1.5, -2.25, 1e10, -1e-3, 0.1, Double(dice.below(100)) / 8]))
        case .real: .real(dice.pick([0, 1.5, -2.25, 0.5, Float(dice.below(64)) / 4]))
        case .decimal(let precision, let scale):
            .decimal(
                ExactDecimal(
                    unscaled: Int128(dice.below(precision > 7 ? 200_001 : 20_001) - (precision > 7 ? 100_000 : 10_000)),
                    scale: scale))
        case .text: .text(dice.pick(texts))
        case .boolean: .boolean(dice.one(in: 2))
        case .date: .date(CalendarDate(daysSinceEpoch: Int32(19_700 + dice.below(40) - (dice.one(in: 8) ? 15_000 : 0))))
        case .timestamp:
            .timestamp(
                Timestamp(
                    microseconds: 1_704_067_200_000_000 + Int64(dice.below(200)) * 977_000_500
                        * (dice.one(in: 4) ? -3 : 1)))
        default: .null
        }
    }

    // MARK: For DuckDB

    /// CREATE TABLE and INSERT in DuckDB's dialect.
    var script: [String] {
        tables.flatMap { table in
            let columns = table.schema.columns.map { "\"\($0.name)\" \(Self.name($0.type))" }
            let rows = table.rows.map { row in "(" + row.map(Self.literal).joined(separator: ", ") + ")" }
            let create = "CREATE TABLE \(table.name) (\(columns.joined(separator: ", ")))"
            return rows.isEmpty
                ? [create] : [create, "INSERT INTO \(table.name) VALUES " + rows.joined(separator: ", ")]
        }
    }

    private static func name(_ type: ColumnType) -> String { type == .real ? "FLOAT" : type.description }

    private static func literal(_ value: Value) -> String {
        switch value {
        case .null: "NULL"
        case .text(let text):
            "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        case .date, .timestamp: "'\(value)'"
        case .bigint(.min): "(-9223372036854775807 - 1)"
        case .double(let number): "'\(number)'::DOUBLE"
        case .real(let number): "'\(number)'::FLOAT"
        default: value.description
        }
    }
}
