import LaminarCore
import Synchronization

/// What a transform does behind its source: one writer for each member, told when partitions go.
final class TransformCore<Output: Sendable>: ReleaseGuard {
    private struct Link {
        weak var source: (any TransformedSource)?
    }

    private struct Writers {
        /// Made, and not any member's yet.
        var free: [any OutputWriter] = []
        var bound: [ObjectIdentifier: any OutputWriter] = [:]
    }

    let encoders: EncoderPool<Output>
    private let sink: KafkaSinkConfiguration
    private let group: TransactionGroup
    private let interval: Duration
    private let secrets: any SecretProvider
    private let log: any LogSink
    private let observation: Observation
    private let link = Mutex(Link())
    private let writers = Mutex(Writers())

    init(
        _ sink: KafkaSinkConfiguration, encoding: RecordEncoding<Output>, group: TransactionGroup, interval: Duration,
        secrets: any SecretProvider, log: any LogSink, observation: Observation = Observation()
    ) throws {
        self.observation = observation
        self.sink = sink
        self.group = group
        self.interval = interval
        self.secrets = secrets
        self.log = log
        encoders = try EncoderPool(sink, encoding)
    }

    /// The source whose records it writes, which holds this core.
    func setSource(_ source: any TransformedSource) { link.withLock { $0.source = source } }

    private var news: WriterNews {
        WriterNews(
            failed: { [weak self] in self?.source?.fail($0) },
            rewind: { [weak self] member, positions in self?.source?.rewind(positions, of: member) },
            note: { [weak self] in self?.source?.tell($0) })
    }

    private var source: (any TransformedSource)? { link.withLock { $0.source } }

    // MARK: Writing

    /// Lets the host make a batch's outputs, and writes them.
    func write(
        _ batch: InputBatch, because span: (any OpenSpan)? = nil, _ body: (EncoderUnit<Output>) async throws -> Void
    ) async throws {
        guard let writer = writer(of: batch.member) else {
            throw KafkaError(code: .closed, message: "This transform was closed: make a new one.")
        }
        let unit = try encoders.take()
        defer {
            unit.removeAll()
            encoders.put(back: unit)
        }
        unit.trace(span?.context)
        if let span { try await span.run { try await body(unit) } } else { try await body(unit) }
        _ = try await writer.write(batch, unit.arena)
    }

    func requestCommit() {
        for writer in writers.withLock({ Array($0.bound.values) }) { writer.requestCommit() }
    }

    /// A member's writer; the first time one that nobody has.
    private func writer(of member: SourceMember) -> (any OutputWriter)? {
        writers.withLock { state in
            if let writer = state.bound[ObjectIdentifier(member)] { return writer }
            guard let writer = state.free.popLast() else { return nil }
            state.bound[ObjectIdentifier(member)] = writer
            return writer
        }
    }

    // MARK: The source's side

    var producersPerMember: Int { 1 }

    func prepare(members: Int) async throws {
        try await encoders.agree(sink, secrets: secrets, metrics: observation.metrics)
        for _ in 0..<members {
            switch sink.commitMode {
            case .atLeastOnce:
                let forwarder = try await Forwarder(
                    sink, secrets: secrets, log: log, news: news, observation: observation)
                writers.withLock { $0.free.append(forwarder) }
            case .exactlyOnce:
                let transactor = try await Transactor(
                    sink, slot: group.claim(), interval: interval, secrets: secrets, log: log, news: news,
                    observation: observation)
                writers.withLock { $0.free.append(transactor) }
                try await transactor.start()
            }
        }
    }

    func willRelease(_ partitions: Set<TopicPartition>, of member: SourceMember, within bound: Duration) {
        boundWriter(member)?.willRelease(partitions, within: bound)
    }

    func released(_ partitions: Set<TopicPartition>, of member: SourceMember) {
        boundWriter(member)?.released(partitions)
    }

    func closed(_ member: SourceMember) {
        writers.withLock { $0.bound.removeValue(forKey: ObjectIdentifier(member)) }?.close()
    }

    func sourceClosed() {
        let left = writers.withLock { state in
            defer { state = Writers() }
            return state.free + state.bound.values
        }
        for writer in left { writer.close() }
    }

    private func boundWriter(_ member: SourceMember) -> (any OutputWriter)? {
        writers.withLock { $0.bound[ObjectIdentifier(member)] }
    }
}
