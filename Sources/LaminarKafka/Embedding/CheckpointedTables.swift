public import LaminarFormats

extension Laminar {
    /// A table's records as values, exactly once into the database behind `store`.
    ///
    ///     let source = try laminar.source("orders", as: Order.self, checkpoint: store)
    ///     for try await batch in source.batches {
    ///         try await source.checkpoint(batch) { db in
    ///             let insert = try db.prepare("INSERT INTO orders VALUES (?, ?)")
    ///             for order in batch { try insert.run(order.id, order.amount) }
    ///         }
    ///     }
    ///
    /// The positions are those of the table's connection, by its name, as long as the table has the connection's group; of
    /// a table with a group of its own they stand under the group's id. ``shutdown()`` closes the source.
    ///
    /// - Parameters:
    ///   - table: its name, folded to lower case as in SQL unless written in double quotes there.
    ///   - store: where the positions are kept, beside the host's rows.
    /// - Throws: as `source(_:as:)` without a checkpoint does.
    public func source<Value: Decodable & Sendable, Store: CheckpointClaiming>(
        _ table: String, as type: Value.Type, checkpoint store: Store
    ) throws -> CheckpointedSource<Value, Store> {
        try open(table, store) { format, resolved in
            try .values(type, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    /// The same for a type that reads itself from a row.
    public func source<Value: RowDecodable & Sendable, Store: CheckpointClaiming>(
        _ table: String, as type: Value.Type, checkpoint store: Store
    ) throws -> CheckpointedSource<Value, Store> {
        try open(table, store) { format, resolved in
            try .rowValues(type, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    /// The same for a type that is both: it reads itself from a row.
    public func source<Value: Decodable & RowDecodable & Sendable, Store: CheckpointClaiming>(
        _ table: String, as type: Value.Type, checkpoint store: Store
    ) throws -> CheckpointedSource<Value, Store> {
        try open(table, store) { format, resolved in
            try .rowValues(type, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    /// The same as rows of typed columns.
    public func rows<Store: CheckpointClaiming>(
        _ table: String, checkpoint store: Store
    ) throws -> CheckpointedSource<Row, Store> {
        try open(table, store) { format, resolved in
            try .rows(of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    private func open<Value: Sendable, Store: CheckpointClaiming>(
        _ table: String, _ store: Store, decoding: (any RecordFormat, ResolvedTable) throws -> RecordDecoding<Value>
    ) throws -> CheckpointedSource<Value, Store> {
        let resolved = try resolveTable(table)
        let (configuration, format) = try resolved.readable()
        var name = resolved.connection
        if case .kafkaSource(let shared) = try resolveConnection(resolved.connection),
            shared.groupID != configuration.groupID
        {
            name = configuration.groupID
        }
        let source = try CheckpointedSource(
            configuration, decoding: try decoding(format, resolved), checkpoint: store, named: name, secrets: secrets,
            log: log, errorLog: errorLog, observation: observation(of: resolved.name))
        try opened(source.engine, table: resolved.name)
        return source
    }
}
