internal import LaminarFormats
internal import LaminarSQL

/// One table of the catalog as statements of Flink: the table, and a view over it where columns have to be converted.
struct FlinkTable {
    let name: String
    /// The table's own name in the script; another than `name` where a view has that.
    let physicalName: String
    /// `CREATE TABLE …`, without a semicolon.
    let statement: String
    /// `CREATE VIEW …`, without a semicolon.
    let view: String?
    /// What INSERT names, in order.
    let writable: [ColumnSchema]
    let isSink: Bool

    /// What a physical table's name ends with where a view has the table's.
    static let suffix = "_kafka"

    /// - Parameters:
    ///   - writer: the registry's schema of the payloads, where it was asked.
    static func exporting(
        _ table: ResolvedTable, writer: FlinkAvroSchema?, begin: FlinkStart.Begin,
        _ findings: inout FlinkFindings
    ) -> FlinkTable {
        findings.subject = "table \(table.name)"
        switch table.connector {
        case .source(let source):
            let columns = FlinkColumns(
                table.schema, format: source.format, isSink: false, writer: writer, &findings)
            let options = FlinkSource(source: source, columns: columns, begin: begin).options(&findings)
            return FlinkTable(table.name, columns, options, isSink: false)
        case .sink(let sink):
            let columns = FlinkColumns(table.schema, format: sink.format, isSink: true, writer: writer, &findings)
            let options = FlinkSink(table: table.name, sink: sink, schema: table.schema, columns: columns)
                .options(&findings)
            return FlinkTable(table.name, columns, options, isSink: true)
        case .impulse(let impulse):
            let (columns, options) = FlinkImpulse.table(impulse, table.schema, &findings)
            return FlinkTable(
                name: table.name, physicalName: table.name, statement: create(table.name, columns, options), view: nil,
                writable: [], isSink: false)
        }
    }

    private init(
        name: String, physicalName: String, statement: String, view: String?, writable: [ColumnSchema], isSink: Bool
    ) {
        self.name = name
        self.physicalName = physicalName
        self.statement = statement
        self.view = view
        self.writable = writable
        self.isSink = isSink
    }

    private init(_ name: String, _ columns: FlinkColumns, _ options: FlinkOptions, isSink: Bool) {
        let physicalName = columns.needsView ? name + Self.suffix : name
        let view =
            "CREATE VIEW \(FlinkText.name(name)) AS\nSELECT\n\(columns.selection)\nFROM \(FlinkText.name(physicalName))"
        self.init(
            name: name, physicalName: physicalName, statement: Self.create(physicalName, columns.declarations, options),
            view: columns.needsView ? view : nil, writable: columns.columns.filter(\.isWritable).map(\.schema),
            isSink: isSink)
    }

    private static func create(_ name: String, _ columns: String, _ options: FlinkOptions) -> String {
        "CREATE TABLE \(FlinkText.name(name)) (\n\(columns)\n) \(options.sql)"
    }
}
