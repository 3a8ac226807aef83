import LaminarTesting

/// The schema registry of `--registry`, else one inside of this process.
public struct ThrowawayRegistry: Sendable {
    /// What `schema_registry.endpoint` takes.
    public let url: String
    private let embedded: FakeSchemaRegistry?

    /// - Parameter given: the URL of a registry that speaks Confluent's protocol; nil starts one.
    /// - Throws: `FixtureError` where it can't be started.
    public init(_ given: String?) throws {
        let started = given == nil ? try FakeSchemaRegistry() : nil
        embedded = started
        url = given ?? started?.url ?? ""
    }

    /// Stops the registry in this process.
    public func close() { embedded?.stop() }
}
