import LaminarCore
import LaminarRegistry

/// Asks a registry whether it answers, lets us in, and has the connection's schema.
struct RegistryQuestion: Sendable {
    private let registry: SchemaRegistryConfiguration
    /// Nil where it can't be known from the configuration alone.
    private let subject: String?

    init(_ configuration: ConnectionConfiguration, _ registry: SchemaRegistryConfiguration) {
        self.registry = registry
        subject = try? configuration.valueSubject(registry)
    }

    /// - Returns: what was found, for a person. A subject that isn't there yet is no fault: nothing was written so far.
    /// - Throws: `RegistryError`, `SecretError`, whose texts say what to check.
    func ask(secrets: any SecretProvider) async throws -> String {
        let registry = try await registry.connect(secrets: secrets)
        do throws(RegistryError) {
            let latest = try await registry.latest(subject: subject ?? "laminar-connection-test")
            return "The registry has version \(latest.version) of \(latest.subject)."
        } catch {
            guard error.code == .notFound else { throw error }
            return "The registry answers" + (subject.map { ", and has no schema \($0) yet." } ?? ".")
        }
    }
}
