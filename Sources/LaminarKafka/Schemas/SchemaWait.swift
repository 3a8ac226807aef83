import LaminarRegistry

/// A record of a batch that has to wait for its writer's schema.
struct SchemaWait: Sendable, Equatable {
    /// Its place in the batch.
    let place: Int
    /// The schema that it names.
    let key: SchemaKey
}
