import Foundation
import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

/// An input topic, an output topic, and transforms between them that write each input with an exclamation mark behind it, to
/// the partition it came from.
struct TransformRun: Sendable {
    let input: Topic
    let output: String
    let mode: KafkaSinkConfiguration.CommitMode

    init(
        records: Int, partitions: Int = 4, mode: KafkaSinkConfiguration.CommitMode, on kafka: KafkaFixture? = nil
    ) async throws {
        input = try await Topic(records: records, partitions: partitions, on: kafka)
        output = "output-\(UUID().uuidString.lowercased())"
        self.mode = mode
        try await input.kafka.createTopic(named: output, partitions: partitions)
    }

    var group: String { input.group("transform") }

    func transform(
        source configureSource: (inout KafkaSourceConfiguration) -> Void = { _ in },
        sink configureSink: (inout KafkaSinkConfiguration) -> Void = { _ in }
    ) throws -> KafkaTransform<Payload, ProducedRecord> {
        var source = KafkaSourceConfiguration(
            bootstrapServers: input.kafka.bootstrapServers, subscription: .topics([input.name]), groupID: group)
        source.batch.records = 200
        configureSource(&source)
        var sink = KafkaSinkConfiguration(bootstrapServers: input.kafka.bootstrapServers, topic: output)
        sink.commitMode = mode
        configureSink(&sink)
        return try KafkaTransform(source, decoding: .payload, into: sink, encoding: .record)
    }

    /// Processes until the transform is closed.
    static func process(
        _ transform: KafkaTransform<Payload, ProducedRecord>,
        each: (KafkaBatch<Payload>) async throws -> Void = { _ in }
    ) async throws {
        for try await batch in transform.batches {
            try await transform.process(batch) { output in
                for record in batch.records {
                    try output.send(ProducedRecord(value: (record.payload ?? []) + [33], partition: record.partition))
                }
            }
            try await each(batch)
        }
    }

    /// The texts of the output in each partition, as a reader with `read_committed` sees them: a committed transaction's
    /// records once its markers are written, which a broker does after it has answered.
    ///
    /// - Parameter count: how many are to be waited for; nil for as many as inputs.
    func outputs(_ count: Int? = nil) async throws -> [Int32: [String]] {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let texts = try await visibleOutputs()
            let seen = texts.values.reduce(0) { $0 + $1.count }
            if seen >= count ?? input.count || ContinuousClock.now >= deadline { return texts }
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
    }

    private func visibleOutputs() async throws -> [Int32: [String]] {
        var configuration = KafkaSourceConfiguration(
            bootstrapServers: input.kafka.bootstrapServers, subscription: .topics([output]))
        configuration.isolation = .readCommitted
        let source = try KafkaSource(configuration, decoding: .payload, extent: .snapshot)
        var texts: [Int32: [String]] = [:]
        for try await record in source.records {
            texts[record.partition, default: []].append(record.value?.text ?? "-")
        }
        return texts
    }

    /// What the output has to be.
    func expected() -> [Int32: [String]] {
        var texts: [Int32: [String]] = [:]
        for number in 0..<input.count {
            texts[Int32(number % partitionCount), default: []].append("\(number)!")
        }
        return texts
    }

    private var partitionCount: Int { 4 }

    /// Whether the loaded librdkafka has transactional calls that may not return after its brokers were away: seen with 2.10
    /// and later, and not with 2.0.2.
    static var callsMayHang: Bool {
        let version = Laminar.libraries.first { $0.name == "librdkafka" }?.version ?? ""
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        return numbers.count > 1 && (numbers[0], numbers[1]) >= (2, 10)
    }

    /// Waits until the group's committed offsets say that all of the input is processed.
    func waitUntilCommitted(within bound: Duration = .seconds(90)) async throws {
        let deadline = ContinuousClock.now + bound
        while true {
            let committed = try await input.kafka.committedOffsets(of: group, topic: input.name)
            if committed.values.filter({ $0 > 0 }).reduce(0, +) >= Int64(input.count) { return }
            try #require(ContinuousClock.now < deadline, "committed \(committed) of \(input.count)")
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
    }
}
