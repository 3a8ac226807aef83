internal import LaminarCore
internal import LaminarFormats
internal import LaminarStore
internal import Synchronization

/// Runs the pipelines of a ``Laminar`` while `run()` does: begins them, tries again what may pass, ends them cleanly.
///
/// What each pipeline does next is decided by its ``PipelineLife``; here it is done, one thing after the other.
actor PipelineRuntime {
    private struct Entry {
        var definition: PipelineDefinition
        var life: PipelineLife
        var running: (any RunningPipeline)?
        var backoff = Backoff(base: .seconds(1), cap: .seconds(30))
        var retry: Task<Void, Never>?
        /// Which run it is, so that news of an earlier one are nobody's.
        var run = 0
    }

    private let database: SQLiteDatabase
    private let secrets: any SecretProvider
    private let log: any LogSink
    private let errorLog: ErrorLog
    private let load: @Sendable (String?) throws -> [PipelineLoad]
    private var entries: [String: Entry] = [:]
    private var readers: [PipelineReader.Key: PipelineReader] = [:]
    private var store: SQLiteCheckpointStore?
    private var isRunning = false
    private var last: Task<Void, Never>?
    private nonisolated let hubs = Mutex<[String: PipelineHub]>([:])

    /// - Parameter load: reads pipelines of the catalog: one by its name, or all.
    init(
        database: SQLiteDatabase, secrets: any SecretProvider, log: any LogSink, errorLog: ErrorLog,
        load: @escaping @Sendable (String?) throws -> [PipelineLoad]
    ) {
        self.database = database
        self.secrets = secrets
        self.log = log
        self.errorLog = errorLog
        self.load = load
    }

    /// What a pipeline's readers share.
    nonisolated func hub(_ name: String) -> PipelineHub {
        hubs.withLock { hubs in
            if let hub = hubs[name] { return hub }
            let hub = PipelineHub(name)
            hubs[name] = hub
            return hub
        }
    }

    /// Where the pipelines stand that do something here, or have failed; the others rest.
    nonisolated var states: [String: PipelineState] {
        hubs.withLock { $0.mapValues(\.state).filter { $0.value != .stopped } }
    }

    // MARK: What is asked

    /// `run()` begins.
    func start() async {
        await inOrder { await self.doStart() }
    }

    /// `run()` ends: everything is stored and left. Returns when that is done.
    func stop() async {
        await inOrder { await self.doStop() }
    }

    /// A statement is about to change or drop the pipeline: what it has processed is stored, and it rests.
    func suspend(_ name: String) async {
        await inOrder { await self.handle(name, .stop) }
    }

    /// A statement has changed the catalog: what it says now holds.
    func refresh(_ name: String) async {
        await inOrder { await self.doRefresh(name) }
    }

    /// Somebody reads the pipeline's rows.
    func readerCame(_ name: String) async {
        await inOrder {
            await self.handle(name, .readerCame)
            await self.beginReaders()
        }
    }

    /// Nobody reads the pipeline's rows any more.
    func readerLeft(_ name: String) async {
        await inOrder {
            // Another one may have come meanwhile.
            guard !self.hub(name).rows.isRead else { return }
            await self.handle(name, .readerLeft)
        }
    }

    /// An actor lets others in while it waits, and these must not overtake each other.
    private func inOrder(_ body: @escaping @Sendable () async -> Void) async {
        let before = last
        let task = Task {
            await before?.value
            await body()
        }
        last = task
        await task.value
    }

    // MARK: What is done

    private func doStart() async {
        guard !isRunning else { return }
        isRunning = true
        do {
            for load in try load(nil) { await take(load) }
        } catch { log.log(.info, ["component": "pipelines"], "The pipelines can't be read from the catalog: \(error)") }
        await beginReaders()
    }

    private func doStop() async {
        isRunning = false
        for name in entries.keys.sorted() { await handle(name, .stop) }
        for hub in hubs.withLock({ Array($0.values) }) { hub.end() }
        readers = [:]
    }

    private func doRefresh(_ name: String) async {
        do {
            guard let load = try load(name).first else {
                await handle(name, .stop)
                entries[name] = nil
                hubs.withLock { $0.removeValue(forKey: name) }?.end()
                return
            }
            await take(load)
            await beginReaders()
        } catch { await note(name, error) }
    }

    private func take(_ load: PipelineLoad) async {
        switch load.definition {
        case .failure(let error): await note(load.name, error)
        case .success(let definition):
            var life = PipelineLife(needsReader: definition.needsReader)
            if let entry = entries[load.name] {
                if entry.definition.statement != definition.statement { await handle(load.name, .stop) }
                life = entries[load.name]?.life ?? life
                if life.needsReader != definition.needsReader {
                    life = PipelineLife(needsReader: definition.needsReader)
                }
                entries[load.name]?.definition = definition
                entries[load.name]?.life = life
            } else {
                entries[load.name] = Entry(definition: definition, life: life)
                if hub(load.name).rows.isRead { await handle(load.name, .readerCame) }
            }
            guard isRunning else { return }
            await handle(load.name, load.isStarted ? .start : .stop)
        }
    }

    /// A pipeline whose definition can't be read any more.
    private func note(_ name: String, _ error: any Error) async {
        hub(name).set(.failed("\(error)"))
        log.log(.info, ["component": "pipelines", "pipeline": name], "Pipeline \(name) can't run: \(error)")
    }

    private func handle(_ name: String, _ event: PipelineLife.Event) async {
        guard var life = entries[name]?.life else { return }
        let actions = life.handle(event)
        entries[name]?.life = life
        hub(name).set(life.state)
        for action in actions { await perform(action, name) }
    }

    private func perform(_ action: PipelineLife.Action, _ name: String) async {
        switch action {
        case .attach: await attach(name)
        case .detach: await detach(name)
        case .forgetRetry:
            entries[name]?.retry?.cancel()
            entries[name]?.retry = nil
        case .retryLater:
            let delay = entries[name]?.backoff.next() ?? .seconds(1)
            entries[name]?.retry = Task { [weak self] in
                try? await Task.sleep(for: delay)
                guard !Task.isCancelled else { return }
                await self?.retry(name)
            }
        }
    }

    private func retry(_ name: String) async {
        await inOrder {
            await self.handle(name, .retryIsDue)
            await self.beginReaders()
        }
    }

    private func attach(_ name: String) async {
        guard let entry = entries[name] else { return }
        let run = entry.run + 1
        entries[name]?.run = run
        do {
            let running = try await PipelineAssembly(surroundings()).make(entry.definition, hub(name))
            entries[name]?.running = running
            try await running.attach(to: self) { [weak self] news in
                Task { await self?.hear(news, of: name, run) }
            }
        } catch {
            entries[name]?.running = nil
            await failed(name, error)
        }
    }

    private func detach(_ name: String) async {
        guard let running = entries[name]?.running else { return }
        entries[name]?.running = nil
        await running.detach()
        await forgetIdleReaders()
    }

    private func hear(_ news: PipelineReader.News, of name: String, _ run: Int) async {
        await inOrder {
            guard await self.isCurrent(name, run) else { return }
            switch news {
            case .settled:
                await self.resetBackoff(name)
                await self.handle(name, .settled)
            case .failed(let error):
                await self.clearRunning(name)
                await self.failed(name, error)
                await self.forgetIdleReaders()
            }
        }
    }

    private func isCurrent(_ name: String, _ run: Int) -> Bool { entries[name]?.run == run }
    private func resetBackoff(_ name: String) { entries[name]?.backoff.reset() }
    private func clearRunning(_ name: String) { entries[name]?.running = nil }

    private func failed(_ name: String, _ error: any Error) async {
        let mayPass = PipelineFailure(error).mayPass
        log.log(
            .info, ["component": "pipelines", "pipeline": name],
            "Pipeline \(name) failed\(mayPass ? ", and is tried again" : ""): \(error)")
        if let store = try? await surroundings().reader.store {
            let message = "\(error)"
            _ = try? await store.write { try PipelineTables($0).noteError(name, message) }
        }
        await handle(name, .failed("\(error)", mayPass: mayPass))
    }

    // MARK: Readers

    /// The reader of a connection, made for the first pipeline over it.
    ///
    /// - Throws: ``LaminarError`` with code `inUse` where another reader has joined the same group with other options.
    func reader(_ key: PipelineReader.Key, _ configuration: KafkaSourceConfiguration) async throws -> PipelineReader {
        if let reader = readers[key] { return reader }
        if let other = readers.keys.first(where: { $0.name == key.name }) {
            throw LaminarError(
                code: .inUse,
                message: "Group \(key.name) is read with other options by pipelines over connection "
                    + "\(other.connection), and of two members with different options each would get a part of the "
                    + "partitions: give one of the tables a group_id of its own.")
        }
        let reader = PipelineReader(key, configuration, try await surroundings().reader)
        readers[key] = reader
        return reader
    }

    private func beginReaders() async {
        for reader in readers.values { await reader.begin() }
    }

    private func forgetIdleReaders() async {
        for (key, reader) in readers where await reader.isIdle { readers[key] = nil }
    }

    private func surroundings() async throws -> PipelineAssembly.Surroundings {
        let store: SQLiteCheckpointStore
        if let known = self.store {
            store = known
        } else {
            switch database.location {
            case .file: store = try await SQLiteCheckpointStore(database.location, log: log)
            case .inMemory: store = try await SQLiteCheckpointStore(sharing: database)
            }
            self.store = store
        }
        return PipelineAssembly.Surroundings(
            reader: PipelineReader.Surroundings(store: store, secrets: secrets, log: log, errorLog: errorLog),
            database: database)
    }
}

/// A pipeline as the catalog has it.
struct PipelineLoad: Sendable {
    let name: String
    let isStarted: Bool
    let definition: Result<PipelineDefinition, any Error>
}

/// Whether a pipeline's failure may be over in a while.
struct PipelineFailure {
    let mayPass: Bool

    init(_ error: any Error) {
        switch error {
        case let error as KafkaError:
            mayPass = [.unreachable, .timedOut, .broker, .delivery, .schemaRegistry].contains(error.code)
        case let error as CheckpointError: mayPass = error.code == .unavailable
        case let error as StoreError: mayPass = error.code == .busy
        default: mayPass = false
        }
    }
}
