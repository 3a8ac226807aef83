internal import LaminarCore
public import LaminarFormats

extension Laminar {
    /// Reads one table and writes another: Kafka → Kafka.
    ///
    ///     let transform = try laminar.transform("orders", as: Order.self, into: "totals", of: Total.self)
    ///     try await transform.run { order in Total(order) }
    ///
    /// With `sink.commit_mode = 'exactly_once'` of the second table's connection, outputs and offsets are committed in Kafka
    /// transactions; see ``KafkaTransform``. ``shutdown()`` closes it.
    ///
    /// - Throws: ``LaminarError`` with code `unknownName` or `wrongKind`, and what the definitions throw where they no longer
    ///   fit the surroundings.
    public func transform<Input: Decodable & Sendable, Output: Encodable & Sendable>(
        _ table: String, as input: Input.Type, into sink: String, of output: Output.Type
    ) throws -> KafkaTransform<Input, Output> {
        try openTransform(table, sink, output) { format, resolved in
            try .values(input, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    /// The same for an input that reads itself from a row.
    public func transform<Input: RowDecodable & Sendable, Output: Encodable & Sendable>(
        _ table: String, as input: Input.Type, into sink: String, of output: Output.Type
    ) throws -> KafkaTransform<Input, Output> {
        try openTransform(table, sink, output) { format, resolved in
            try .rowValues(input, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    /// The same for an input that is both: it reads itself from a row.
    public func transform<Input: Decodable & RowDecodable & Sendable, Output: Encodable & Sendable>(
        _ table: String, as input: Input.Type, into sink: String, of output: Output.Type
    ) throws -> KafkaTransform<Input, Output> {
        try openTransform(table, sink, output) { format, resolved in
            try .rowValues(input, of: format, schema: resolved.schema, options: resolved.formatOptions)
        }
    }

    private func openTransform<Input: Sendable, Output: Encodable & Sendable>(
        _ table: String, _ sinkTable: String, _ output: Output.Type,
        decoding: (any RecordFormat, ResolvedTable) throws -> RecordDecoding<Input>
    ) throws -> KafkaTransform<Input, Output> {
        let input = try resolveTable(table)
        let target = try resolveTable(sinkTable)
        let (source, sourceFormat) = try input.readable()
        let (sink, sinkFormat) = try target.writable()
        let transform = try KafkaTransform(
            source, decoding: try decoding(sourceFormat, input), into: sink,
            encoding: try .values(
                output, of: sinkFormat, schema: target.schema, options: target.formatOptions),
            secrets: secrets, log: log, named: input.connection, errorLog: errorLog,
            observation: observation(of: input.name))
        try opened(transform.source.engine, table: input.name)
        return transform
    }
}
