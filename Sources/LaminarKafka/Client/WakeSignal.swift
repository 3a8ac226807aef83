import Dispatch
import Synchronization

/// Wakes an owned thread at once: librdkafka raises it when a queue fills, the host when it takes a batch.
///
/// Raising it many times before the thread looks wakes it once. The thread checks everything after each wake, so a
/// wake too many costs a look and a wake is never lost.
final class WakeSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let raised = Atomic<Bool>(false)

    func raise() {
        if !raised.exchange(true, ordering: .acquiringAndReleasing) { semaphore.signal() }
    }

    /// Waits until raised, or until `timeout` has passed.
    func wait(_ timeout: Duration) {
        let nanoseconds = timeout.nanoseconds
        if nanoseconds > 0 { _ = semaphore.wait(timeout: .now() + .nanoseconds(nanoseconds)) }
        _ = raised.exchange(false, ordering: .acquiringAndReleasing)
    }
}

extension Duration {
    /// Whole nanoseconds, at least 0, at most about 292 years.
    var nanoseconds: Int {
        let (seconds, attoseconds) = components
        if seconds < 0 { return 0 }
        let (product, overflow) = Int(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? Int.max / 2 : min(Int.max / 2, product + Int(attoseconds / 1_000_000_000))
    }

    /// Whole milliseconds, rounded up, in the range of a C timeout.
    var milliseconds: Int32 { Int32(clamping: (nanoseconds + 999_999) / 1_000_000) }
}
