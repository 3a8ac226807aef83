internal import CRdKafka
import Synchronization

/// One way from librdkafka to the host: a queue that partitions are forwarded to, and credits for what is in flight.
///
/// A source has one lane for each member, or one for each assigned partition where the host processes partitions side by
/// side. The polling thread takes messages from a lane only while it has credit, so a host that is behind leaves the
/// messages where they are (librdkafka's own bounded queue) and nothing else stops.
final class Lane: Sendable {
    /// The partition that this lane is for; nil where it carries all of them.
    let partition: TopicPartition?
    /// The queue that partitions are forwarded to.
    nonisolated(unsafe) let queue: OpaquePointer
    /// The client whose messages it carries.
    let handle: ClientHandle
    private let wake: WakeSignal
    private let mostBatches: Int
    private let mostBytes: Int
    private struct InFlight {
        var batches = 0
        var bytes = 0
    }
    private let inFlight = Mutex(InFlight())

    init(
        partition: TopicPartition?, handle: ClientHandle, wake: WakeSignal, mostBatches: Int, mostBytes: Int
    ) throws(KafkaError) {
        guard let queue = rd_kafka_queue_new(handle.client) else {
            throw KafkaError(code: .client, message: "librdkafka made no queue.")
        }
        self.partition = partition
        self.queue = queue
        self.handle = handle
        self.wake = wake
        self.mostBatches = mostBatches
        self.mostBytes = mostBytes
        rd_kafka_queue_cb_event_enable(
            queue,
            { _, opaque in
                guard let opaque else { return }
                Unmanaged<WakeSignal>.fromOpaque(opaque).takeUnretainedValue().raise()
            }, Unmanaged.passUnretained(wake).toOpaque())
    }

    deinit {
        rd_kafka_queue_cb_event_enable(queue, nil, nil)
        rd_kafka_queue_destroy(queue)
    }

    var hasCredit: Bool {
        inFlight.withLock { $0.batches < mostBatches && $0.bytes < mostBytes }
    }

    /// Batches on their way between librdkafka and the host.
    var batchesInFlight: Int { inFlight.withLock { $0.batches } }

    var bytesInFlight: Int { inFlight.withLock { $0.bytes } }

    /// The polling thread has sent a batch off.
    func spend(bytes: Int) {
        inFlight.withLock {
            $0.batches += 1
            $0.bytes += bytes
        }
    }

    /// The host has taken a batch.
    func refund(bytes: Int) {
        let wasFull = inFlight.withLock { state in
            let full = state.batches >= mostBatches || state.bytes >= mostBytes
            state.batches -= 1
            state.bytes -= bytes
            return full
        }
        if wasFull { wake.raise() }
    }
}
