internal import LaminarCore
public import LaminarFormats

extension Laminar {
    /// A table's records as values of a `Codable` type, whose properties are found among the table's columns by name.
    ///
    ///     struct Order: Codable, Sendable { let id: Int64; let amount: Double? }
    ///     for try await order in try laminar.source("orders", as: Order.self) { … }
    ///
    /// At least once: taking the next value means that the one before is processed, and a restart goes on behind it.
    /// ``shutdown()`` closes the source.
    ///
    /// - Parameters:
    ///   - table: its name, folded to lower case as in SQL unless written in double quotes there.
    ///   - acknowledgement: who says that a record is processed.
    ///   - extent: whether to read as a member of the group, or every partition without one.
    /// - Throws: ``LaminarError`` with code `unknownName`, or `FormatError`/``ConfigurationError`` where the definition no
    ///   longer fits the surroundings.
    public func source<Value: Decodable & Sendable>(
        _ table: String, as type: Value.Type, acknowledgement: Acknowledgement = .automatic,
        extent: SourceExtent = .group
    ) throws -> KafkaSource<Value> {
        try open(table, acknowledgement, extent) { format, resolved in
            try .values(type, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    /// The same for a type that reads itself from a row.
    public func source<Value: RowDecodable & Sendable>(
        _ table: String, as type: Value.Type, acknowledgement: Acknowledgement = .automatic,
        extent: SourceExtent = .group
    ) throws -> KafkaSource<Value> {
        try open(table, acknowledgement, extent) { format, resolved in
            try .rowValues(type, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    /// The same for a type that is both: it reads itself from a row.
    public func source<Value: Decodable & RowDecodable & Sendable>(
        _ table: String, as type: Value.Type, acknowledgement: Acknowledgement = .automatic,
        extent: SourceExtent = .group
    ) throws -> KafkaSource<Value> {
        try open(table, acknowledgement, extent) { format, resolved in
            try .rowValues(type, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    /// A table's records as rows of typed columns; the batches have the columns themselves.
    ///
    ///     for try await row in try laminar.rows("orders") { print(row["id"], row["_kafka_offset"]) }
    ///     for try await batch in try laminar.rows("orders").batches { sum(batch.columns?.column("amount")) }
    public func rows(
        _ table: String, acknowledgement: Acknowledgement = .automatic, extent: SourceExtent = .group
    ) throws -> KafkaSource<Row> {
        try open(table, acknowledgement, extent) { format, resolved in
            try .rows(of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    private func open<Value: Sendable>(
        _ table: String, _ acknowledgement: Acknowledgement, _ extent: SourceExtent,
        decoding: (any RecordFormat, ResolvedTable) throws -> RecordDecoding<Value>
    ) throws -> KafkaSource<Value> {
        let resolved = try resolveTable(table)
        let (configuration, format) = try resolved.readable()
        let source = try KafkaSource(
            SourceOptions(
                configuration: configuration, acknowledgement: acknowledgement, extent: extent,
                drainTimeout: .seconds(30), name: resolved.connection, errorLog: errorLog,
                observation: observation(of: resolved.name), secrets: secrets, log: log),
            decoding: try decoding(format, resolved))
        try opened(source.engine, table: resolved.name)
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
            guard let format else {
                throw LaminarError(
                    code: .notAvailable,
                    message: "Table \(name): this version can't decode \(configuration.format?.name ?? "its format"). "
                        + "Read the bytes with format = 'raw', or register a decoder of your own.")
            }
            return (configuration, format)
        case .sink:
            throw LaminarError(
                code: .wrongKind,
                message: "Table \(name) is written to, not read: its connection \(connection) has type = 'sink'.")
        case .impulse:
            throw LaminarError(
                code: .wrongKind,
                message: "Table \(name) is made by an impulse: read it with laminar.impulse(\"\(name)\", as: …).")
        }
    }
}
