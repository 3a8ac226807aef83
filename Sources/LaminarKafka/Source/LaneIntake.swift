internal import CRdKafka
import LaminarFormats

/// Collects a lane's messages into the next batch, on the polling thread.
///
/// Runs for every message, so it is written for speed: one pass that reads a message's place and length (it was touched a
/// moment ago), no lookup but where a run of offsets ends.
final class LaneIntake {
    let lane: Lane
    private let limits: KafkaSourceConfiguration.BatchLimits
    private let pool: SlotPool
    private var slots: MessageSlots?
    private(set) var count = 0
    private var bytes = 0
    private var runs: [OffsetRun] = []
    /// When a batch that waits for more leaves at the latest.
    private(set) var deadline: ContinuousClock.Instant?
    /// Running mean of a message's bytes: how many may be taken at once without going far past the byte limit.
    private(set) var averageBytes = 1024

    private var runTopic: OpaquePointer?
    private var runPartition: Int32 = -1
    private var nextOffset: Int64 = -1

    init(_ lane: Lane, limits: KafkaSourceConfiguration.BatchLimits) {
        self.lane = lane
        self.limits = limits
        pool = SlotPool(capacity: limits.records)
    }

    deinit {
        guard let slots else { return }
        for index in 0..<count { rd_kafka_message_destroy(slots[index]) }
        pool.give(slots)
    }

    var isFull: Bool { count >= limits.records || bytes >= limits.bytes }

    /// Whether the batch leaves now.
    var isDue: Bool {
        guard count > 0 else { return false }
        guard limits.fills, !isFull else { return true }
        return deadline.map { ContinuousClock.now >= $0 } ?? true
    }

    /// Takes what is there, up to the batch's limits, while the lane has credit.
    ///
    /// - Returns: how many messages were taken, errors included.
    func fill(_ gate: DeliveryGate, onError: (MessagePointer) -> Void) -> Int {
        guard lane.hasCredit else { return 0 }
        let slots = self.slots ?? pool.take()
        self.slots = slots
        var total = 0
        while !isFull {
            let room = min(limits.records - count, max(1, (limits.bytes - bytes) / max(1, averageBytes)))
            let taken = rd_kafka_consume_batch_queue(lane.queue, 0, slots + count, room)
            guard taken > 0 else { break }
            total += taken
            note(slots, taken, gate, onError)
            if taken < room { break }
        }
        if limits.fills, count > 0, deadline == nil { deadline = .now + limits.timeout }
        return total
    }

    /// Adds one message that came another way, to a batch that isn't full.
    func append(_ message: MessagePointer, _ gate: DeliveryGate) {
        let slots = self.slots ?? pool.take()
        self.slots = slots
        slots[count] = message
        note(slots, 1, gate) { _ in }
    }

    /// Looks at `taken` new messages behind the `count` that are there; errors and strays are taken out.
    private func note(
        _ slots: MessageSlots, _ taken: Int, _ gate: DeliveryGate, _ onError: (MessagePointer) -> Void
    ) {
        var kept = count
        var bytes = 0
        for index in count..<count + taken {
            guard let message = slots[index] else { continue }
            let offset = message.pointee.offset
            if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
                onError(message)
                rd_kafka_message_destroy(message)
                continue
            }
            if message.pointee.rkt == runTopic, message.pointee.partition == runPartition, offset == nextOffset,
                !runs.isEmpty
            {
                nextOffset = offset &+ 1
            } else {
                closeRun()
                guard beginRun(message, at: kept, gate) else {
                    rd_kafka_message_destroy(message)
                    continue
                }
            }
            slots[kept] = message
            kept &+= 1
            bytes &+= message.pointee.len &+ message.pointee.key_len
        }
        if taken > 0 { averageBytes = max(1, (averageBytes * 3 + bytes / taken) / 4) }
        count = kept
        self.bytes += bytes
    }

    private func beginRun(_ message: MessagePointer, at index: Int, _ gate: DeliveryGate) -> Bool {
        let partition = message.partition
        guard let epoch = gate.admit(message, of: partition) else { return false }
        let offset = message.pointee.offset
        runs.append(OffsetRun(partition: partition, epoch: epoch, start: index, offsets: offset...offset))
        runTopic = message.pointee.rkt
        runPartition = message.pointee.partition
        nextOffset = offset &+ 1
        return true
    }

    private func closeRun() {
        guard !runs.isEmpty else { return }
        let first = runs[runs.count - 1].offsets.lowerBound
        runs[runs.count - 1].offsets = first...max(first, nextOffset - 1)
    }

    /// The batch, and a fresh start for the next one; nil where nothing is left of it.
    ///
    /// - Parameter ends: of a snapshot: what lies behind them is dropped, and what was reached is noted.
    func take(within ends: inout SnapshotEnds?) -> MessageBatch? {
        guard let slots, count > 0 else { return nil }
        closeRun()
        if ends != nil { cut(slots, &ends) }
        defer {
            self.slots = nil
            count = 0
            bytes = 0
            runs = []
            deadline = nil
            runTopic = nil
            nextOffset = -1
        }
        guard count > 0 else {
            pool.give(slots)
            return nil
        }
        return MessageBatch(slots: slots, count: count, bytes: bytes, runs: runs, handle: lane.handle, pool: pool)
    }

    /// Where the broker stamps records, those behind the first later one aren't wanted.
    private func lower(_ run: OffsetRun, _ slots: MessageSlots, to until: Int64, _ ends: inout SnapshotEnds?) {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let last = run.start + run.offsets.count - 1
        guard rd_kafka_message_timestamp(slots[last], &type) > until, type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME else {
            return
        }
        for index in run.start...last {
            guard rd_kafka_message_timestamp(slots[index], &type) > until, type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME
            else { continue }
            ends?.lower(run.partition, to: run.offsets.lowerBound + Int64(index - run.start))
            return
        }
    }

    /// Drops what was written after the snapshot began.
    private func cut(_ slots: MessageSlots, _ ends: inout SnapshotEnds?) {
        if let until = ends?.until { for run in runs { lower(run, slots, to: until, &ends) } }
        var kept = 0
        var keptRuns: [OffsetRun] = []
        for run in runs {
            let length = run.offsets.count
            let end = ends?.end(of: run.partition) ?? .max
            let within = Int(max(0, min(Int64(length), end - run.offsets.lowerBound)))
            for index in run.start..<run.start + length {
                if index - run.start < within {
                    slots[kept] = slots[index]
                    kept += 1
                } else if let message = slots[index] {
                    bytes -= message.pointee.len + message.pointee.key_len
                    rd_kafka_message_destroy(message)
                }
            }
            ends?.reached(run.partition, run.offsets.upperBound + 1)
            guard within > 0 else { continue }
            let last = run.offsets.lowerBound + Int64(within) - 1
            keptRuns.append(
                OffsetRun(
                    partition: run.partition, epoch: run.epoch, start: kept - within,
                    offsets: run.offsets.lowerBound...last))
        }
        count = kept
        runs = keptRuns
    }
}
