internal import LaminarFormats

/// The columns of a table as Flink declares them: the payload's, the record's own, and what has to be converted.
struct FlinkColumns {
    /// One line of CREATE TABLE.
    struct Column {
        let schema: ColumnSchema
        /// `BIGINT NOT NULL`, `INT METADATA FROM 'partition' VIRTUAL`.
        let declaration: String
        /// What the view over the table selects; nil where it is the column itself.
        let conversion: String?
        /// Whether INSERT may name it.
        let isWritable: Bool
    }

    /// In the table's order.
    private(set) var columns: [Column] = []
    /// The column that holds the record's key, nil where none does.
    private(set) var key: String?

    private let format: FormatOptions?
    private let isSink: Bool
    /// The payload's fields in the registry's schema; nil where nobody asked.
    private let writer: FlinkAvroSchema?

    init(
        _ schema: RowSchema, format: FormatOptions?, isSink: Bool, writer: FlinkAvroSchema? = nil,
        _ findings: inout FlinkFindings
    ) {
        self.format = format
        self.isSink = isSink
        self.writer = writer
        for column in schema.columns {
            if let field = column.metadata, field != .value {
                metadata(column, field, &findings)
            } else {
                payload(column, &findings)
            }
        }
        let payloads = schema.columns.filter { $0.metadata == nil || $0.metadata == .value }
        if isDatum { writer?.checkDatum(payloads, &findings) }
        if isBare, payloads.count != 1 {
            findings.refuse(
                "a raw payload is one column for Flink: declare the column value, which the record's value is")
        }
    }

    /// Whether a view has to stand over the table.
    var needsView: Bool { columns.contains { $0.conversion != nil } }

    /// Whether payloads are bare Avro datums.
    private var isDatum: Bool {
        if case .avro(let avro) = format { avro.framing == .raw } else { false }
    }

    /// Whether the payload is one value as it is.
    private var isBare: Bool {
        switch format {
        case .raw, .rawString: true
        case .json(let json): json.isUnstructured
        default: false
        }
    }

    private var carrier: FlinkType.Carrier {
        switch format {
        case .json(let json): json.isUnstructured ? .raw : .json
        case .avro, .confluentAvro: .avro(isSink: isSink)
        case .protobuf: .protobuf
        default: .raw
        }
    }

    // MARK: The payload

    private mutating func payload(_ column: ColumnSchema, _ findings: inout FlinkFindings) {
        if !column.isNullable, !isSink {
            findings.note("column \(column.name) is NOT NULL: Flink doesn't turn a record without it into a bad one")
        }
        if isSink, carrier == .json, column.type.holdsJSON {
            findings.refuse(
                "column \(column.name) is JSON, which Flink's json would write as a string in quotes: declare STRUCT, "
                    + "MAP or an array")
            return
        }
        if column.type == .timestamp, isDatum {
            guard let unit = writer?.unit(of: column.name), unit < 9 else {
                return findings.refuse(
                    "column \(column.name) is TIMESTAMP, and avro.schema has no timestamp-millis or timestamp-micros there"
                )
            }
            return add(column, "TIMESTAMP_LTZ(\(unit))\(column.isNullable ? "" : " NOT NULL")", nil)
        }
        if column.type == .timestamp, let conversion = conversion(column.name, &findings) {
            add(column, "BIGINT\(column.isNullable ? "" : " NOT NULL")", conversion)
            return
        }
        if let writer, !isSink, !isDatum { writer.check(column, &findings) }
        guard let type = FlinkType.name(column.type, of: column.name, in: carrier, &findings) else { return }
        add(column, type + (column.isNullable ? "" : " NOT NULL"), nil)
    }

    /// How a number becomes the instant that it stands for; nil where the format reads instants itself.
    private func conversion(_ name: String, _ findings: inout FlinkFindings) -> String? {
        let quoted = FlinkText.name(name)
        switch format {
        case .json(let json) where !json.isUnstructured:
            switch json.timestamps {
            case .automatic, .rfc3339:
                if !isSink {
                    findings.note(
                        "column \(name): Flink's json reads instants as 2024-01-01T00:00:00[.ffffff]Z only; another form, "
                            + "a number of milliseconds say, is a bad record there")
                }
                return nil
            case .seconds, .milliseconds, .microseconds:
                guard !isSink else {
                    findings.refuse(
                        "column \(name): Flink's json can't write instants as numbers (json.timestamp_format): declare "
                            + "BIGINT and compute the number in the query")
                    return quoted
                }
                let precision = json.timestamps == .seconds ? 0 : json.timestamps == .milliseconds ? 3 : 6
                return "TO_TIMESTAMP_LTZ(\(quoted), \(precision))"
            }
        case .avro, .confluentAvro:
            guard !isSink else { return nil }
            switch writer?.unit(of: name) {
            case 3?: return "TO_TIMESTAMP_LTZ(\(quoted), 3)"
            case 6?: return "TO_TIMESTAMP_LTZ(\(quoted), 6)"
            case 9?: return "TO_TIMESTAMP_LTZ(\(quoted) / 1000, 6)"
            default:
                findings.refuse(
                    "column \(name) is a TIMESTAMP, and the schema doesn't say whether in milli- or microseconds: declare "
                        + "BIGINT and convert it in the query")
                return quoted
            }
        default: return nil
        }
    }

    // MARK: The record

    private mutating func metadata(_ column: ColumnSchema, _ field: MetadataField, _ findings: inout FlinkFindings) {
        switch field {
        case .topic: virtual(column, "STRING NOT NULL", "topic", &findings)
        case .partition: virtual(column, "INT NOT NULL", "partition", &findings)
        case .offset: virtual(column, "BIGINT NOT NULL", "offset", &findings)
        case .timestamp:
            if !isSink {
                findings.note("column \(column.name): a record without a timestamp has -1 ms in Flink, not NULL")
            }
            add(column, "TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'\(isSink ? "" : " VIRTUAL")", nil)
        case .headers:
            guard !isSink else {
                return findings.refuse(
                    "column \(column.name): Flink takes headers as MAP<STRING, BYTES>, which JSON can't become in a query: "
                        + "leave the column out")
            }
            findings.note(
                "column \(column.name): Flink has headers as MAP<STRING, BYTES>, without their order and with the last of "
                    + "those of one name; a query that takes it apart as JSON is refused")
            add(column, "MAP<STRING, BYTES> METADATA FROM 'headers' VIRTUAL", nil)
        case .key:
            guard key == nil else { return findings.refuse("two columns are the record's key: leave one out") }
            key = column.name
            add(column, column.type == .text ? "STRING" : "BYTES", nil)
        case .value: break
        }
    }

    private mutating func virtual(
        _ column: ColumnSchema, _ type: String, _ field: String, _ findings: inout FlinkFindings
    ) {
        guard !isSink else {
            return findings.refuse(
                "column \(column.name): Flink's sink can't choose the record's \(field): leave the column out, and let the "
                    + "key choose the partition")
        }
        add(column, "\(type) METADATA FROM '\(field)' VIRTUAL", nil)
    }

    private mutating func add(_ column: ColumnSchema, _ declaration: String, _ conversion: String?) {
        columns.append(
            Column(
                schema: column, declaration: declaration, conversion: conversion,
                isWritable: !declaration.hasSuffix("VIRTUAL")))
    }

    // MARK: Text

    /// The lines of CREATE TABLE.
    var declarations: String {
        columns.map { "  \(FlinkText.name($0.schema.name)) \($0.declaration)" }.joined(separator: ",\n")
    }

    /// The items of the view's SELECT.
    var selection: String {
        columns.map { column in
            let name = FlinkText.name(column.schema.name)
            return column.conversion.map { "  \($0) AS \(name)" } ?? "  \(name)"
        }.joined(separator: ",\n")
    }
}

extension ColumnType {
    /// Whether JSON is in it anywhere.
    var holdsJSON: Bool {
        switch self {
        case .json: true
        case .array(let element): element.holdsJSON
        case .map(let value): value.holdsJSON
        case .structure(let fields): fields.contains { $0.type.holdsJSON }
        default: false
        }
    }
}
