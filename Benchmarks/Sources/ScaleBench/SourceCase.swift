import Foundation
import LaminarKafka
import Synchronization

/// One process of a group. It tells of every assignment, and takes its time until it hears `go`, so that all processes have
/// their share before anything is counted.
final class SourceCase: Sendable {
    enum Kind: String {
        /// Payloads, not decoded.
        case raw
        /// Eight typed columns of each order.
        case columns
        /// Payloads, and a destination that answers 5 ms after each batch.
        case waiting
        /// Each partition in a task of its own.
        case partitions
    }

    private let kind: Kind
    private let configuration: KafkaSourceConfiguration
    private let records = Atomic<Int>(0)
    private let hurries = Atomic<Bool>(false)
    private let owned = Mutex<Set<TopicPartition>>([])

    init(_ kind: Kind, _ configuration: KafkaSourceConfiguration) {
        self.kind = kind
        self.configuration = configuration
    }

    func run() async throws {
        switch kind {
        case .raw, .waiting:
            let source = try KafkaSource(configuration, decoding: .payload)
            watch(source.events) { await source.close() }
            for try await batch in source.batches { try await take(batch.recordCount) }
            await source.close()
        case .columns:
            let source = try KafkaSource(configuration, decoding: .rows(of: JSONFormat(), schema: Self.schema()))
            watch(source.events) { await source.close() }
            for try await batch in source.batches { try await take(batch.recordCount) }
            await source.close()
        case .partitions:
            let source = try KafkaSource(configuration, decoding: .payload)
            watch(source.events) { await source.close() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for try await partition in source.partitions {
                    group.addTask {
                        for try await batch in partition.batches { try await self.take(batch.recordCount) }
                    }
                }
                try await group.waitForAll()
            }
            await source.close()
        }
        Usage.tell(#""event": "ended""#)
    }

    /// With positions in a database, as exactly once has it.
    func run(store path: String) async throws {
        let store = try await SQLiteCheckpointStore(.file(path))
        let source = try CheckpointedSource(configuration, decoding: .payload, checkpoint: store)
        watch(source.events) { await source.close() }
        for try await batch in source.batches {
            try await source.checkpoint(batch)
            try await take(batch.recordCount)
        }
        await source.close()
        Usage.tell(#""event": "ended""#)
    }

    private func take(_ count: Int) async throws {
        records.add(count, ordering: .relaxed)
        if kind == .waiting {
            try await Task.sleep(for: .milliseconds(5))
        } else if !hurries.load(ordering: .relaxed) {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func watch(_ events: AsyncStream<SourceEvent>, close: @escaping @Sendable () async -> Void) {
        Task {
            for await event in events {
                switch event {
                case .assigned(let partitions): note("assigned") { $0.formUnion(partitions) }
                case .revoked(let partitions), .lost(let partitions): note("revoked") { $0.subtract(partitions) }
                case .trouble(let error): Usage.tell(#""event": "trouble", "text": "\#(error.code)""#)
                default: break
                }
            }
        }
        Thread.detachNewThread { [self] in
            while let line = readLine() {
                switch line {
                case "go": hurries.store(true, ordering: .relaxed)
                case "tell": Usage.tell(#""event": "told", "records": \#(records.load(ordering: .relaxed))"#)
                default: Task { await close() }
                }
            }
            Task { await close() }
        }
    }

    private func note(_ event: String, _ change: (inout Set<TopicPartition>) -> Void) {
        let count = owned.withLock { owned in
            change(&owned)
            return owned.count
        }
        Usage.tell(#""event": "\#(event)", "partitions": \#(count)"#)
    }

    private static func schema() throws -> RowSchema {
        try RowSchema([
            ColumnSchema("id", .bigint), ColumnSchema("user_id", .bigint), ColumnSchema("name", .text),
            ColumnSchema("amount", .double), ColumnSchema("currency", .text), ColumnSchema("ts", .timestamp),
            ColumnSchema("active", .boolean), ColumnSchema("address", .structure([StructField("city", .text)])),
        ])
    }
}
