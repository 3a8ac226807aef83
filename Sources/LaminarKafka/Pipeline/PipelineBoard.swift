internal import Dispatch
internal import Synchronization

/// What a ``Laminar`` tells of its pipelines: to `system.pipelines`, to health and the status page, and to who moves a
/// group's offsets.
final class PipelineBoard: PipelineRoster, PipelineStatusProvider {
    private let myself: WeakLaminar
    /// What was read of the database last: a probe must not wait for it.
    private let known = Mutex<[PipelineStanding]>([])
    private let isReading = Atomic(false)

    init(_ laminar: WeakLaminar) { myself = laminar }

    // MARK: For system.pipelines

    func standings() async throws -> [PipelineStanding] {
        try myself.laminar?.pipelineStandings() ?? []
    }

    // MARK: For moved offsets

    func statefulPipelines(over connection: String) async throws -> [String] {
        try myself.laminar?.pipelineNames(over: connection, keepingGroups: true) ?? []
    }

    func checkpointSources(over connection: String) async throws -> [String] {
        try myself.laminar?.pipelineCheckpointSources(over: connection) ?? []
    }

    func resetState(of pipelines: [String]) async throws { try await myself.laminar?.resetPipelines(pipelines) }

    // MARK: For probes and the page

    var pipelineStatuses: [PipelineStatus] {
        guard let laminar = myself.laminar else { return [] }
        readAgain(laminar)
        let states = laminar.pipelines.states
        return known.withLock { $0 }.map { known in
            PipelineStatus(
                name: known.name, state: states[known.name]?.description ?? known.state, rowsIn: Int(known.rowsIn ?? 0),
                rowsOut: Int(known.rowsOut ?? 0), lastCheckpointAt: known.lastCheckpoint, lastError: known.lastError)
        }
    }

    /// Reads the database beside whoever asked, who sees it the next time.
    private func readAgain(_ laminar: Laminar) {
        guard !isReading.exchange(true, ordering: .acquiringAndReleasing) else { return }
        DispatchQueue.global().async { [self] in
            defer { isReading.store(false, ordering: .releasing) }
            if let read = try? laminar.pipelineStandings() { known.withLock { $0 = read } }
        }
    }
}
