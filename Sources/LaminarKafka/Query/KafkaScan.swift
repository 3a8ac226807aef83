import LaminarCore
import LaminarFormats
import LaminarQuery
import Synchronization

/// The batches of one scan, for the thread that runs the query. Letting go of it ends the scan.
final class KafkaScan: BatchSupply {
    private let feed: ScanFeed
    private let limit: Int?
    private let taken = Mutex(0)

    init(_ feed: ScanFeed, limit: Int?) {
        self.feed = feed
        self.limit = limit
    }

    deinit { feed.cancel() }

    func next() throws -> RecordBatch? {
        if let limit, taken.withLock({ $0 }) >= limit {
            feed.cancel()
            return nil
        }
        while let part = try feed.queue.receive() {
            part.lane.refund(bytes: part.credit)
            guard part.columns.count > 0 else { continue }
            if limit != nil { taken.withLock { $0 += part.columns.count } }
            return part.columns
        }
        return nil
    }

    func cancel() { feed.cancel() }
}

/// What the threads of one scan share: they read ahead as far as the lanes have credit, four batches, and what is decoded
/// waits here.
final class ScanFeed: Sendable {
    /// A batch's rows, with what its lane gets back when they are taken.
    struct Part: Sendable {
        let columns: RecordBatch
        let lane: Lane
        let credit: Int
    }

    let queue = BlockingQueue<Part>()
    private let table: String
    private let ledger: SourceLedger
    private let log: any LogSink
    private let meter = FetchMeter()
    private struct State {
        var member: SourceMember?
        var schemas: WriterSchemas?
        var stage: DecodeStage<Row>?
        var trivial: (@Sendable (MessageBatch) throws(KafkaError) -> BatchContents<Row>)?
        var isCancelled = false
    }
    private let state = Mutex(State())

    init(table: String, ledger: SourceLedger, log: any LogSink) {
        self.table = table
        self.ledger = ledger
        self.log = log
    }

    /// Connects and begins to read; what keeps it from that ends the queue.
    func start(_ options: SourceOptions, _ range: SnapshotRange, _ content: ScanContent) async {
        do {
            var plan = try await options.makePlan(.merged)
            plan.range = range
            plan.observers = [meter]
            range.limitFetching(&plan.properties, configured: options.configuration.properties)
            plan.queueBytes = (plan.properties["queued.max.messages.kbytes"].flatMap { Int($0) } ?? 16384) * 1024
            let schemas = try await connectRegistry(options)
            let decoder = try content.makeDecoder(schemas)
            let member = SourceMember(plan: plan)
            var stage: DecodeStage<Row>?
            var trivial: (@Sendable (MessageBatch) throws(KafkaError) -> BatchContents<Row>)?
            if decoder.isTrivial {
                // Called by the member's thread only.
                nonisolated(unsafe) let decoder = decoder
                trivial = { batch throws(KafkaError) in try decoder.decode(batch) { _ in .skip } }
            } else {
                let made = DecodeStage(
                    format: content.format.name, policy: options.configuration.badData, deadLetters: nil,
                    schemas: schemas, acknowledgesSkipped: false, output: self)
                try made.start(decoder)
                stage = made
            }
            let isCancelled = state.withLock { state in
                state.member = member
                state.schemas = schemas
                state.stage = stage
                state.trivial = trivial
                return state.isCancelled
            }
            if isCancelled {
                schemas?.close()
                memberClosed(member)
                return
            }
            do { try member.start(self) } catch {
                memberClosed(member)
                throw error
            }
        } catch {
            fail(error)
        }
    }

    private func connectRegistry(_ options: SourceOptions) async throws -> WriterSchemas? {
        guard let configuration = options.configuration.schemaRegistry else { return nil }
        let registry = try await RegistryInUse(connecting: configuration, options)
        return WriterSchemas(
            registry, framing: configuration.framing, subject: options.configuration.subjects.value, isPatient: true
        ) { [log] news in
            if case .waiting(let error) = news { log.log(.info, ["component": "queries"], error.message) }
        }
    }

    /// Ends the scan, from any thread; whoever waits for rows gets none.
    func cancel() {
        queue.finish(.success(()), discarding: true)
        let (member, schemas) = state.withLock { state in
            state.isCancelled = true
            return (state.member, state.schemas)
        }
        schemas?.close()
        member?.requestStop()
    }

    private func fail(_ error: any Error) {
        if queue.finish(.failure(error)) { ledger.note(error, .failed) }
        let (member, schemas) = state.withLock { ($0.member, $0.schemas) }
        schemas?.close()
        member?.requestStop()
    }
}

extension ScanFeed: BatchOutlet {
    func deliver(_ batch: MessageBatch, from lane: Lane, of member: SourceMember) {
        let (stage, trivial) = state.withLock { ($0.stage, $0.trivial) }
        if let stage { return stage.add(.batch(batch, lane, member)) }
        guard let trivial else { return }
        do throws(KafkaError) {
            decoded(KafkaBatch(batch, try trivial(batch), lane: lane, member: member))
        } catch {
            fail(error)
        }
    }

    func memberEnds(_ member: SourceMember, _ error: KafkaError?) {
        guard let stage = state.withLock({ $0.stage }) else { return memberEnded(error) }
        stage.add(.memberEnds(error))
    }

    func memberClosed(_ member: SourceMember) {
        // The stage holds this feed.
        let stage = state.withLock { state in
            state.trivial = nil
            return state.stage.take()
        }
        stage?.add(.memberClosed)
        log.log(
            .debug, ["component": "queries", "table": table, "bytes": "\(meter.bytes)"],
            "The scan of table \(table) has ended.")
    }

    // One lane carries all partitions, and nobody is told how the scan fares but by its rows and its end.
    func opened(_ lane: Lane, of member: SourceMember) {}
    func ended(_ lane: Lane, of member: SourceMember) {}
    func hostIsDone(with member: SourceMember) -> Bool { true }
    func resumed(_ partition: TopicPartition, epoch: Int, of member: SourceMember) {}
    func abandoned(_ partitions: Set<TopicPartition>, of member: SourceMember) {}
    func note(_ event: SourceLife.Event) {}
    func note(_ event: SourceEvent) {
        if case .trouble(let error) = event { ledger.note(error, .retried) }
    }
}

extension ScanFeed: DecodeOutput {
    func decoded(_ batch: KafkaBatch<Row>) {
        ledger.note(batch)
        guard let columns = batch.columns else { return }
        queue.send(Part(columns: columns, lane: batch.lane, credit: batch.messages.credit))
    }

    func laneEnded(_ lane: Lane) {}
    func memberEnded(_ error: KafkaError?) {
        if let error { fail(error) } else { queue.finish(.success(())) }
    }
    func memberClosed() {}
    func decodingFailed(_ error: any Error) { fail(error) }
    func passedOver(_ errors: [DecodeError], _ outcome: RecordedError.Outcome) {
        for error in errors { ledger.note(error, outcome) }
    }
}
