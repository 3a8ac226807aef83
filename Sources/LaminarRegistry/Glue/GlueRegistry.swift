public import LaminarFormats
public import LaminarHTTP

/// A client of AWS Glue's schema registry.
///
///     let signer = AWSRequestSigner(…)
///     let registry = GlueRegistry(
///         .init(region: "eu-central-1", registersSchemas: true), transport: try HTTPClient()
///     ) { try await signer.sign($0, service: "glue", region: "eu-central-1") }
///     let key = try await registry.register(schema, subject: "orders")       // a subject is a schema's name here
///
/// Each call asks: ``SchemaRegistry`` before it remembers. Retries as ``ConfluentRegistry`` does. A version that Glue is
/// still checking is waited for, for up to a minute. What a Protobuf schema imports is looked for in the same registry, in
/// its latest version, up to 32 deep and 256 in all: `common.proto` under the schema name `common.proto` or `common`.
///
/// - Note: Format: "AWS Glue Web API Reference", schema registry actions, AWS JSON 1.1.
public struct GlueRegistry: SchemaService {
    /// Adds a signature to a request.
    public typealias Signer = @Sendable (HTTPRequest) async throws -> HTTPRequest

    /// Which registry, and what a sink may do in it.
    public struct Options: Sendable, Hashable {
        /// The AWS region, such as `eu-central-1`.
        public var region: String
        /// The registry's name; default `default-registry`.
        public var registryName: String
        /// The schema's name; nil = the subject that is asked for, which is the topic.
        public var schemaName: String?
        /// Whether a schema that isn't there is registered; default false.
        public var registersSchemas: Bool
        /// What a new schema's versions must be compatible with, in Glue's words; default `BACKWARD`.
        public var compatibility: String
        /// Another endpoint than AWS's own.
        public var endpoint: String?
        /// Of one request; default 10 s.
        public var timeout: Duration

        /// - Parameter region: the AWS region.
        public init(
            region: String, registryName: String = "default-registry", schemaName: String? = nil,
            registersSchemas: Bool = false, compatibility: String = "BACKWARD", endpoint: String? = nil,
            timeout: Duration = .seconds(10)
        ) {
            self.region = region
            self.registryName = registryName
            self.schemaName = schemaName
            self.registersSchemas = registersSchemas
            self.compatibility = compatibility
            self.endpoint = endpoint
            self.timeout = timeout
        }

        /// Where requests go: China's regions have a domain of their own.
        var url: String {
            if let endpoint { return endpoint.hasSuffix("/") ? endpoint : endpoint + "/" }
            return "https://glue.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn/" : "/")
        }
    }

    private let options: Options
    private let endpoint: GlueEndpoint
    private let time: RegistryTime

    /// - Parameters:
    ///   - options: which registry.
    ///   - transport: whatever sends requests.
    ///   - time: a test's, where it isn't the system's.
    ///   - signer: called for each try.
    public init(
        _ options: Options, transport: any HTTPTransport, time: RegistryTime = .system, signer: @escaping Signer
    ) {
        self.options = options
        self.time = time
        endpoint = GlueEndpoint(
            url: options.url, timeout: options.timeout, transport: transport, signer: signer, time: time)
    }

    // MARK: Reading

    /// The schema that a frame names.
    public func schema(for key: SchemaKey, subject: String?) async throws(RegistryError) -> PublishedSchema {
        guard case .version(let version) = key else {
            throw RegistryError(
                .configuration, "\(key) is Confluent's, and this registry is AWS Glue's: check schema_registry.type.")
        }
        let found = try await endpoint.send(
            "GetSchemaVersion", GlueMessages.GetVersion(SchemaVersionId: version.description), about: "\(key)",
            as: GlueMessages.Version.self)
        return try await published(found, "\(key)")
    }

    /// The newest version of a schema.
    public func latest(subject: String) async throws(RegistryError) -> RegisteredSchema {
        let id = schemaID(subject)
        let what = Self.what(id)
        let found = try await newest(id, what)
        return RegisteredSchema(
            key: try Self.key(found.SchemaVersionId, what), subject: id.SchemaName, version: found.VersionNumber ?? 0,
            schema: try await published(found, what))
    }

    /// A schema with what it imports, where it is Protobuf.
    private func published(
        _ version: GlueMessages.Version, _ what: String
    ) async throws(RegistryError) -> PublishedSchema {
        let (language, text) = try Self.definition(version, what)
        guard language == .protobuf else { return PublishedSchema(language, text) }
        var imports = GlueImports { name throws(RegistryError) in try await imported(name) }
        try await imports.follow(text)
        return PublishedSchema(language, text, references: imports.ordered)
    }

    /// The newest text of a Protobuf schema; nil where there is none of that name, or of a name that Glue can't have.
    private func imported(_ name: String) async throws(RegistryError) -> String? {
        let id = GlueMessages.SchemaID(SchemaName: name, RegistryName: options.registryName)
        do throws(RegistryError) {
            let (language, text) = try Self.definition(try await newest(id, Self.what(id)), Self.what(id))
            return language == .protobuf ? text : nil
        } catch {
            switch error.code {
            case .notFound, .invalidSchema, .otherLanguage: return nil
            default: throw error
            }
        }
    }

    private func newest(
        _ id: GlueMessages.SchemaID, _ what: String
    ) async throws(RegistryError) -> GlueMessages.Version {
        try await endpoint.send(
            "GetSchemaVersion", GlueMessages.GetVersion(SchemaId: id, SchemaVersionNumber: .init()), about: what,
            as: GlueMessages.Version.self)
    }

    // MARK: Writing

    /// Finds a schema's version, and registers it where it isn't there and ``Options/registersSchemas`` says so.
    public func register(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
        do throws(RegistryError) {
            return try await lookUp(schema, subject: subject)
        } catch {
            guard error.code == .notFound else { throw error }
            guard options.registersSchemas else {
                throw RegistryError(
                    .notFound,
                    error.message + " Register it, or set schema_registry.auto_register = 'true'.")
            }
        }
        let id = schemaID(subject)
        let what = "the definition of schema \(id.SchemaName)"
        do throws(RegistryError) {
            let found = try await endpoint.send(
                "RegisterSchemaVersion", GlueMessages.ByDefinition(SchemaId: id, SchemaDefinition: schema.text),
                about: what, as: GlueMessages.Version.self)
            return try await available(found.SchemaVersionId, found.Status, what)
        } catch {
            guard error.code == .notFound else { throw error }
        }
        let created = try await endpoint.send(
            "CreateSchema",
            GlueMessages.Create(
                RegistryId: .init(RegistryName: id.RegistryName), SchemaName: id.SchemaName,
                DataFormat: schema.language.rawValue, Compatibility: options.compatibility,
                SchemaDefinition: schema.text),
            about: what, as: GlueMessages.Created.self)
        return try await available(created.SchemaVersionId, created.SchemaVersionStatus, what)
    }

    /// Finds a schema's version by its text, and registers nothing.
    public func lookUp(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
        guard schema.references.isEmpty || schema.language == .protobuf else {
            throw RegistryError(
                .invalidSchema, "AWS Glue keeps no references between schemas: put everything into one text.")
        }
        let imports = GlueImports { name throws(RegistryError) in try await imported(name) }
        for reference in schema.references {
            guard try await imports.find(reference.name) == reference.text else {
                throw RegistryError(
                    .invalidSchema,
                    "AWS Glue keeps no references between schemas, and in registry \(options.registryName) the Protobuf "
                        + "schema \(RegistryAnswer.quoted(reference.name)) is missing or another one: register it under "
                        + "that name first.")
            }
        }
        let id = schemaID(subject)
        let what = "this definition of schema \(id.SchemaName) in registry \(id.RegistryName)"
        let found = try await endpoint.send(
            "GetSchemaByDefinition", GlueMessages.ByDefinition(SchemaId: id, SchemaDefinition: schema.text),
            about: what, as: GlueMessages.Version.self)
        return try await available(found.SchemaVersionId, found.Status, what)
    }

    /// Waits until Glue has checked a version.
    private func available(
        _ version: String?, _ status: String?, _ what: String
    ) async throws(RegistryError) -> SchemaKey {
        let key = try Self.key(version, what)
        var status = status
        for _ in 0..<60 {
            switch status {
            case "AVAILABLE": return key
            case "FAILURE":
                throw RegistryError(
                    .incompatible, "AWS Glue refuses \(what): it isn't compatible with the earlier versions.")
            case "DELETING": throw RegistryError(.notFound, "AWS Glue is deleting \(what).")
            default: break
            }
            do {
                try await time.sleep(.seconds(1))
            } catch {
                throw RegistryError(.cancelled, "Waiting for AWS Glue was cancelled.")
            }
            status = try await endpoint.send(
                "GetSchemaVersion", GlueMessages.GetVersion(SchemaVersionId: version), about: what,
                as: GlueMessages.Version.self
            ).Status
        }
        throw RegistryError(.unavailable, "AWS Glue has been checking \(what) for a minute.")
    }

    // MARK: Details

    private func schemaID(_ subject: String) -> GlueMessages.SchemaID {
        .init(SchemaName: options.schemaName ?? subject, RegistryName: options.registryName)
    }

    private static func key(_ version: String?, _ what: String) throws(RegistryError) -> SchemaKey {
        guard let version, let uuid = SchemaUUID(version) else {
            throw RegistryError(.invalidResponse, "AWS Glue answered for \(what) without a version's UUID.")
        }
        return .version(uuid)
    }

    private static func what(_ id: GlueMessages.SchemaID) -> String {
        "schema \(RegistryAnswer.quoted(id.SchemaName)) of registry \(id.RegistryName)"
    }

    private static func definition(
        _ version: GlueMessages.Version, _ what: String
    ) throws(RegistryError) -> (PublishedSchema.Language, String) {
        guard let text = version.SchemaDefinition else {
            throw RegistryError(.invalidResponse, "AWS Glue answered for \(what) without a definition.")
        }
        guard let language = version.DataFormat.flatMap({ PublishedSchema.Language(rawValue: $0) }) else {
            throw RegistryError(
                .otherLanguage, "AWS Glue's \(what) is in none of the languages that are read: AVRO, PROTOBUF and JSON."
            )
        }
        return (language, text)
    }
}
