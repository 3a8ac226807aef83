import LaminarCore
import LaminarFormats
import Synchronization

/// What a source is made of: its members, their decode stages, the channel to the host, and where it stands.
///
/// Members and stages call in from their threads; sequences call in from the host's tasks.
final class SourceEngine<Value: Sendable>: Sendable {
    let options: SourceOptions
    private let decoding: RecordDecoding<Value>
    /// All batches, or nothing where the host asked for partitions.
    let channel = HandoffChannel<KafkaBatch<Value>>()
    /// Partitions as they are assigned, for ``KafkaSource/partitions``.
    let partitions = HandoffChannel<KafkaPartition<Value>>()
    let events = EventHub()
    /// What was counted, and the last errors.
    let ledger: SourceLedger
    let meters: SourceMeters
    let spans: MessagingSpans?

    struct Running: Sendable {
        var members: [SourceMember] = []
        var laneChannels: [ObjectIdentifier: HandoffChannel<KafkaBatch<Value>>] = [:]
        var openMembers = 0
        var endedMembers = 0
        var isStarted = false
        var isEnding = false
        var isClosing = false
        var isClosed = false
        /// Live iterators, which may still acknowledge.
        var hosts = HostRegistry<Hand<Value>>()
        var deadLetters: DeadLetterWriter?
        var schemas: WriterSchemas?
        var closers: [CheckedContinuation<Void, Never>] = []
        var life = SourceLife()
        var stateSince = Timestamp.now
    }
    let running = Mutex(Running())
    /// Made for this source before it starts.
    private let releases = Mutex<(any ReleaseGuard)?>(nil)

    init(options: SourceOptions, decoding: RecordDecoding<Value>) {
        self.options = options
        self.decoding = decoding
        meters = SourceMeters(options.observation.metrics, source: options.shownName)
        spans = MessagingSpans(options)
        ledger = SourceLedger(source: options.shownName, shared: options.errorLog, meters: meters)
        options.observation.metrics.add(self)
        options.observation.board?.add(self, name: options.shownName, table: options.observation.table)
    }

    /// Whether it may still hold partitions or read, or be started.
    var isOpen: Bool { running.withLock { !$0.isClosed } }

    var state: SourceState { running.withLock { $0.life.state } }

    /// Of the members' tokens the one that is worst off.
    var tokenState: TokenState? {
        let states = running.withLock { $0.members }.compactMap(\.tokenState)
        return states.first { if case .failing = $0 { true } else { false } }
            ?? states.first { $0 == .awaited } ?? states.first
    }

    // MARK: Start

    /// Starts the threads; once.
    ///
    /// - Parameter host: the iterator that asks for the first value.
    /// - Throws: ``KafkaError`` with code `alreadyIterated` on the second call or `closed` after a close, and whatever
    ///   the configuration or a secret throws.
    func start(_ lanes: MemberPlan.Lanes, for host: ObjectIdentifier) async throws {
        try running.withLock { state in
            if state.isEnding || state.isClosed {
                throw KafkaError(code: .closed, message: "This source was closed: make a new one.")
            }
            if state.isStarted {
                throw KafkaError(
                    code: .alreadyIterated,
                    message: "A source can be iterated once, since it remembers what was processed: make another one.")
            }
            state.isStarted = true
            state.hosts.arrived(host)
        }
        do {
            var plan = try await options.makePlan(lanes)
            plan.releases = releases.withLock { $0 }
            plan.meters = meters
            plan.spans = spans
            let deadLetters = try await startDeadLetters()
            let schemas = try await startSchemas()
            running.withLock { $0.schemas = schemas }
            if running.withLock({ $0.isEnding }) { return endUnstarted(host) }
            // Without a group every member would read every partition.
            let members = options.extent == .group ? max(1, options.configuration.parallelism) : 1
            plan.members = members
            try await plan.releases?.prepare(members: members)
            if running.withLock({ $0.isEnding }) { return endUnstarted(host) }
            for number in 0..<members { try startMember(plan, number, deadLetters, schemas) }
        } catch {
            running.withLock { $0.hosts.left(host) }
            end(.failure(error), discarding: true)
            abandonStart()
            throw error
        }
    }

    /// It was closed while it started: there is nothing to iterate, which is no error.
    private func endUnstarted(_ host: ObjectIdentifier) {
        running.withLock { $0.hosts.left(host) }
        end(.success(()), discarding: true)
        abandonStart()
    }

    /// A close may have come before there was anything to release.
    private func abandonStart() {
        let isMemberless = running.withLock { $0.openMembers == 0 }
        if isMemberless { releases.withLock { $0 }?.sourceClosed() }
        memberlessClose()
    }

    /// The one writer of all members; nil where bad records go nowhere.
    private func startDeadLetters() async throws -> DeadLetterWriter? {
        let plan = try await options.makeDeadLetterPlan { [weak self] news in
            switch news {
            case .waiting(let reason): self?.note(SourceLife.Event.trouble(reason))
            case .goingOn: self?.note(SourceLife.Event.delivered)
            case .trouble(let error): self?.note(SourceEvent.trouble(error))
            case .failed(let error): self?.decodingFailed(error)
            }
        }
        guard let plan else { return nil }
        let writer = DeadLetterWriter(plan)
        try writer.start()
        running.withLock { $0.deadLetters = writer }
        return writer
    }

    /// Where all members' decoders find writers' schemas; nil without a registry.
    private func startSchemas() async throws -> WriterSchemas? {
        guard let configuration = options.configuration.schemaRegistry else { return nil }
        let registry = try await RegistryInUse(connecting: configuration, options)
        return WriterSchemas(
            registry, framing: configuration.framing, subject: options.configuration.subjects.value,
            isPatient: options.extent == .snapshot
        ) { [weak self] news in
            switch news {
            case .waiting(let error):
                self?.note(SourceLife.Event.waiting("schema registry"))
                self?.note(SourceEvent.trouble(error))
            case .goingOn: self?.note(SourceLife.Event.waiting(nil))
            }
        }
    }

    private func startMember(
        _ plan: MemberPlan, _ number: Int, _ deadLetters: DeadLetterWriter?, _ schemas: WriterSchemas?
    ) throws {
        let decoder = try decoding.makeDecoder(schemas)
        if schemas != nil, !decoder.usesRegistry {
            throw ConfigurationError(
                code: .notApplicable, option: "schema_registry.endpoint",
                message:
                    "The decoding \(decoding.format) takes no schemas from a registry, so that every framed record would "
                    + "be a bad one: decode by format and columns (.values(of:schema:)), or leave 'schemaRegistry' out and "
                    + "give the decoding a 'frame'.")
        }
        let member = SourceMember(plan: plan, number: number)
        let outlet: any BatchOutlet
        if decoder.isTrivial {
            outlet = DirectOutlet(engine: self, decoder: decoder)
        } else {
            let stage = DecodeStage(
                format: decoding.format, policy: options.configuration.badData, deadLetters: deadLetters,
                schemas: schemas, meters: meters,
                acknowledgesSkipped: options.acknowledgement == .explicit && options.checkpoint == nil, output: self)
            try stage.start(decoder)
            outlet = StagedOutlet(engine: self, stage: stage)
        }
        let isStopping = running.withLock { state in
            state.members.append(member)
            state.openMembers += 1
            return state.isEnding
        }
        do { try member.start(outlet) } catch {
            member.rewinds.close()
            outlet.memberEnds(member, error)
            outlet.memberClosed(member)
            throw error
        }
        if isStopping { member.requestStop() }
    }

    // MARK: The host's side

    /// Whether no iterator is left that could acknowledge anything. With explicit acknowledgement tasks may still be at
    /// work on what was delivered: until they are done, or the host closes the source.
    func hostIsDone(with member: SourceMember) -> Bool {
        let (left, isClosing) = running.withLock { ($0.hosts.isEmpty, $0.isClosing) }
        // A checkpoint under way needs no member: its transaction ends by itself, or is fenced.
        let waitsForNobody = options.acknowledgement == .automatic || options.checkpoint != nil || isClosing
        return left && (waitsForNobody || member.progress.isDrained())
    }

    func hostArrived(_ host: ObjectIdentifier) { running.withLock { $0.hosts.arrived(host) } }

    /// Remembers who iterates, and what it has in hand, so that a close from inside of the loop doesn't wait for itself.
    func hostAsked(_ host: ObjectIdentifier, _ hand: Hand<Value>?) {
        let task = withUnsafeCurrentTask { $0?.hashValue }
        running.withLock { $0.hosts.asked(host, in: task, with: hand) }
    }

    /// An iterator ended: the host has all that it will take from it.
    func hostLeft(_ host: ObjectIdentifier, endsSource: Bool) {
        let members = running.withLock { state in
            state.hosts.left(host)
            return state.members
        }
        if endsSource { end(.success(()), discarding: true) }
        for member in members { member.wake.raise() }
    }

    /// Ends the source, commits what was processed and leaves the group.
    func close() async {
        countCallerOut()
        running.withLock { $0.isClosing = true }
        end(.success(()), discarding: true)
        memberlessClose()
        await withCheckedContinuation { continuation in
            let closed = running.withLock { state in
                if state.isClosed { return true }
                state.closers.append(continuation)
                return false
            }
            if closed { continuation.resume() }
        }
    }

    /// Where the calling task iterates, a close needn't wait for it: it won't ask for more. Other tasks that iterate
    /// partitions of the source finish what they have.
    func countCallerOut() {
        guard let task = withUnsafeCurrentTask(body: { $0?.hashValue }) else { return }
        for hand in running.withLock({ $0.hosts.leave(task: task) }) { hand.finishAllButLast() }
    }

    /// Reads again: partitions at the given next offsets. What was delivered of them and is on its way or in the host's
    /// hands is void: what is acknowledged of it is dropped. Returns when nothing of it can be received any more.
    ///
    /// - Returns: the partitions that are read again: those that this process owns.
    /// - Throws: ``KafkaError``, with which the source ends too.
    @discardableResult
    func rewind(_ positions: [TopicPartition: Int64]) async throws(KafkaError) -> Set<TopicPartition> {
        try await rewind(.offsets(positions))
    }

    /// The same from what the checkpoint store, else the group, has stored; nil for all partitions that are owned.
    @discardableResult
    func rewindToStored(_ partitions: Set<TopicPartition>? = nil) async throws(KafkaError) -> Set<TopicPartition> {
        try await rewind(.stored(partitions))
    }

    private func rewind(_ target: RewindRequests.Target) async throws(KafkaError) -> Set<TopicPartition> {
        var rewound: Set<TopicPartition> = []
        for member in running.withLock({ $0.members }) { rewound.formUnion(try await member.rewind(target)) }
        return rewound
    }

    func requestCommit() {
        for member in running.withLock({ $0.members }) { member.requestCommit() }
    }

    // MARK: Ends

    /// Whose work hangs on this source's partitions; set before the start.
    func setReleaseGuard(_ guardian: any ReleaseGuard) { releases.withLock { $0 = guardian } }

    /// Ends the source with an error of what is done with its records.
    func fail(_ error: any Error) { end(.failure(error), discarding: true) }

    /// Stops the members; only the first end counts.
    private func end(_ end: Result<Void, any Error>, discarding: Bool) {
        let (members, deadLetters, schemas, isFirst) = running.withLock { state in
            defer { state.isEnding = true }
            return (state.members, state.deadLetters, state.schemas, !state.isEnding)
        }
        deadLetters?.close()
        schemas?.close()
        finish(end, isFirst: isFirst)
        if discarding {
            var dropped = channel.discard()
            for lane in running.withLock({ Array($0.laneChannels.values) }) { dropped += lane.discard() }
            for partition in partitions.discard() { dropped += partition.channel.discard() }
            for batch in dropped { batch.member.progress.withdraw(batch.runs) }
        }
        for member in members { member.requestStop() }
    }

    private func finish(_ end: Result<Void, any Error>, isFirst: Bool) {
        if case .failure(let error) = end, isFirst {
            ledger.note(error, .failed)
            note(SourceLife.Event.failed("\(error)"))
            options.observation.board?.failed(self, health)
        }
        channel.finish(end)
        partitions.finish(end)
        for lane in running.withLock({ Array($0.laneChannels.values) }) { lane.finish(end) }
    }

    /// A source that never started, or failed to, has nothing to wait for.
    private func memberlessClose() {
        let closers: [CheckedContinuation<Void, Never>]? = running.withLock { state in
            guard state.openMembers == 0, !state.isClosed else { return nil }
            state.isClosed = true
            defer { state.closers = [] }
            return state.closers
        }
        // Members that are still leaving have commits to tell of.
        guard let closers else { return }
        releases.withLock { $0 }?.sourceClosed()
        note(SourceLife.Event.stopped)
        options.observation.metrics.remove(self)
        options.observation.board?.stopped(self)
        events.finish()
        for closer in closers { closer.resume() }
    }

    func memberClosed() {
        running.withLock { $0.openMembers -= 1 }
        memberlessClose()
    }

    // MARK: News

    func note(_ event: SourceLife.Event) {
        let state: SourceState? = running.withLock { running in
            guard running.life.handle(event) else { return nil }
            running.stateSince = .now
            return running.life.state
        }
        if let state { events.send(.state(state)) }
    }

    func note(_ event: SourceEvent) {
        if case .trouble(let error) = event { ledger.note(error, .retried) }
        meters.note(event)
        if let happening = SourceHappening(event, source: options.shownName) {
            options.observation.board?.note(happening)
        }
        events.send(event)
    }

    func opened(_ lane: Lane) {
        guard let partition = lane.partition else { return }
        let channel = HandoffChannel<KafkaBatch<Value>>()
        running.withLock { $0.laneChannels[ObjectIdentifier(lane)] = channel }
        partitions.send(KafkaPartition(partition, engine: self, channel: channel))
    }
}

extension SourceEngine: DecodeOutput {
    func decoded(_ batch: KafkaBatch<Value>) {
        ledger.note(batch)
        let channel: HandoffChannel<KafkaBatch<Value>>? =
            batch.lane.partition == nil
            ? self.channel : running.withLock { $0.laneChannels[ObjectIdentifier(batch.lane)] }
        if channel?.send(batch) != true { batch.member.progress.withdraw(batch.runs) }
    }

    func laneEnded(_ lane: Lane) {
        running.withLock { $0.laneChannels.removeValue(forKey: ObjectIdentifier(lane)) }?.finish()
    }

    func memberEnded(_ error: KafkaError?) {
        if let error {
            end(.failure(error.underlying as? CheckpointError ?? error), discarding: false)
            return
        }
        // The last member that has read everything ends the source; one that was asked to stop finds it ended.
        let isLast = running.withLock { state in
            state.endedMembers += 1
            return state.endedMembers >= state.members.count
        }
        if isLast { end(.success(()), discarding: false) }
    }

    func decodingFailed(_ error: any Error) {
        end(.failure(error), discarding: false)
    }

    func passedOver(_ errors: [DecodeError], _ outcome: RecordedError.Outcome) {
        for error in errors {
            ledger.note(error, outcome)
            events.send(outcome == .deadLettered ? .deadLettered(error) : .skipped(error))
        }
    }
}

/// Carries a member's batches through its decode stage.
private final class StagedOutlet<Value: Sendable>: BatchOutlet {
    private let engine: SourceEngine<Value>
    private let stage: DecodeStage<Value>

    init(engine: SourceEngine<Value>, stage: DecodeStage<Value>) {
        self.engine = engine
        self.stage = stage
    }

    func hostIsDone(with member: SourceMember) -> Bool { engine.hostIsDone(with: member) }
    func deliver(_ batch: MessageBatch, from lane: Lane, of member: SourceMember) {
        stage.add(.batch(batch, lane, member))
    }
    func opened(_ lane: Lane, of member: SourceMember) { engine.opened(lane) }
    func ended(_ lane: Lane, of member: SourceMember) { stage.add(.laneEnds(lane)) }
    func memberEnds(_ member: SourceMember, _ error: KafkaError?) { stage.add(.memberEnds(error)) }
    func memberClosed(_ member: SourceMember) { stage.add(.memberClosed) }
    func resumed(_ partition: TopicPartition, epoch: Int, of member: SourceMember) {
        stage.add(.resumed(partition, epoch: epoch))
    }
    func abandoned(_ partitions: Set<TopicPartition>, of member: SourceMember) { stage.add(.abandoned(partitions)) }
    func note(_ event: SourceLife.Event) { engine.note(event) }
    func note(_ event: SourceEvent) { engine.note(event) }
}

/// Carries batches straight to the host where there is nothing to decode.
private final class DirectOutlet<Value: Sendable>: BatchOutlet {
    private let engine: SourceEngine<Value>
    private let contents: @Sendable (MessageBatch) -> BatchContents<Value>

    init(engine: SourceEngine<Value>, decoder: any BatchContentDecoder<Value>) {
        self.engine = engine
        // Called by the member's thread only.
        nonisolated(unsafe) let decoder = decoder
        contents = { batch in
            // What is trivial waits for nothing.
            do throws(KafkaError) { return try decoder.decode(batch) { _ in .skip } } catch {
                return BatchContents(values: .stored([]), records: 0)
            }
        }
    }

    func hostIsDone(with member: SourceMember) -> Bool { engine.hostIsDone(with: member) }
    func deliver(_ batch: MessageBatch, from lane: Lane, of member: SourceMember) {
        engine.decoded(KafkaBatch(batch, contents(batch), lane: lane, member: member))
    }
    func opened(_ lane: Lane, of member: SourceMember) { engine.opened(lane) }
    func ended(_ lane: Lane, of member: SourceMember) { engine.laneEnded(lane) }
    func memberEnds(_ member: SourceMember, _ error: KafkaError?) { engine.memberEnded(error) }
    func memberClosed(_ member: SourceMember) { engine.memberClosed() }
    // Where there is nothing to decode, nothing has to wait.
    func resumed(_ partition: TopicPartition, epoch: Int, of member: SourceMember) {}
    func abandoned(_ partitions: Set<TopicPartition>, of member: SourceMember) {}
    func note(_ event: SourceLife.Event) { engine.note(event) }
    func note(_ event: SourceEvent) { engine.note(event) }
}

extension SourceEngine: OpenSource {
    package var standing: SourceStanding {
        let (state, members) = running.withLock { ($0.life.state, $0.members) }
        var standing = SourceStanding(state: state)
        for member in members {
            standing.lastPoll = [standing.lastPoll, member.lastPoll].compactMap(\.self).max()
            guard options.extent == .group else { continue }
            standing.positions.merge(member.progress.positions) { $1 }
            standing.paused.formUnion(member.pausedPartitions)
        }
        return standing
    }
}
