import Synchronization

/// The last errors, oldest first; older ones are forgotten.
struct ErrorRing: Sendable {
    /// How many are kept.
    static let capacity = 1_000

    private var entries: [RecordedError] = []
    /// Where the oldest stands once the ring is full.
    private var oldest = 0

    mutating func append(_ entry: RecordedError) {
        if entries.count < Self.capacity {
            entries.append(entry)
        } else {
            entries[oldest] = entry
            oldest = (oldest + 1) % Self.capacity
        }
    }

    var all: [RecordedError] { Array(entries[oldest...] + entries[..<oldest]) }
}

/// A ring that several sources write to.
final class ErrorLog: Sendable {
    private let ring = Mutex(ErrorRing())

    func append(_ entry: RecordedError) { ring.withLock { $0.append(entry) } }

    var entries: [RecordedError] { ring.withLock { $0.all } }
}
