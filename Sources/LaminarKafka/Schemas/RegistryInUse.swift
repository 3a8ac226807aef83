import LaminarRegistry
import Synchronization

/// The registry that a source asks, whose secrets are looked up again whenever it can't be had: one that was rotated counts
/// with the next question.
final class RegistryInUse: Sendable {
    private let current: Mutex<SchemaRegistry>
    private let connect: @Sendable () async throws -> SchemaRegistry

    /// - Parameter connect: the registry as its secrets are at the moment; the same one where none has changed.
    init(_ registry: SchemaRegistry, connect: @escaping @Sendable () async throws -> SchemaRegistry) {
        current = Mutex(registry)
        self.connect = connect
    }

    var registry: SchemaRegistry { current.withLock { $0 } }

    /// Looks the secrets up. Where one can't be had just now, the registry stays.
    func lookAgain() async {
        guard let found = try? await connect() else { return }
        current.withLock { $0 = found }
    }
}

extension RegistryInUse {
    /// The registry of a source's configuration.
    ///
    /// - Throws: what keeps it from being asked: a secret or a certificate that can't be had.
    convenience init(connecting configuration: SchemaRegistryConfiguration, _ options: SourceOptions) async throws {
        let (secrets, metrics) = (options.secrets, options.observation.metrics)
        self.init(try await configuration.connect(secrets: secrets, metrics: metrics)) {
            try await configuration.connect(secrets: secrets, metrics: metrics)
        }
    }
}
