public import LaminarFormats

/// A schema as it stands under a subject.
public struct RegisteredSchema: Hashable, Sendable {
    /// What frames say for it.
    public let key: SchemaKey
    /// Where it stands: the subject, or the schema's name in AWS Glue.
    public let subject: String
    /// Its number under the subject, from 1; 0 where the registry doesn't say it.
    public let version: Int
    /// Its text, with what it refers to.
    public let schema: PublishedSchema

    /// A schema under a subject.
    public init(key: SchemaKey, subject: String, version: Int, schema: PublishedSchema) {
        self.key = key
        self.subject = subject
        self.version = version
        self.schema = schema
    }
}

/// A registry as ``SchemaRegistry`` asks it: each call is at least one request, nothing is kept.
public protocol SchemaService: Sendable {
    /// The schema that a frame names.
    ///
    /// - Parameter subject: where the topic's schemas stand; only its context (`:.context:`) matters.
    func schema(for key: SchemaKey, subject: String?) async throws(RegistryError) -> PublishedSchema
    /// The newest schema of a subject.
    func latest(subject: String) async throws(RegistryError) -> RegisteredSchema
    /// Registers a schema; one that is there already is only looked up.
    func register(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey
    /// Looks a schema up, and registers nothing.
    func lookUp(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey
}
