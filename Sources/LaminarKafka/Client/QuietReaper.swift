internal import CRdKafka
import Dispatch
import Synchronization

/// Messages that nobody views any more, on their way to be freed.
struct DiscardedMessages: Sendable {
    nonisolated(unsafe) let slots: MessageSlots
    let count: Int
    let bytes: Int
    let pool: SlotPool

    func free() {
        for index in 0..<count { rd_kafka_message_destroy(slots[index]) }
        pool.give(slots)
    }
}

/// Frees consumed messages while librdkafka isn't allocating new ones.
///
/// librdkafka allocates each message on its broker thread; freeing them elsewhere at the same time makes the two fight
/// for glibc's arena lock (30,000 futex waits for 3 million messages; freeing in the quiet phase took 13 to 20 % off
/// the CPU time, `consume raw batches`). A broker's phase is quiet from the moment a Fetch request goes out until its
/// response is there to be parsed; requests and responses set a bit and clear it. What piles up beyond a bound
/// is freed at once by whoever adds it, so memory stays bounded where a broker never becomes quiet.
final class QuietReaper: Sendable {
    private static let mostBatches = 32
    private static let mostBytes = 8 << 20
    private static let fetch: Int16 = 1

    private struct State: Sendable {
        var waiting = FIFO<DiscardedMessages>()
        var bytes = 0
        var finish: (@Sendable () -> Void)?

        mutating func pop() -> DiscardedMessages? {
            let oldest = waiting.pop()
            bytes -= oldest?.bytes ?? 0
            return oldest
        }
    }

    private let state = Mutex(State())
    /// One bit a broker (its id modulo 64), set while its response is being parsed.
    private let parsing = Atomic<UInt64>(0)
    private let signal = DispatchSemaphore(value: 0)

    private var isQuiet: Bool { parsing.load(ordering: .relaxed) == 0 }

    func start() throws(KafkaError) {
        try ClientThread.start("laminar-reap") { [self] in
            while true {
                // The time-out frees what is left when the last response was the last: no request follows it.
                let timedOut = signal.wait(timeout: .now() + .milliseconds(200)) == .timedOut
                while isQuiet || timedOut, let oldest = state.withLock({ $0.pop() }) { oldest.free() }
                // Taken out: it holds the client's observers, of which this is one.
                if let finish = state.withLock({ $0.finish.take() }) {
                    while let oldest = state.withLock({ $0.pop() }) { oldest.free() }
                    finish()
                    return
                }
            }
        }
    }

    /// Takes messages over, from any thread.
    func add(_ discarded: DiscardedMessages) {
        let surplus = state.withLock { state in
            state.waiting.append(discarded)
            state.bytes += discarded.bytes
            let crowded = state.waiting.count > Self.mostBatches || state.bytes > Self.mostBytes
            return crowded ? state.pop() : nil
        }
        if let surplus { surplus.free() } else if isQuiet { signal.signal() }
    }

    /// Frees what is left and then calls `finish`, both on the reaper's thread; nothing may be added afterwards.
    func finish(then finish: @escaping @Sendable () -> Void) {
        state.withLock { $0.finish = finish }
        signal.signal()
    }
}

extension QuietReaper: RequestObserver {
    func sent(_ key: Int16, to broker: Int32) {
        guard key == Self.fetch else { return }
        parsing.bitwiseAnd(~(1 << UInt64(broker & 63)), ordering: .relaxed)
        signal.signal()
    }

    func received(_ key: Int16, from broker: Int32, _ response: rd_kafka_resp_err_t) {
        guard key == Self.fetch else { return }
        parsing.bitwiseOr(1 << UInt64(broker & 63), ordering: .relaxed)
    }
}
