public import LaminarFormats

extension Laminar {
    /// An impulse table's records as values of a `Codable` type, whose properties are found among the columns by name.
    ///
    ///     for try await tick in try laminar.impulse("ticks", as: Tick.self) { … }
    ///
    /// - Throws: ``LaminarError`` with code `unknownName` or `wrongKind`.
    public func impulse<Value: Decodable & Sendable>(
        _ table: String, as type: Value.Type
    ) throws -> ImpulseSource<Value> {
        try openImpulse(table) { try .values(type, schema: $0) }
    }

    /// The same for a type that reads itself from a row.
    public func impulse<Value: RowDecodable & Sendable>(
        _ table: String, as type: Value.Type
    ) throws -> ImpulseSource<Value> {
        try openImpulse(table) { try .rowValues(type, schema: $0) }
    }

    /// The same for a type that is both: it reads itself from a row.
    public func impulse<Value: Decodable & RowDecodable & Sendable>(
        _ table: String, as type: Value.Type
    ) throws -> ImpulseSource<Value> {
        try openImpulse(table) { try .rowValues(type, schema: $0) }
    }

    /// An impulse table's records as rows.
    public func impulseRows(_ table: String) throws -> ImpulseSource<Row> {
        try openImpulse(table) { try .rows(schema: $0) }
    }

    private func openImpulse<Value: Sendable>(
        _ table: String, _ decoding: (RowSchema) throws -> ImpulseDecoding<Value>
    ) throws -> ImpulseSource<Value> {
        let resolved = try resolveTable(table)
        guard case .impulse(let configuration) = resolved.connector else {
            throw LaminarError(
                code: .wrongKind,
                message: "Table \(resolved.name) isn't made by an impulse: its connection is \(resolved.connection).")
        }
        let source = try ImpulseSource(configuration, decoding: try decoding(resolved.schema))
        try opened(source, table: resolved.name)
        return source
    }
}
