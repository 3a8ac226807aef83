internal import CRdKafka
import LaminarCore

/// Writes outputs at least once: the input counts as processed when the broker has acknowledged all that was made of it.
///
/// Batches overlap, and their acknowledgements come in any order; the source's watermark puts them in order.
final class Forwarder: OutputWriter {
    private let client: ProducerClient
    private let news: WriterNews

    init(
        _ configuration: KafkaSinkConfiguration, secrets: any SecretProvider, log: any LogSink, news: WriterNews,
        observation: Observation = Observation()
    ) async throws {
        client = try await ProducerClient(
            configuration, secrets: secrets, log: log, onFatal: news.failed, observation: observation)
        self.news = news
    }

    func write(_ batch: InputBatch, _ records: RecordArena) async throws -> Bool {
        let count = DeliveryCount { [news] error in
            if let error { news.failed(error) } else { batch.member.acknowledge(batch.runs) }
        }
        let shared = Receipt(counting: count)
        var taken = 0
        try await client.submit(records, taken: &taken) { slot, bytes in
            count.add()
            return .receipt(bytes == slot.byteCount ? shared : Receipt(bytes: bytes, counting: count))
        }
        count.finish()
        return true
    }

    func requestCommit() {}

    func willRelease(_ partitions: Set<TopicPartition>, within bound: Duration) {
        // Serves the reports too, so that what is acknowledged counts before the offsets are committed.
        let handle = client.handle
        _ = withExtendedLifetime(handle) { rd_kafka_flush(handle.client, bound.milliseconds) }
    }

    func released(_ partitions: Set<TopicPartition>) {}

    func close() { client.outbox.close() }
}
