internal import CRdKafka
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Counts, without a lock, the records whose acknowledgement nobody waits for: most of what a sink or a transform writes.
///
/// Only for the thread that has adopted it, which takes the count after each turn of reports. What another thread is told (one
/// that flushes, say) is left to the delegate, and so are failures and records that somebody waits for.
final class ReportTally: Sendable {
    struct Count: Sendable {
        var records = 0
        var bytes = 0
    }

    private let owner = Atomic<UInt>(0)
    /// Touched by the owner only.
    private nonisolated(unsafe) var count = Count()

    /// From now on the calling thread counts.
    func adopt() { owner.store(Self.thread, ordering: .releasing) }

    /// Called by the owner at its end, with everything taken: another thread may get its number.
    func leave() { owner.store(0, ordering: .releasing) }

    /// - Returns: false where the report is the delegate's.
    @inline(__always)
    func note(_ message: UnsafePointer<rd_kafka_message_t>) -> Bool {
        guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR,
            let bytes = DeliveryTag.countedBytes(message.pointee._private),
            owner.load(ordering: .relaxed) == Self.thread
        else { return false }
        count.records += 1
        count.bytes += bytes
        return true
    }

    /// What was counted since the last time; nothing for others than the owner.
    func take() -> Count {
        guard owner.load(ordering: .relaxed) == Self.thread else { return Count() }
        defer { count = Count() }
        return count
    }

    private static var thread: UInt {
        #if canImport(Darwin)
            UInt(bitPattern: pthread_self())
        #else
            UInt(pthread_self())
        #endif
    }
}
