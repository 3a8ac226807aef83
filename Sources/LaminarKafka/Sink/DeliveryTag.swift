internal import CRdKafka
import Synchronization

/// What goes with a record to librdkafka and comes back with the broker's report: a count of bytes, or somebody to tell.
///
/// The count needs no memory of its own: it is the opaque pointer, marked by its lowest bit, which no object's address has.
enum DeliveryTag {
    /// Nobody waits for this record; it took up that many bytes.
    case counted(bytes: Int)
    /// Retained once for each record it goes with.
    case receipt(Receipt)

    /// What librdkafka is given.
    var opaque: UnsafeMutableRawPointer? {
        switch self {
        case .counted(let bytes): UnsafeMutableRawPointer(bitPattern: UInt(bytes) << 1 | 1)
        case .receipt(let receipt): Unmanaged.passRetained(receipt).toOpaque()
        }
    }

    /// The bytes of a count; nil for a receipt, which stays as it is.
    @inline(__always)
    static func countedBytes(_ opaque: UnsafeMutableRawPointer?) -> Int? {
        let bits = UInt(bitPattern: opaque)
        return bits & 1 == 1 ? Int(bits >> 1) : nil
    }

    /// The record wasn't taken.
    func withdraw() {
        if case .receipt(let receipt) = self { receipt.withdraw() }
    }

    /// Takes back what librdkafka returned; a receipt is released once with it.
    init(_ opaque: UnsafeMutableRawPointer) {
        self =
            if let bytes = Self.countedBytes(opaque) {
                .counted(bytes: bytes)
            } else {
                .receipt(Unmanaged<Receipt>.fromOpaque(opaque).takeRetainedValue())
            }
    }
}

/// Told what became of a record, or of each record of a batch.
final class Receipt: Sendable {
    private enum Kind: Sendable {
        case single(@Sendable (Result<Delivery, KafkaError>) -> Void)
        case many(DeliveryCount)
    }

    private let kind: Kind
    /// What the record took up; nil = the bytes of its key and value.
    let bytes: Int?

    /// For one record.
    init(bytes: Int, _ resolve: @escaping @Sendable (Result<Delivery, KafkaError>) -> Void) {
        self.bytes = bytes
        kind = .single(resolve)
    }

    /// For many; what each took up is known from its report, unless it had headers.
    init(bytes: Int? = nil, counting count: DeliveryCount) {
        self.bytes = bytes
        kind = .many(count)
    }

    /// A record goes with it that librdkafka didn't take.
    func withdraw() {
        if case .many(let count) = kind { count.withdraw() }
    }

    /// Called once for each record.
    func resolve(_ message: UnsafePointer<rd_kafka_message_t>, _ error: KafkaError?) {
        switch kind {
        case .single(let body):
            if let error { return body(.failure(error)) }
            let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
            body(
                .success(
                    Delivery(
                        partition: TopicPartition(topic, message.pointee.partition), offset: message.pointee.offset)))
        case .many(let count): count.reported(error)
        }
    }

    /// Called instead, where librdkafka never reports on the record.
    func fail(_ error: KafkaError) {
        switch kind {
        case .single(let body): body(.failure(error))
        case .many(let count): count.reported(error)
        }
    }
}

/// Waits for the reports of many records, and tells once that all are there, or of the first that failed.
final class DeliveryCount: Sendable {
    /// One more than the records under way, until the last was handed over.
    private let left = Atomic<Int>(1)
    private let hasFailed = Atomic<Bool>(false)
    private let done: @Sendable (KafkaError?) -> Void

    /// - Parameter done: called with nil when every record has been acknowledged, or once with a failure.
    init(done: @escaping @Sendable (KafkaError?) -> Void) { self.done = done }

    /// A record is about to be handed over.
    func add() { left.add(1, ordering: .relaxed) }

    /// The record wasn't taken.
    func withdraw() { left.subtract(1, ordering: .relaxed) }

    /// A record was acknowledged, or given up.
    func reported(_ error: KafkaError?) {
        if let error, !hasFailed.exchange(true, ordering: .acquiringAndReleasing) { done(error) }
        finish()
    }

    /// The last record was handed over.
    func finish() {
        let (_, left) = left.subtract(1, ordering: .acquiringAndReleasing)
        if left == 0, !hasFailed.load(ordering: .acquiring) { done(nil) }
    }
}
