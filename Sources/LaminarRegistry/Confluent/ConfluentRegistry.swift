#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
public import LaminarCore
public import LaminarFormats
public import LaminarHTTP

/// A client of Confluent's Schema Registry and of those that speak its protocol (Apicurio, Karapace, Redpanda).
///
///     let registry = ConfluentRegistry(
///         endpoints: ["https://registry-1:8081", "https://registry-2:8081"],
///         credentials: .basic(user: "key", password: secret), transport: try HTTPClient())
///     let schema = try await registry.schema(for: .id(7), subject: nil)
///
/// Each call asks: ``SchemaRegistry`` before it remembers. Endpoints are tried in turn, from the one that answered last;
/// when all are out, three times again after 1 s to 20 s. References are followed by their pinned subject and version,
/// at most 32 deep and 256 in all. A schema with a rule that encrypts fields is refused.
///
/// - Note: Format: "Schema Registry API Reference" of Confluent Platform 8.
public struct ConfluentRegistry: SchemaService {
    /// How a registry lets a client in.
    public enum Credentials: Sendable, Hashable {
        /// It lets everybody in.
        case none
        /// HTTP basic authentication.
        case basic(user: Secret, password: Secret)
        /// A bearer token.
        case bearer(Secret)
    }

    private let endpoints: ConfluentEndpoints

    /// - Parameters:
    ///   - endpoints: http or https URLs, with a path where the registry has one.
    ///   - credentials: how to be let in.
    ///   - timeout: of one request.
    ///   - transport: whatever sends requests.
    ///   - time: a test's, where it isn't the system's.
    public init(
        endpoints: [String], credentials: Credentials = .none, timeout: Duration = .seconds(10),
        transport: any HTTPTransport, time: RegistryTime = .system
    ) {
        self.endpoints = ConfluentEndpoints(endpoints, credentials, timeout, transport, time)
    }

    // MARK: Reading

    /// The schema that a frame names, with what it refers to.
    public func schema(for key: SchemaKey, subject: String?) async throws(RegistryError) -> PublishedSchema {
        let path: String
        switch key {
        case .id(let id):
            // Only where ids count within a context does the registry have to be told which.
            let context = SchemaRegistry.context(of: subject)
            path = "/schemas/ids/\(id)" + (context.isEmpty ? "" : "?subject=\(PercentEncoding.encode(subject ?? ""))")
        case .guid(let guid): path = "/schemas/guids/\(guid)"
        case .version:
            throw RegistryError(
                .configuration, "\(key) is AWS Glue's, and this registry is Confluent's: check schema_registry.type.")
        }
        let response: HTTPResponse
        let host: String
        do throws(RegistryError) {
            (response, host) = try await endpoints.send(.get, path)
        } catch {
            if case .guid = key, error.code == .invalidResponse { try await refuseGUID(key) }
            throw error
        }
        let message = try RegistryAnswer.decode(ConfluentMessages.Schema.self, from: response, of: host)
        return try await published(message, "\(key)", host)
    }

    /// A registry that knows no GUIDs answers as a web server does. Where it is one all the same, the record is to blame:
    /// waiting wouldn't help.
    private func refuseGUID(_ key: SchemaKey) async throws(RegistryError) {
        let host: String
        do throws(RegistryError) { host = try await endpoints.send(.get, "/schemas/types").host } catch { return }
        throw RegistryError(.notFound, "\(host) can't be asked for the \(key): it knows schemas by their ids only.")
    }

    /// The newest schema of a subject.
    public func latest(subject: String) async throws(RegistryError) -> RegisteredSchema {
        try await version("latest", of: subject)
    }

    /// A certain version of a subject's schema.
    ///
    /// - Parameter version: from 1.
    public func version(_ version: Int, of subject: String) async throws(RegistryError) -> RegisteredSchema {
        try await self.version(String(version), of: subject)
    }

    private func version(_ version: String, of subject: String) async throws(RegistryError) -> RegisteredSchema {
        let (response, host) = try await endpoints.send(
            .get, "/subjects/\(PercentEncoding.encode(subject))/versions/\(version)")
        let message = try RegistryAnswer.decode(ConfluentMessages.Schema.self, from: response, of: host)
        let schema = try await published(message, "subject \(subject)", host)
        let key = try Self.key(message.id, host)
        return RegisteredSchema(key: key, subject: subject, version: message.version ?? 0, schema: schema)
    }

    private func published(
        _ message: ConfluentMessages.Schema, _ what: String, _ host: String
    ) async throws(RegistryError) -> PublishedSchema {
        let language = try Self.language(message, what, host)
        var references = SchemaReferences(endpoints, language: language)
        try await references.follow(message.references ?? [])
        return PublishedSchema(language, message.schema ?? "", references: references.ordered)
    }

    // MARK: Writing

    /// Registers a schema, and before it those that it refers to, each under the subject of its name.
    public func register(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
        let body = try await body(schema, registering: true)
        let (response, host) = try await endpoints.send(
            .post, "/subjects/\(PercentEncoding.encode(subject))/versions", body: body)
        return try Self.key(RegistryAnswer.decode(ConfluentMessages.Registered.self, from: response, of: host).id, host)
    }

    /// Looks a schema up under a subject, and registers nothing.
    public func lookUp(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
        let body = try await body(schema, registering: false)
        let (response, host) = try await endpoints.send(
            .post, "/subjects/\(PercentEncoding.encode(subject))", body: body)
        return try Self.key(RegistryAnswer.decode(ConfluentMessages.Schema.self, from: response, of: host).id, host)
    }

    /// What is sent for a schema, its references pinned to the versions that the registry has of them.
    private func body(_ schema: PublishedSchema, registering: Bool) async throws(RegistryError) -> [UInt8] {
        var pins: [ConfluentMessages.Reference] = []
        for reference in schema.references {
            let body = try Self.body(
                reference.text, schema.language, Self.needed(by: reference.text, schema.language, of: pins))
            let path = "/subjects/\(PercentEncoding.encode(reference.name))"
            if registering { _ = try await endpoints.send(.post, path + "/versions", body: body) }
            let (response, host) = try await endpoints.send(.post, path, body: body)
            let found = try RegistryAnswer.decode(ConfluentMessages.Schema.self, from: response, of: host)
            pins.append(.init(name: reference.name, subject: reference.name, version: found.version ?? 1))
        }
        return try Self.body(schema.text, schema.language, Self.needed(by: schema.text, schema.language, of: pins))
    }

    // MARK: Details

    /// - Throws: ``RegistryError`` where the registry sent no schema, one in a language that isn't known here, or one whose
    ///   fields are encrypted.
    static func language(
        _ message: ConfluentMessages.Schema, _ what: String, _ host: String
    ) throws(RegistryError) -> PublishedSchema.Language {
        guard message.schema != nil else {
            throw RegistryError(.invalidResponse, "\(host) answered for \(what) without a schema.")
        }
        if let rule = message.ruleSet?.encrypting {
            throw RegistryError(
                .encrypted,
                "The schema of \(what) encrypts fields by its rule \(RegistryAnswer.quoted(rule)) (client-side field "
                    + "level encryption), which isn't supported: read the topic with a client that has the keys.")
        }
        guard let name = message.schemaType else { return .avro }
        guard let language = PublishedSchema.Language(rawValue: name) else {
            throw RegistryError(
                .otherLanguage,
                "The schema of \(what) is in the language \(RegistryAnswer.quoted(name)); AVRO, PROTOBUF and JSON are "
                    + "read.")
        }
        return language
    }

    private static func key(_ id: Int?, _ host: String) throws(RegistryError) -> SchemaKey {
        guard let id, let number = Int32(exactly: id), number >= 0 else {
            throw RegistryError(.invalidResponse, "\(host) answered without a schema id of 32 bits.")
        }
        return .id(number)
    }

    private static func body(
        _ text: String, _ language: PublishedSchema.Language, _ references: [ConfluentMessages.Reference]
    ) throws(RegistryError) -> [UInt8] {
        let message = ConfluentMessages.Registration(
            schema: text, schemaType: language == .avro ? nil : language.rawValue,
            references: references.isEmpty ? nil : references)
        guard let data = try? JSONEncoder().encode(message) else {
            throw RegistryError(.invalidSchema, "The schema can't be sent as JSON.")
        }
        return Array(data)
    }

    /// Avro finds names in everything that it is given; the others may be told only of what they import.
    private static func needed(
        by text: String, _ language: PublishedSchema.Language, of pins: [ConfluentMessages.Reference]
    ) -> [ConfluentMessages.Reference] {
        language == .avro ? pins : pins.filter { text.contains($0.name) }
    }
}
