import Foundation
import LaminarKafka

/// What is measured, each as a host would write it.
struct ConsumeCase {
    var configuration: KafkaSourceConfiguration
    /// Records to read; for `backlog` the batches to take.
    let count: Int

    /// Eight columns of the order event.
    static func schema() throws -> RowSchema {
        try RowSchema([
            ColumnSchema("id", .bigint), ColumnSchema("user_id", .bigint), ColumnSchema("name", .text),
            ColumnSchema("amount", .double), ColumnSchema("currency", .text), ColumnSchema("ts", .timestamp),
            ColumnSchema("active", .boolean), ColumnSchema("address", .structure([StructField("city", .text)])),
        ])
    }

    /// Reads payload by payload without decoding.
    func raw() async throws {
        var measurement = Measurement()
        let source = try KafkaSource(configuration, decoding: .payload)
        let events = source.events
        var bytes = 0
        var seen = 0
        for try await batch in source.batches {
            if configuration.parallelism > 1, seen == 0 { await waitUntilAllAreAssigned(events) }
            seen += batch.recordCount
            // What was fetched ahead while the members joined isn't counted.
            if configuration.parallelism > 1, seen < prefetched { continue }
            bytes += batch.byteCount
            measurement.add(batch.recordCount)
            if seen >= count { break }
        }
        measurement.report()
        await source.close()
    }

    /// More records than the members' queues hold.
    private var prefetched: Int { min(count / 4, configuration.parallelism * 80_000) }

    /// The join is excluded, as it is for the peers: each member has its share.
    private func waitUntilAllAreAssigned(_ events: AsyncStream<SourceEvent>) async {
        var assignments = 0
        for await case .assigned(let partitions) in events where !partitions.isEmpty {
            assignments += 1
            if assignments >= configuration.parallelism { return }
        }
    }

    /// Reads into typed columns.
    func columns() async throws {
        var measurement = Measurement()
        let source = try KafkaSource(configuration, decoding: .rows(of: JSONFormat(), schema: Self.schema()))
        for try await batch in source.batches {
            measurement.add(batch.columns?.count ?? 0)
            if measurement.records >= count { break }
        }
        measurement.report()
        await source.close()
    }

    /// Visits Codable values one by one.
    func codable() async throws {
        var measurement = Measurement()
        let source = try KafkaSource(configuration, decoding: .json(Order.self))
        var sum: Int64 = 0
        var values = 0
        for try await order in source {
            if values == 0 { measurement.add(0) }
            sum &+= order.id
            values += 1
            if values >= count { break }
        }
        measurement.add(values)
        measurement.report()
        await source.close()
    }

    /// The same consumer, with Foundation's decoder.
    func foundation() async throws {
        var measurement = Measurement()
        let source = try KafkaSource(configuration, decoding: .payload)
        let decoder = JSONDecoder()
        var sum: Int64 = 0
        for try await batch in source.batches {
            measurement.add(batch.recordCount)
            for payload in batch {
                try payload.withBytes { bytes in
                    guard let start = bytes.baseAddress else { return }
                    let data = Data(
                        bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count, deallocator: .none)
                    sum &+= try decoder.decode(Order.self, from: data).id
                }
            }
            if measurement.records >= count { break }
        }
        measurement.report()
        await source.close()
    }

    /// From the producer's clock to a value in the host's hands, on a topic that is otherwise idle.
    func latency() async throws {
        var configuration = configuration
        configuration.start = .latest
        let source = try KafkaSource(configuration, decoding: .payload)
        let events = source.events
        Task {
            for await event in events {
                if case .assigned = event { FileHandle.standardOutput.write(Data("assigned\n".utf8)) }
            }
        }
        var ages: [Double] = []
        for try await payload in source {
            payload.withBytes { bytes in
                guard bytes.count == 8 else { return }
                let sent = bytes.loadUnaligned(as: Int64.self)
                ages.append(Double(Measurement.monotonicNanoseconds() - sent) * 1e-6)
            }
            if ages.count >= count { break }
        }
        ages.sort()
        print(
            #"{"records": \#(ages.count), "p50_ms": \#(ages[ages.count / 2]), "p99_ms": \#(ages[ages.count * 99 / 100])}"#
        )
        await source.close()
    }

    /// A host that takes one batch a second while the topic holds millions.
    func backlog() async throws {
        var measurement = Measurement()
        let source = try KafkaSource(configuration, decoding: .payload)
        var batches = 0
        for try await batch in source.batches {
            measurement.add(batch.recordCount)
            batches += 1
            if batches >= count { break }
            try await Task.sleep(for: .seconds(1))
        }
        measurement.report()
        await source.close()
    }
}
