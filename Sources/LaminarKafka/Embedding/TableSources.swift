public import LaminarFormats

extension Laminar {
    /// A source of a table's rows, for a host that knows the columns only at run time.
    ///
    ///     for try await row in try laminar.rows("orders") { print(row["id"], row["_kafka_offset"]) }
    ///
    /// - Parameters:
    ///   - table: a table over a source's connection.
    ///   - acknowledgement: who says that a row is processed.
    ///   - extent: whether to join the connection's group, or to read every partition without one.
    /// - Throws: ``LaminarError``: `unknownName`, `wrongKind` for a sink's table, `notAvailable`, `shutDown`; and
    ///   `FormatError` where the columns don't fit the format.
    public func rows(
        _ table: String, acknowledgement: Acknowledgement = .automatic, extent: SourceExtent = .group
    ) throws -> KafkaSource<Row> {
        let resolved = try resolveTable(table)
        let (configuration, format) = try resolved.readable()
        let source = try KafkaSource(
            configuration,
            decoding: .rows(of: format, schema: resolved.schema, options: resolved.formatOptions),
            acknowledgement: acknowledgement, extent: extent, secrets: secrets, log: log)
        try opened(source, table: resolved.name)
        return source
    }
}

extension ResolvedTable {
    /// What reads the table.
    ///
    /// - Throws: ``LaminarError`` with code `wrongKind` or `notAvailable`.
    package func readable() throws(LaminarError) -> (KafkaSourceConfiguration, any RecordFormat) {
        switch connector {
        case .source(let configuration):
            var isFramed = false
            if case .json(let json) = configuration.format { isFramed = json.usesRegistry }
            guard let format, !isFramed else {
                throw LaminarError(
                    code: .notAvailable,
                    message: "Table \(name): this version can't decode "
                        + "\(isFramed ? "a registry's frame" : configuration.format?.name ?? "its format"). "
                        + "Read the bytes with format = 'raw', or register a decoder of your own.")
            }
            return (configuration, format)
        case .sink:
            throw LaminarError(
                code: .wrongKind,
                message: "Table \(name) is written to, not read: its connection \(connection) has type = 'sink'.")
        case .impulse:
            throw LaminarError(
                code: .notAvailable,
                message: "Table \(name) is made by an impulse, which this version can define and not run.")
        }
    }
}

extension KafkaSource: OpenSource {
    /// Whether it may still hold partitions or read.
    package var isOpen: Bool {
        switch state {
        case .stopped, .failed: false
        case .starting, .running, .idle, .stalled: true
        }
    }
}
