internal import LaminarFormats
internal import LaminarSQL

/// A kafka table of Flink's as options and columns of a connection and a table here, before any hint.
struct FlinkTableImport {
    let connector: String
    /// What CREATE CONNECTION is to say.
    private(set) var options: [SQL.Option]
    private(set) var columns: [SQL.ColumnDefinition]
    private(set) var includesMetadata = false

    /// The only table of a statement that was just exported; nil where it can't be read back.
    static func alone(_ statement: String) -> FlinkTableImport? {
        guard case .createTable(let definition)? = (try? FlinkParser.parse(statement))?.first else { return nil }
        var findings = FlinkFindings()
        return FlinkTableImport(definition, isInserted: false, &findings)
    }

    /// - Parameters:
    ///   - isInserted: whether the script writes to it.
    /// - Returns: nil where the table isn't one of Kafka's, which the findings then say.
    init?(_ definition: FlinkDefinition, isInserted: Bool, _ findings: inout FlinkFindings) {
        findings.subject = "table \(definition.name)"
        switch definition["connector"] {
        case "kafka"?:
            connector = "kafka"
            var reading = FlinkOptionReading(definition, isInserted: isInserted)
            reading.read(&findings)
            options = reading.options
            columns = []
            let sink = reading.isSink
            for column in definition.columns { add(column, isRaw: reading.isRaw, isSink: sink, definition, &findings) }
        case "datagen"?:
            guard let options = Self.impulse(definition) else {
                findings.note("isn't taken over: an impulse here has counter, subtask_index and timestamp only")
                return nil
            }
            connector = "impulse"
            self.options = options
            columns = definition.columns.map { column in
                SQL.ColumnDefinition(
                    name: SQL.Identifier(column.name), type: column.type ?? .timestamp(precision: nil))
            }
        case let other:
            findings.note(
                "isn't taken over: its connector is '\(other ?? "")', and only kafka and datagen have a counterpart here"
            )
            return nil
        }
        for clause in definition.others {
            findings.note("'\(clause)' isn't kept: say it in the query, as GROUP BY DATE_TRUNC('minute', …)")
        }
    }

    // MARK: Columns

    private mutating func add(
        _ column: FlinkDefinition.Column, isRaw: Bool, isSink: Bool, _ definition: FlinkDefinition,
        _ findings: inout FlinkFindings
    ) {
        if let expression = column.expression {
            return findings.note(
                "the computed column \(column.name) (\(expression.prefix(60))) isn't kept: write it into the query")
        }
        guard let type = column.type else {
            return findings.note("column \(column.name) isn't kept: \(column.written) has no counterpart here")
        }
        let name = SQL.Identifier(column.name)
        let isKey = Self.keyFields(definition) == [column.name] && definition["value.fields-include"] == "EXCEPT_KEY"
        let field = isKey ? MetadataField.key : column.metadata.flatMap { MetadataField(flink: $0) }
        if let metadata = column.metadata, field == nil {
            return findings.note("column \(column.name) isn't kept: a record here has no '\(metadata)'")
        }
        guard let field else {
            columns.append(SQL.ColumnDefinition(name: name, type: type, isNotNull: column.isNotNull))
            return
        }
        includesMetadata = true
        let own: SQL.TypeName =
            switch field {
            case .topic: .text
            case .partition: .int
            case .offset: .bigint
            case .timestamp: .timestamp(precision: nil)
            case .headers: .json
            case .key: .bytea
            case .value: .bytea
            }
        let needsWords = MetadataField(kafkaColumn: column.name) != field && !(isRaw && column.name == field.rawValue)
        columns.append(
            SQL.ColumnDefinition(name: name, type: own, metadataField: needsWords ? field.rawValue : nil))
    }

    static func keyFields(_ definition: FlinkDefinition) -> [String] {
        definition["key.fields"]?.split(separator: ";").map(String.init) ?? []
    }

    private static func impulse(_ definition: FlinkDefinition) -> [SQL.Option]? {
        let names = ["counter", "subtask_index", "timestamp"]
        guard definition.columns.allSatisfy({ names.contains($0.name) }) else { return nil }
        var options: [SQL.Option] = []
        if let rate = definition["rows-per-second"], rate != String(FlinkImpulse.mostRecords) {
            options.append(SQL.Option("event_rate", rate))
        }
        if let count = definition["number-of-rows"] { options.append(SQL.Option("message_count", count)) }
        return options
    }

    // MARK: Normal form

    /// The options as a catalog keeps them; as they are where they don't make a connection by themselves.
    func normalised(_ connector: String) -> [NormalisedOption] {
        guard connector == self.connector else { return [] }
        return (try? ConnectionOptions(connector: connector, options: options).options)
            ?? options.map { NormalisedOption(key: $0.key, value: $0.value.text) }
    }

    /// A table's own options, `connector` apart.
    var normalisedTableOptions: [NormalisedOption] {
        includesMetadata ? [NormalisedOption(key: "include_metadata", value: "true")] : []
    }
}

extension MetadataField {
    /// Flink's name of a record's field; nil where there is no such field here.
    init?(flink name: String) {
        guard ["topic", "partition", "offset", "timestamp", "headers"].contains(name) else { return nil }
        self.init(rawValue: name)
    }
}
