import Foundation
import LaminarKafka
import ProcessUsage

/// A source that begins far behind: what a record costs must not depend on how many lie before the end.
struct BacklogCase {
    let servers: String
    let topic: String
    let partitions: Int
    /// Where each partition begins.
    let first: Int64
    /// How many records there are from there on.
    let count: Int

    /// - Parameter isStored: whether positions go into a database, a transaction for each batch.
    func run(isStored: Bool) async throws {
        var configuration = KafkaSourceConfiguration(bootstrapServers: servers, subscription: .topics([topic]))
        configuration.start = .offsets(
            Dictionary(uniqueKeysWithValues: (0..<partitions).map { (Int32($0), first) }))
        configuration.batch = .init(records: isStored ? 10_000 : 1000)
        var records = 0
        var started: (wall: Double, cpu: Double)?
        if isStored {
            let path = NSTemporaryDirectory() + "laminar-scale-\(UUID().uuidString).db"
            defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
            let store = try await SQLiteCheckpointStore(.file(path))
            let source = try CheckpointedSource(configuration, decoding: .payload, checkpoint: store)
            for try await batch in source.batches {
                if started == nil { started = (Usage.wallSeconds(), ProcessUsage.cpuSeconds()) }
                try await source.checkpoint(batch)
                records += batch.recordCount
                if records >= count { break }
            }
            report(records, started)
            await source.close()
        } else {
            let source = try KafkaSource(configuration, decoding: .payload)
            for try await batch in source.batches {
                if started == nil { started = (Usage.wallSeconds(), ProcessUsage.cpuSeconds()) }
                records += batch.recordCount
                if records >= count { break }
            }
            report(records, started)
            await source.close()
        }
    }

    private func report(_ records: Int, _ started: (wall: Double, cpu: Double)?) {
        let (wall, cpu) = started ?? (Usage.wallSeconds(), ProcessUsage.cpuSeconds())
        Usage.tell(
            #""records": \#(records), "seconds": \#(Usage.wallSeconds() - wall), "used": \#(ProcessUsage.cpuSeconds() - cpu)"#
        )
    }
}
