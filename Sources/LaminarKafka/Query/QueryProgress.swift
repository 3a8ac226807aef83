internal import Synchronization

/// How far a query has read its topics, by offsets.
///
///     let rows = try await laminar.query("SELECT COUNT(*) FROM orders")
///     rows.progress.fraction                 // 0.42, or nil before the brokers have told the ends
///
/// Offsets that hold no record any more, after compaction, count like the others. A table that the query reads twice counts
/// twice; a LIMIT may end the query early.
public struct QueryProgress: Sendable, Hashable {
    /// Offsets that have been read.
    public let read: Int64
    /// Offsets that there are to read; nil before the brokers have told, and where no topic is read.
    public let total: Int64?

    /// Progress as it is told.
    public init(read: Int64, total: Int64?) {
        self.read = read
        self.total = total
    }

    /// From 0 to 1; nil where the total isn't known.
    public var fraction: Double? {
        guard let total else { return nil }
        return total > 0 ? min(1, max(0, Double(read) / Double(total))) : 1
    }
}

/// Adds up what the scans of one query have read.
final class QueryMeter: Sendable {
    private let read = Atomic<Int64>(0)
    private let total = Atomic<Int64>(0)
    private let isKnown = Atomic<Bool>(false)

    var progress: QueryProgress {
        let total = isKnown.load(ordering: .acquiring) ? self.total.load(ordering: .relaxed) : nil
        return QueryProgress(read: read.load(ordering: .relaxed), total: total)
    }

    /// One more scan.
    func begin() -> ScanMeter { ScanMeter(self) }

    fileprivate func add(read: Int64, total: Int64) {
        self.read.wrappingAdd(read, ordering: .relaxed)
        self.total.wrappingAdd(total, ordering: .relaxed)
        isKnown.store(true, ordering: .releasing)
    }
}

/// How far one scan has come.
final class ScanMeter: Sendable {
    private let query: QueryMeter
    private let noted = Mutex<(read: Int64, total: Int64)>((0, 0))

    fileprivate init(_ query: QueryMeter) { self.query = query }

    /// - Parameters:
    ///   - read: offsets behind which reading has come.
    ///   - total: those from its beginning to its end.
    func note(read: Int64, of total: Int64) {
        let before = noted.withLock { noted in
            defer { noted = (read, total) }
            return noted
        }
        query.add(read: read &- before.read, total: total &- before.total)
    }
}
