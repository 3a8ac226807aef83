import LaminarCore

/// Encoded records one behind the other in two pieces of memory, which are used again: what a batch's outputs are until all of
/// them are there.
struct RecordArena {
    struct Slot {
        var key: Range<Int>?
        var value: Range<Int>?
        /// Index of what few records have, -1 for the others.
        var extras: Int32 = -1

        var byteCount: Int { (key?.count ?? 0) + (value?.count ?? 0) }
    }

    private(set) var slots: [Slot] = []
    private var bytes: [UInt8] = []
    private var extras: [RecordExtras] = []
    /// Put into the headers of every record.
    var trace: TraceContext?

    /// Copies a record.
    mutating func add(_ record: borrowing EncodedRecord) {
        var slot = Slot()
        if record.hasKey { slot.key = append(record.key) }
        if !record.payload.isNull { slot.value = append(record.payload.bytes) }
        if !record.extras.isNone {
            slot.extras = Int32(truncatingIfNeeded: extras.count)
            extras.append(record.extras)
        }
        slots.append(slot)
    }

    private mutating func append(_ more: [UInt8]) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: more)
        return start..<bytes.count
    }

    /// How many records from `start` on have nothing but a key and a value, none of them larger than `largest`.
    func plainRecords(
        from start: Int, atMost most: Int, bytes mostBytes: Int, largest: Int
    ) -> (count: Int, bytes: Int) {
        guard trace == nil else { return (0, 0) }
        var count = 0
        var bytes = 0
        for slot in slots[start...].prefix(most) {
            guard slot.extras < 0, slot.byteCount <= largest, bytes < mostBytes else { break }
            count += 1
            bytes += slot.byteCount
        }
        return (count, bytes)
    }

    /// Lends all keys and values, to which the slots' ranges belong.
    func withAllBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { bytes.withUnsafeBytes(body) }

    func extras(of slot: Slot) -> RecordExtras {
        var own = slot.extras < 0 ? .none : extras[Int(slot.extras)]
        if trace != nil { own.inject(trace) }
        return own
    }

    /// Lends a record's key and value; nil for null only.
    @inline(__always)
    func withBytes<Result>(
        of slot: Slot, _ body: (_ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { all in
            body(
                slot.key.map { UnsafeRawBufferPointer(rebasing: all[$0]) },
                slot.value.map { UnsafeRawBufferPointer(rebasing: all[$0]) })
        }
    }

    mutating func removeAll() {
        slots.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        extras.removeAll(keepingCapacity: true)
        trace = nil
    }
}
