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
        let own = record.extras
        if own.timestamp != nil || own.partition != nil || own.topic != nil || !own.headers.isEmpty {
            slot.extras = Int32(truncatingIfNeeded: extras.count)
            extras.append(own)
        }
        slots.append(slot)
    }

    private mutating func append(_ more: [UInt8]) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: more)
        return start..<bytes.count
    }

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
