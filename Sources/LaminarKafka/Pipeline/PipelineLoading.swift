internal import LaminarSQL
internal import Synchronization

extension Laminar {
    /// Pipelines of the catalog, as they are to be run: one by its name, or all.
    func loadPipelines(_ name: String?) throws -> [PipelineLoad] {
        try readCatalog { statements in
            let found = try name.map { try statements.catalog.pipeline(named: $0).map { [$0] } ?? [] }
            return try (found ?? statements.catalog.pipelines()).map { pipeline in
                PipelineLoad(
                    name: pipeline.name, isStarted: pipeline.isStarted,
                    definition: Result { try PipelineDefinition(pipeline.statement, statements) })
            }
        }
    }
}

/// The ``Laminar`` that holds who holds this.
final class WeakLaminar: Sendable {
    private struct Link { weak var laminar: Laminar? }
    private let link = Mutex(Link())

    var laminar: Laminar? { link.withLock { $0.laminar } }

    func set(_ laminar: Laminar) { link.withLock { $0.laminar = laminar } }
}
