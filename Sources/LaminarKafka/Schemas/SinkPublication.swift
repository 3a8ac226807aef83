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

    /// - Throws: `RegistryError`; `FormatError` where the columns don't fit; ``ConfigurationError`` where no subject can be
    ///   known.
    init(
        _ columns: PublishableColumns, _ sink: KafkaSinkConfiguration, _ registry: SchemaRegistry,
        _ configuration: SchemaRegistryConfiguration
    ) async throws {
        guard let format = columns.format as? any SchemaFormat else {
            throw FormatError(
                .unwritable, "The format \(columns.format.name) has no schema, so a registry isn't used: take it out.")
        }
        let message = sink.format?.message ?? .first
        let own = columns.options[format.schemaLanguage == .avro ? "avro.schema" : "protobuf.schema"]
            .map { PublishedSchema(format.schemaLanguage, $0) }
        if own != nil || configuration.registersSchemas {
            let schema = try own
                ?? format.schema(
                    for: columns.schema, named: Self.recordName(topic: sink.topic), options: columns.options)
            let identity = try format.identity(of: schema, message: message)
            let subject = try sink.subjects.valueSubject(
                topic: sink.topic, record: identity.fullName, configuration)
            key =
                configuration.registersSchemas
                ? try await registry.register(schema, subject: subject)
                : try await registry.lookUp(schema, subject: subject)
            self.schema = schema
            self.identity = identity
        } else {
            let subject = try sink.subjects.valueSubject(topic: sink.topic, record: nil, configuration)
            do throws(RegistryError) {
                let latest = try await registry.latest(subject: subject)
                key = latest.key
                schema = latest.schema
            } catch where error.code == .notFound {
                throw RegistryError(
                    .notFound,
                    "The registry has no schema \(subject) to write in: register one, or let the sink do it by "
                        + "'schema_registry.auto_register' = 'true'.")
            }
            identity = try format.identity(of: schema, message: message)
        }
        self.message = message
        compression = configuration.compression
    }

    /// A record's name for a topic's: what isn't a letter, a digit or an underscore becomes one of these.
    static func recordName(topic: String) -> String {
        let name = topic.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        return (name.first?.isNumber ?? true ? "_" : "") + String(name)
    }
}

extension SchemaRegistryConfiguration {
    /// Whether a sink registers the schema of its columns.
    fileprivate var registersSchemas: Bool {
        switch self {
        case .confluent(let confluent): confluent.registersSchemas
        case .glue(let glue): glue.registersSchemas
        }
    }

    fileprivate var compression: GlueFramer.Compression {
        if case .glue(let glue) = self, glue.compression == .zlib { .zlib } else { .none }
    }
}
