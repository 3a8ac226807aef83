internal import LaminarCore
internal import LaminarFormats
internal import LaminarStore
internal import Synchronization

/// Reads one connection for all pipelines over it: one set of group members, however many pipelines, and each of them sees
/// every record from its own position on.
///
/// A session is one source. It begins at the least of the pipelines' positions, and each leaves out what is before its own.
/// When a pipeline comes, what is processed is stored and another session begins; one that goes leaves the session as it is.
actor PipelineReader {
    /// What a reader reads, and as whom.
    struct Key: Hashable, Sendable {
        let connection: String
        /// Without the format: each table has its own.
        let configuration: KafkaSourceConfiguration

        init(connection: String, _ configuration: KafkaSourceConfiguration) {
            self.connection = connection
            var shared = configuration
            shared.format = nil
            self.configuration = shared
        }

        /// Under which name the first offsets are kept.
        var name: String { configuration.groupID }
    }

    /// What a reader is made with.
    struct Surroundings: Sendable {
        let store: SQLiteCheckpointStore
        let secrets: any SecretProvider
        let log: any LogSink
        let errorLog: ErrorLog
    }

    private struct Attached {
        let worker: PipelineWorker
        let table: FannedTable
        /// The columns of the whole table that it uses.
        let columns: [Int]
        let news: @Sendable (News) -> Void
        let task: Task<Void, Never>
    }

    /// What a pipeline is told.
    enum News: Sendable {
        /// The group has answered.
        case settled
        case failed(any Error)
    }

    let key: Key
    private let configuration: KafkaSourceConfiguration
    private let surroundings: Surroundings
    private var attached: [String: Attached] = [:]
    private var loop: Task<Void, Never>?
    private var session: Task<Void, any Error>?
    /// Whether a pipeline has come that the session doesn't know.
    private var isStale = false
    private var isDisturbed = false

    init(_ key: Key, _ configuration: KafkaSourceConfiguration, _ surroundings: Surroundings) {
        self.key = key
        self.configuration = configuration
        self.surroundings = surroundings
    }

    // MARK: Pipelines

    /// Takes a pipeline in; ``begin()`` feeds it.
    ///
    /// - Parameters:
    ///   - table: its table, whole.
    ///   - columns: those of its columns that the pipeline uses, ascending.
    ///   - news: told when it has begun, and when it has ended with an error.
    func attach(
        _ worker: PipelineWorker, table: FannedTable, columns: [Int], news: @escaping @Sendable (News) -> Void
    ) {
        worker.whenDisturbed { [weak self] in
            Task { await self?.disturb() }
        }
        let task = Task { [weak self] in
            do { try await worker.run() } catch {
                news(.failed(error))
                await self?.forget(worker.name)
            }
        }
        attached[worker.name] = Attached(worker: worker, table: table, columns: columns, news: news, task: task)
        isStale = true
    }

    /// Feeds the pipelines that have come: what the others have processed is stored, and another session begins.
    func begin() {
        guard isStale else { return }
        if loop == nil { loop = Task { await run() } } else { session?.cancel() }
    }

    /// Stores what the pipeline has processed, and feeds it no more. Returns when it has ended.
    func detach(_ name: String) async {
        guard let leaving = attached.removeValue(forKey: name) else { return }
        for batch in leaving.worker.inbox.end() { batch.share.abandon() }
        leaving.worker.output.interrupt()
        await leaving.task.value
        // Not before: the session's end waits for what is still to be stored.
        if attached.isEmpty { session?.cancel() }
        if attached.isEmpty { await loop?.value }
    }

    /// Whether nobody is fed.
    var isIdle: Bool { attached.isEmpty }

    private func forget(_ name: String) {
        attached[name] = nil
        if attached.isEmpty { session?.cancel() }
    }

    private func disturb() {
        isDisturbed = true
        session?.cancel()
    }

    // MARK: Sessions

    private func run() async {
        while !attached.isEmpty {
            isStale = false
            if isDisturbed {
                isDisturbed = false
                for pipeline in attached.values { pipeline.worker.discard() }
            }
            let pipelines = attached
            let session = Task { try await self.read(for: pipelines) }
            self.session = session
            do {
                try await session.value
            } catch {
                if await moveOrigin(after: error, pipelines) { continue }
                await fail(pipelines, error)
            }
            self.session = nil
        }
        loop = nil
    }

    /// The pipelines of a session that ended with an error end with it.
    private func fail(_ pipelines: [String: Attached], _ error: any Error) async {
        for (name, pipeline) in pipelines where attached[name]?.worker === pipeline.worker {
            attached[name] = nil
            for batch in pipeline.worker.inbox.end() { batch.share.abandon() }
            pipeline.worker.output.interrupt()
            await pipeline.task.value
            pipeline.news(.failed(error))
        }
    }

    /// A pipeline that has stored nothing begins where others began. What is gone there by now was never this one's, so it
    /// begins at what is left.
    private func moveOrigin(after error: any Error, _ pipelines: [String: Attached]) async -> Bool {
        guard let error = error as? CheckpointError, error.code == .recordsLost, let partition = error.partition,
            let lost = error.lostOffsets
        else { return false }
        let behind = pipelines.values.filter { ($0.worker.next(of: partition) ?? .max) < lost.upperBound }
        guard !behind.isEmpty, behind.allSatisfy({ !$0.worker.isStored(partition) }) else { return false }
        let name = key.name
        do {
            try await surroundings.store.write { connection in
                try PipelineTables(connection).moveOrigin(partition, of: name, to: lost.upperBound)
            }
        } catch { return false }
        for pipeline in behind { pipeline.worker.discard() }
        return true
    }

    /// One session: reads until it is cancelled, or something ends it.
    private nonisolated func read(for pipelines: [String: Attached]) async throws {
        let fan = try PipelineFan(pipelines.values.map { ($0.worker, $0.table, $0.columns) })
        let claims = ReaderClaims(
            reader: key.name, workers: pipelines.values.map(\.worker), store: surroundings.store
        ) { [weak self] in
            Task { await self?.disturb() }
        }
        var configuration = configuration
        // A limit of errors counts by the batches that were asked for.
        if configuration.badData.maxErrorsPerBatch ?? 0 <= 0 {
            configuration.batch.records = max(configuration.batch.records, 4096)
        }
        var options = SourceOptions(
            configuration: configuration, acknowledgement: .explicit, extent: .group, drainTimeout: .seconds(30),
            name: key.connection, errorLog: surroundings.errorLog, secrets: surroundings.secrets,
            log: surroundings.log)
        options.checkpoint = CheckpointStart(source: key.connection, claims: claims)
        let source = try KafkaSource(options, decoding: fan.decoding)
        source.engine.setReleaseGuard(
            ReaderGuard(pipelines.values.map(\.worker)) { [weak self] in
                Task { await self?.disturb() }
            })
        let settled = Task {
            for await event in source.events {
                guard case .assigned = event else { continue }
                for pipeline in pipelines.values { pipeline.news(.settled) }
            }
        }
        defer { settled.cancel() }
        do {
            for try await batch in source.batches { await fan.send(batch, claims) }
        } catch {
            await source.close()
            throw error
        }
        await source.close()
    }
}
