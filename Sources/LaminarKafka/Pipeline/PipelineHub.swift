internal import Synchronization

/// What the readers of one pipeline and its runs share; it outlives starts and stops.
final class PipelineHub: Sendable {
    let name: String
    /// Rows, where nothing is kept.
    let rows = RowChannel()
    /// Checkpoints, where groups are kept.
    let changes = ChangeFeed()
    private let current = Mutex(PipelineState.stopped)

    init(_ name: String) { self.name = name }

    /// Where the pipeline stands.
    var state: PipelineState { current.withLock { $0 } }

    func set(_ state: PipelineState) { current.withLock { $0 = state } }

    /// The pipeline was dropped.
    func end() {
        rows.finish(.success(()))
        changes.end()
    }
}
