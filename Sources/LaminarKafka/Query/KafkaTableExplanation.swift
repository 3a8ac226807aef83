internal import CRdKafka
import LaminarCore
import LaminarFormats
package import LaminarQuery

// EXPLAIN of a Kafka table: asks the brokers where a scan would begin and end, and reads nothing.
extension KafkaTable {
    package func explain(_ request: ScanRequest) throws -> [String] {
        var lines = ["Kafka table \(name), connection \(connection): \(configuration.subscription.summary)"]
        do { lines += try ranges(request) } catch let error as KafkaError {
            lines.append("partitions: not known. \(error.message)")
        }
        let wanted = request.columns.map { schema.columns[$0].name }
        if request.columns.isEmpty {
            lines.append("columns: none of \(schema.columns.count), rows are counted without a look at payloads")
        } else {
            let isEnvelope = request.columns.allSatisfy { schema.columns[$0].metadata.map { $0 != .value } ?? false }
            lines.append(
                "columns: \(request.columns.count) of \(schema.columns.count) (\(wanted.joined(separator: ", ")))"
                    + (isEnvelope ? ", without a look at payloads" : ""))
        }
        if let limit = request.limit { lines.append("ends after \(limit) rows") }
        return lines + notices
    }

    private func ranges(_ request: ScanRequest) throws -> [String] {
        if request.bounds.isEmpty { return ["partitions: none, the conditions contradict each other"] }
        let found = try spans(request)
        let read = found.spans.sorted { $0.key < $1.key }
        var lines = ["partitions: \(read.count) of \(found.partitions) with something to read"]
        for (partition, span) in read.prefix(Self.mostShown) {
            lines.append("  \(partition): offsets \(span.first) to \(span.end - 1), \(span.end - span.first) at most")
        }
        if read.count > Self.mostShown { lines.append("  and \(read.count - Self.mostShown) more") }
        if let until = request.bounds.until {
            lines.append("  until \(until), where the broker sets the records' times")
        }
        return lines
    }

    private static let mostShown = 32

    /// Blocks: on a thread of the caller's own.
    private func spans(_ request: ScanRequest) throws -> (spans: [TopicPartition: ScanSpan], partitions: Int) {
        let (options, range) = try plan(of: request)
        let result = BlockingQueue<MemberPlan>()
        Task.detached {
            do {
                result.send(try await options.makePlan(.merged))
                result.finish(.success(()))
            } catch {
                result.finish(.failure(error))
            }
        }
        guard let plan = try result.receive() else { return ([:], 0) }
        let nobody = NoDelegate()
        defer { withExtendedLifetime(nobody) {} }
        let handle = try ClientHandle(
            .consumer, properties: plan.properties, callbacks: ClientCallbacks(log: log, delegate: nobody))
        let positions = StartPositions(client: handle.client, plan: plan)
        let all = try plan.subscribedPartitions(positions)
        return (try range.resolve(all.filter { range.holds($0.partition) }, positions).spans, all.count)
    }
}

/// Nobody listens: what goes wrong is the answer of the call that asked.
private final class NoDelegate: ClientDelegate {
    func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {}
}
