internal import LaminarCore
internal import LaminarFormats
internal import LaminarStore
internal import Synchronization

/// One pipeline at work: takes batches from its inbox, lets the output compute them, and stores how far it is.
///
/// It outlives the reader's sessions. What is processed and not stored stays in memory through a rebalance, unless somebody
/// else has moved the positions meanwhile; then it is forgotten, and read again from what is stored.
final class PipelineWorker: Sendable {
    /// Taken, and perhaps processed.
    private struct Entry {
        let share: BatchShare
        /// What is new to this pipeline.
        let positions: [TopicPartition: StoredPosition]
        /// Whether something of it waits for the end of a replay, and is read again.
        var isPartial = false
        var rows = 0
        var isProcessed = false
    }

    private struct State {
        var positions = PipelinePositions()
        /// In the order in which they were taken.
        var entries: [Entry] = []
        /// Entries that have left ``entries``, so that an entry keeps its number.
        var passed = 0
        /// Processed entries that the next checkpoint is for.
        var unstored: [BatchShare] = []
        /// Those of which something was left out.
        var partial: [BatchShare] = []
        var replay: PipelineReplay?
        var rowsIn: Int64 = 0
        /// Raised when everything that isn't stored is forgotten.
        var generation = 0
    }

    let name: String
    /// Which of the reader's tables it reads.
    let table: String
    let output: any PipelineOutput
    let inbox = PipelineInbox()
    private let reader: String
    private let interval: Duration
    private let store: SQLiteCheckpointStore
    private let owner: Int64
    private let state = Mutex(State())
    private let disturbed = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameters:
    ///   - reader: whose origins apply.
    ///   - interval: the time between two checkpoints.
    ///   - owner: who this process is to the pipeline's groups.
    init(
        _ name: String, table: String, reader: String, output: any PipelineOutput, interval: Duration,
        store: SQLiteCheckpointStore, owner: Int64
    ) {
        self.name = name
        self.table = table
        self.reader = reader
        self.output = output
        self.interval = interval
        self.store = store
        self.owner = owner
    }

    // MARK: The reader's side

    /// What to do when the reader has to begin again at what is stored.
    func whenDisturbed(_ body: @escaping @Sendable () -> Void) { disturbed.withLock { $0 = body } }

    /// What a claim of partitions found.
    ///
    /// - Returns: whether something that was in memory is lost.
    func claimed(_ claims: [CheckpointClaim], origins: [TopicPartition: Int64]) -> Bool {
        state.withLock { state in
            var isLoss = false
            for claim in claims {
                if state.positions.claimed(claim, origin: origins[claim.partition]) { isLoss = true }
                if let stored = claim.stored { state.replay?.claimed(claim.partition, at: stored.nextOffset) }
            }
            return isLoss
        }
    }

    /// Where it goes on; nil where it takes whatever comes first.
    func next(of partition: TopicPartition) -> Int64? { state.withLock { $0.positions.next(of: partition) } }

    /// Whether it has stored a position of its own.
    func isStored(_ partition: TopicPartition) -> Bool { state.withLock { $0.positions.isStored(partition) } }

    /// Forgets what isn't stored.
    func discard() {
        let shares = state.withLock { state in
            defer {
                state.passed += state.entries.count
                state.entries = []
                state.unstored = []
                state.partial = []
                state.rowsIn = 0
                state.generation += 1
                state.positions.discard()
                state.replay?.discard()
            }
            return state.entries.map(\.share) + state.unstored + state.partial
        }
        for share in shares { share.abandon() }
    }

    // MARK: The pipeline's task

    /// Works until the inbox ends.
    ///
    /// - Throws: what ended the pipeline.
    func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [inbox, interval] in
                    while !Task.isCancelled {
                        try? await Task.sleep(for: interval)
                        inbox.requestCheckpoint()
                    }
                }
                defer { group.cancelAll() }
                try await work()
            }
        } catch {
            for batch in inbox.end() { batch.share.abandon() }
            discard()
            await output.discard()
            await output.close()
            throw error
        }
        await output.close()
    }

    private func work() async throws {
        let replay = try await output.begin()
        state.withLock { $0.replay = replay }
        var generation = 0
        while true {
            let item = await inbox.next()
            let current = state.withLock { $0.generation }
            if current != generation {
                generation = current
                await output.discard()
            }
            switch item {
            case .batch(let batch):
                try await process(batch)
                if output.isFull { try await checkpoint() }
            case .checkpoint: try await checkpoint()
            case .end:
                try await checkpoint()
                discard()
                return
            }
        }
    }

    private func process(_ batch: ReaderBatch) async throws {
        let (selection, number) = take(batch.share)
        guard !selection.isEmpty else {
            // Nothing of it is new here; it holds up nobody.
            finish(number, rows: 0)
            return
        }
        let rows = try batch.rows(of: selection)
        let count = rows.count
        try await output.process(rows) { [weak self] in self?.finish(number, rows: count) }
    }

    /// What of a batch is new, and the number of its entry.
    private func take(_ share: BatchShare) -> (RecordSelection, Int) {
        state.withLock { state in
            for (partition, offset) in share.jumps { state.positions.jumped(partition, to: offset) }
            var selection = RecordSelection()
            var positions: [TopicPartition: StoredPosition] = [:]
            var isPartial = false
            for part in share.parts {
                let run = part.run
                guard share.isCurrent(part), var offsets = state.positions.accepted(run.partition, run.offsets) else {
                    selection.isWhole = false
                    continue
                }
                if state.replay != nil {
                    let own = state.replay?.part(of: run.partition, offsets)
                    if own?.upperBound != offsets.upperBound { isPartial = true }
                    guard let own else {
                        selection.isWhole = false
                        continue
                    }
                    offsets = own
                }
                state.positions.took(run.partition, offsets)
                positions[run.partition] =
                    offsets.upperBound == run.offsets.upperBound
                    ? part.position : StoredPosition(nextOffset: offsets.upperBound + 1)
                selection.add(run, offsets)
            }
            state.entries.append(Entry(share: share, positions: positions, isPartial: isPartial))
            return (selection, state.passed + state.entries.count - 1)
        }
    }

    /// An entry is processed; positions move over those that are without a gap.
    private func finish(_ number: Int, rows: Int) {
        state.withLock { state in
            let index = number - state.passed
            guard state.entries.indices.contains(index) else { return }
            state.entries[index].isProcessed = true
            state.entries[index].rows = rows
            let done = state.entries.prefix { $0.isProcessed }
            for entry in done {
                for (partition, position) in entry.positions { state.positions.processed(partition, position) }
                if entry.isPartial { state.partial.append(entry.share) } else { state.unstored.append(entry.share) }
                state.rowsIn += Int64(entry.rows)
            }
            state.passed += done.count
            state.entries.removeFirst(done.count)
        }
    }

    // MARK: Checkpoints

    private func checkpoint() async throws {
        try await storeProcessed()
        guard state.withLock({ $0.replay?.isOver == true }) else { return }
        // What was left out meanwhile is read again.
        try await output.replayed()
        state.withLock { $0.replay = nil }
        discard()
        disturbed.withLock { $0 }?()
    }

    private func storeProcessed() async throws {
        try await output.settle()
        let source = PipelineTables.source(of: name)
        let (checkpoint, shares, partial, rowsIn, origins, generation) = state.withLock { state in
            let checkpoint = state.positions.checkpoint(for: source)
            defer {
                state.unstored = []
                state.partial = []
                state.rowsIn = 0
            }
            return (
                checkpoint, state.unstored, state.partial, state.rowsIn, state.positions.origins(in: checkpoint),
                state.generation
            )
        }
        for share in partial { share.abandon() }
        guard !checkpoint.positions.isEmpty else {
            if output.isOwned { try await checkOwner() }
            for share in shares { share.acknowledge() }
            return
        }
        let number: Int64
        do {
            number = try await store.commit(checkpoint) { [self] connection in
                try write(connection, rowsIn: rowsIn, origins: origins)
            }
        } catch let error as CheckpointError where error.code == .fenced {
            // A partition went to somebody else meanwhile: nothing is stored, and what is still ours is read again.
            for share in shares { share.abandon() }
            if output.isOwned { try await checkOwner() }
            discard()
            disturbed.withLock { $0 }?()
            return
        } catch {
            for share in shares { share.abandon() }
            throw error
        }
        state.withLock { state in
            if state.generation == generation { state.positions.stored(checkpoint) }
        }
        for share in shares { share.acknowledge() }
        try await output.stored(checkpoint: number)
    }

    private func write(
        _ connection: SQLiteConnection, rowsIn: Int64, origins: [TopicPartition: Int64]
    ) throws -> Int64 {
        let tables = PipelineTables(connection)
        if output.isOwned { try tables.checkOwner(owner, of: name) }
        let last = try tables.progress(of: name)?.checkpoint ?? 0
        let number = max(last + 1, state.withLock { $0.replay?.checkpoint ?? 0 })
        let rowsOut = try output.store(connection, checkpoint: number)
        for (partition, offset) in origins { try tables.putOrigin(offset, partition, of: reader) }
        try tables.noteCheckpoint(name, number: number, rowsIn: rowsIn, rowsOut: rowsOut)
        return number
    }

    private func checkOwner() async throws {
        try await store.read { [name, owner] connection in
            try PipelineTables(connection).checkOwner(owner, of: name)
        }
    }
}
