internal import Dispatch
internal import Synchronization

/// What a ``Laminar`` tells of its pipelines: to `system.pipelines`, to health and the status page, and to who moves a
/// group's offsets.
final class PipelineBoard: PipelineRoster, PipelineStatusProvider {
    private let myself: WeakLaminar
    /// What was read of the database last: a probe must not wait for it.
    private let known = Mutex<[PipelineReport]>([])
    private let isReading = Atomic(false)

    init(_ laminar: WeakLaminar) { myself = laminar }

    // MARK: For system.pipelines

    func standings() async throws -> [PipelineStanding] {
        try myself.laminar?.pipelineReports().map { report in
            PipelineStanding(
                name: report.name, state: report.state, query: report.query, rowsIn: report.rowsIn,
                rowsOut: report.rowsOut, lastCheckpoint: report.lastCheckpoint, lastError: report.lastError)
        } ?? []
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
        return known.withLock { $0 }.map { report in
            PipelineStatus(
                name: report.name, state: states[report.name]?.description ?? report.state, rowsIn: Int(report.rowsIn),
                rowsOut: Int(report.rowsOut), lastCheckpointAt: report.lastCheckpoint, lastError: report.lastError)
        }
    }

    /// Reads the database beside whoever asked, who sees it the next time.
    private func readAgain(_ laminar: Laminar) {
        guard !isReading.exchange(true, ordering: .acquiringAndReleasing) else { return }
        DispatchQueue.global().async { [self] in
            defer { isReading.store(false, ordering: .releasing) }
            if let read = try? laminar.pipelineReports() { known.withLock { $0 = read } }
        }
    }
}
