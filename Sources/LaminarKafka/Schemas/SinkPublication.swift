import LaminarFormats
import LaminarRegistry

/// A sink's payload columns, for which a schema is had or made.
struct PublishableColumns: Sendable {
    let format: any RecordFormat
    let schema: RowSchema
    let options: [String: String]
}

/// The schema that a sink writes in, as the registry knows it: agreed on once, before the first record.
///
/// With `schema_registry.auto_register` it is the schema of the columns, registered where it isn't there yet; without, the
/// subject's latest, which the columns must fit. A schema in the options (`avro.schema`) is taken as it is, and registered or
/// looked up.
struct SinkPublication: Sendable {
    let key: SchemaKey
    let schema: PublishedSchema
    let message: MessageChoice
    let identity: MessageIdentity
    let compression: GlueFramer.Compression

    /// Agrees with the registry.
    ///
    /// - Throws: `RegistryError`; `FormatError` where the columns don't fit; ``ConfigurationError`` where no subject can be
    ///   known.
    static func agree(
        on columns: PublishableColumns, _ sink: KafkaSinkConfiguration, _ registry: SchemaRegistry,
        _ configuration: SchemaRegistryConfiguration
    ) async throws -> SinkPublication {
        guard let format = columns.format as? any SchemaFormat else {
            throw FormatError(
                .unwritable, "The format \(columns.format.name) has no schema, so a registry isn't used: take it out.")
        }
        let message = sink.format?.message ?? .first
        let own = try ownSchema(columns, format, sink, isRegistered: configuration.registersSchemas)
        // A schema may have no name, and mostly nobody asks for it.
        let record =
            sink.subjects.strategy == .topicName
            ? nil : try own.map { try format.identity(of: $0, message: message).fullName }
        let subject = try sink.subjects.valueSubject(topic: sink.topic, record: record, configuration)
        let key: SchemaKey
        let schema: PublishedSchema
        if let own {
            schema = own
            key =
                configuration.registersSchemas
                ? try await registry.register(own, subject: subject) : try await registry.lookUp(own, subject: subject)
        } else {
            let latest = try await latest(subject, registry)
            (key, schema) = (latest.key, latest.schema)
        }
        return SinkPublication(
            key: key, schema: schema, message: message,
            // Only Protobuf's frames name a message.
            identity: schema.language == .protobuf
                ? try format.identity(of: schema, message: message) : MessageIdentity(fullName: ""),
            compression: configuration.compression)
    }

    /// The schema that the sink brings along: the options', or that of its columns where it may register one.
    private static func ownSchema(
        _ columns: PublishableColumns, _ format: any SchemaFormat, _ sink: KafkaSinkConfiguration, isRegistered: Bool
    ) throws -> PublishedSchema? {
        if let text = columns.options[format.schemaOption] { return PublishedSchema(format.schemaLanguage, text) }
        guard isRegistered else { return nil }
        return try format.schema(
            for: columns.schema, named: recordName(topic: sink.topic), options: columns.options)
    }

    private static func latest(
        _ subject: String, _ registry: SchemaRegistry
    ) async throws(RegistryError) -> RegisteredSchema {
        do throws(RegistryError) {
            return try await registry.latest(subject: subject)
        } catch {
            guard error.code == .notFound else { throw error }
            throw RegistryError(
                .notFound,
                "The registry has no schema \(subject) to write in: register one, or let the sink do it by "
                    + "'schema_registry.auto_register' = 'true'.")
        }
    }

    /// A record's name for a topic's: what isn't a letter, a digit or an underscore becomes one of these.
    static func recordName(topic: String) -> String {
        let name = topic.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        return (name.first?.isNumber ?? true ? "_" : "") + String(name)
    }
}

extension SchemaRegistryConfiguration {
    fileprivate var compression: GlueFramer.Compression {
        if case .glue(let glue) = self, glue.compression == .zlib { .zlib } else { .none }
    }
}
