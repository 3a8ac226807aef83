internal import CRdKafka
import LaminarFormats
import Synchronization

typealias MessagePointer = UnsafeMutablePointer<rd_kafka_message_t>
typealias MessageSlots = UnsafeMutablePointer<MessagePointer?>

/// Consecutive messages of one partition with consecutive offsets; a gap (compaction, a control record) begins a new one.
struct OffsetRun: Sendable, Equatable {
    /// Which of the member's partitions.
    let partition: TopicPartition
    /// The assignment that delivered it: what is acknowledged for an older one is dropped.
    let epoch: Int
    /// Index of the run's first message in its batch.
    let start: Int
    /// First and last offset, both included.
    var offsets: ClosedRange<Int64>
}

/// Messages as librdkafka handed them over: owned, never copied, freed once, when the last view of the batch is gone.
final class MessageBatch: Sendable {
    /// The one owner of these pointers; nobody writes through them but librdkafka's lazy header parser, under the lock.
    nonisolated(unsafe) let slots: MessageSlots
    let count: Int
    /// Bytes of keys and values.
    let bytes: Int
    /// What the batch holds of its lane's credit, which whoever takes it gives back: a part holds all of it.
    let credit: Int
    /// In order of the messages.
    let runs: [OffsetRun]
    /// When it left librdkafka's queue.
    let taken: Moment
    private let handle: ClientHandle
    private let pool: SlotPool
    /// Whose messages these are, where this is a part of a batch.
    private let whole: MessageBatch?
    private let headerLock = Mutex(())

    /// Takes over the slots and the `count` messages in them.
    init(
        slots: MessageSlots, count: Int, bytes: Int, runs: [OffsetRun], handle: ClientHandle, pool: SlotPool
    ) {
        self.slots = slots
        self.count = count
        self.bytes = bytes
        credit = bytes
        taken = .now
        self.runs = runs
        self.handle = handle
        self.pool = pool
        whole = nil
    }

    /// A part of a batch: the messages of some parts of its runs.
    init(_ kept: [OffsetRun], of whole: MessageBatch) {
        let slots = whole.pool.take()
        var count = 0
        var bytes = 0
        var runs: [OffsetRun] = []
        for run in kept {
            runs.append(
                OffsetRun(partition: run.partition, epoch: run.epoch, start: count, offsets: run.offsets))
            for index in run.start..<run.start + run.offsets.count {
                (slots + count).initialize(to: whole.slots[index])
                bytes += whole[index].pointee.len + whole[index].pointee.key_len
                count += 1
            }
        }
        self.slots = slots
        self.count = count
        self.bytes = bytes
        credit = whole.credit
        taken = whole.taken
        self.runs = runs
        handle = whole.handle
        pool = whole.pool
        self.whole = whole
    }

    deinit {
        guard whole == nil else {
            pool.give(slots)
            return
        }
        let discarded = DiscardedMessages(slots: slots, count: count, bytes: bytes, pool: pool)
        if let reaper = handle.reaper { reaper.add(discarded) } else { discarded.free() }
    }

    /// The message at an index below `count`.
    @inline(__always)
    subscript(index: Int) -> MessagePointer {
        precondition(index >= 0 && index < count)
        return slots[index].unsafelyUnwrapped
    }

    /// The run that holds the message at `index`.
    func run(at index: Int) -> OffsetRun {
        var low = 0
        var high = runs.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if runs[middle].start <= index { low = middle } else { high = middle - 1 }
        }
        return runs[low]
    }

    /// The one message at `index` as a run.
    func run(ofOnly index: Int) -> OffsetRun {
        var run = run(at: index)
        let offset = run.offsets.lowerBound + Int64(index - run.start)
        run.offsets = offset...offset
        return run
    }

    /// A copy of the record's headers as they came, which the caller destroys; nil where it has none.
    func copyHeaders(of index: Int) -> OpaquePointer? {
        headerLock.withLock { _ in
            var headers: OpaquePointer?
            guard rd_kafka_message_headers(self[index], &headers) == RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
            nonisolated(unsafe) let copy = rd_kafka_headers_copy(headers)
            return copy
        }
    }

    /// What is left of the runs behind the first `count` messages.
    func runs(from count: Int) -> [OffsetRun] {
        runs.compactMap { run in
            let passed = Int64(max(0, count - run.start))
            guard passed < Int64(run.offsets.count) else { return nil }
            var rest = run
            rest.offsets = (run.offsets.lowerBound + passed)...run.offsets.upperBound
            return rest
        }
    }

    /// What is processed once the first `count` messages are: a part of the batch's runs.
    func runs(upTo count: Int) -> [OffsetRun] {
        if count >= self.count { return runs }
        return runs.compactMap { run in
            let taken = Int64(count - run.start)
            guard taken > 0 else { return nil }
            var part = run
            let last = min(run.offsets.upperBound, run.offsets.lowerBound + taken - 1)
            part.offsets = run.offsets.lowerBound...last
            return part
        }
    }

    /// The value of each record's last header of that name, in librdkafka's memory, null where it has none; nothing where no
    /// record has one. One lock a batch: a record without headers costs a call.
    func lastHeaders(named name: StaticString, into values: inout [PayloadSlice]) {
        values.removeAll(keepingCapacity: true)
        let name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        headerLock.withLock { _ in
            for index in 0..<count {
                var headers: OpaquePointer?
                var value: UnsafeRawPointer?
                var size = 0
                guard rd_kafka_message_headers(self[index], &headers) == RD_KAFKA_RESP_ERR_NO_ERROR,
                    rd_kafka_header_get_last(headers, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR
                else {
                    if !values.isEmpty { values.append(.null) }
                    continue
                }
                if values.isEmpty { values.append(contentsOf: repeatElement(.null, count: index)) }
                values.append(PayloadSlice(start: value, count: size))
            }
        }
    }

    /// Calls `body` for each header in the record's order; value nil is Kafka's null.
    func forEachHeader(of index: Int, _ body: (String, UnsafeRawBufferPointer?) -> Void) {
        headerLock.withLock { _ in
            var headers: OpaquePointer?
            guard rd_kafka_message_headers(self[index], &headers) == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            var position = 0
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var size = 0
            while rd_kafka_header_get_all(headers, position, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
                let key = name.map { String(cString: $0) } ?? ""
                body(key, value.map { UnsafeRawBufferPointer(start: $0, count: size) })
                position += 1
            }
        }
    }
}

/// Keeps arrays of message pointers for reuse: a fresh one of 64 KB would cost an mmap for every batch.
final class SlotPool: Sendable {
    let capacity: Int
    private struct Free: ~Copyable {
        nonisolated(unsafe) var list: [MessageSlots] = []
    }
    private let free = Mutex(Free())

    /// - Parameter capacity: messages an array holds, at least 1.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    deinit {
        free.withLock { state in
            for slots in state.list { slots.deallocate() }
        }
    }

    func take() -> MessageSlots {
        nonisolated(unsafe) let reused = free.withLock { state in
            nonisolated(unsafe) let last = state.list.popLast()
            return last
        }
        return reused ?? .allocate(capacity: capacity)
    }

    func give(_ slots: MessageSlots) {
        nonisolated(unsafe) let slots = slots
        free.withLock { $0.list.append(slots) }
    }
}
