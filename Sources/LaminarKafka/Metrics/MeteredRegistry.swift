import LaminarCore
import LaminarFormats
import LaminarRegistry

/// Counts the questions that a schema registry is asked, behind the memory that answers most of them.
struct MeteredRegistry: SchemaService {
    let service: any SchemaService
    let metrics: MetricsRegistry

    func schema(for key: SchemaKey, subject: String?) async throws(RegistryError) -> PublishedSchema {
        try await count("schema") { () async throws(RegistryError) in
            try await service.schema(for: key, subject: subject)
        }
    }

    func latest(subject: String) async throws(RegistryError) -> RegisteredSchema {
        try await count("latest") { () async throws(RegistryError) in try await service.latest(subject: subject) }
    }

    func register(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
        try await count("register") { () async throws(RegistryError) in
            try await service.register(schema, subject: subject)
        }
    }

    func lookUp(_ schema: PublishedSchema, subject: String) async throws(RegistryError) -> SchemaKey {
        try await count("look_up") { () async throws(RegistryError) in
            try await service.lookUp(schema, subject: subject)
        }
    }

    private func count<Result>(
        _ operation: String, _ ask: () async throws(RegistryError) -> Result
    ) async throws(RegistryError) -> Result {
        let start = ContinuousClock.now
        defer { metrics.histogram(.registrySeconds, operation).record(since: start) }
        do throws(RegistryError) {
            let answer = try await ask()
            metrics.counter(.registryRequests, operation, "ok").add()
            return answer
        } catch {
            metrics.counter(.registryRequests, operation, error.code.name).add()
            throw error
        }
    }
}
