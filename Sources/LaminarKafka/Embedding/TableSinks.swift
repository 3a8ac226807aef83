internal import LaminarCore
public import LaminarFormats

extension Laminar {
    /// A table's sink for values of an `Encodable` type, whose properties are found among the table's columns by name.
    ///
    ///     struct Order: Codable, Sendable { let id: Int64; let amount: Double? }
    ///     let sink = try await laminar.sink("orders_out", of: Order.self)
    ///     try await sink.send(Order(id: 1, amount: 2.5))
    ///
    /// At least once. ``shutdown()`` closes the sink.
    ///
    /// - Parameters:
    ///   - table: its name, folded to lower case as in SQL unless written in double quotes there; its connection has
    ///     `type = 'sink'`.
    /// - Throws: ``LaminarError`` with code `unknownName` or `wrongKind`; what the definition throws where it no longer fits
    ///   the surroundings; ``ConfigurationError`` for `sink.commit_mode = 'exactly_once'`, which
    ///   `transform(_:as:into:of:)` is for.
    public func sink<Value: Encodable & Sendable>(
        _ table: String, of type: Value.Type
    ) async throws -> KafkaSink<Value> {
        try await openSink(table) { format, resolved in
            try .values(type, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    /// A table's sink for rows with the table's columns.
    public func rowSink(_ table: String) async throws -> KafkaSink<Row> {
        try await openSink(table) { format, resolved in
            try .rows(of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    private func openSink<Value: Sendable>(
        _ table: String, _ encoding: (any RecordFormat, ResolvedTable) throws -> RecordEncoding<Value>
    ) async throws -> KafkaSink<Value> {
        let resolved = try resolveTable(table)
        let (configuration, format) = try resolved.writable()
        let sink = try await KafkaSink(
            configuration, encoding: try encoding(format, resolved), secrets: secrets, log: log,
            metrics: metrics, spans: spans)
        do { try opened(sink, table: resolved.name) } catch {
            await sink.close()
            throw error
        }
        return sink
    }
}

extension ResolvedTable {
    /// What writes the table.
    ///
    /// - Throws: ``LaminarError`` with code `wrongKind` or `notAvailable`.
    package func writable() throws(LaminarError) -> (KafkaSinkConfiguration, any RecordFormat) {
        switch connector {
        case .sink(let configuration):
            guard let format else {
                throw LaminarError(
                    code: .notAvailable,
                    message: "Table \(name): this version can't encode \(configuration.format?.name ?? "its format"). "
                        + "Write the bytes with format = 'raw', or register a format of your own with an encoder.")
            }
            return (configuration, format)
        case .source:
            throw LaminarError(
                code: .wrongKind,
                message: "Table \(name) is read, not written to: its connection \(connection) has type = 'source'.")
        case .impulse:
            throw LaminarError(
                code: .wrongKind, message: "Table \(name) is made by an impulse, which can't be written to.")
        }
    }
}
