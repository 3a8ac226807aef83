internal import CRdKafka
import LaminarFormats
import LaminarQuery
import Synchronization

/// What one scan of a query reads of its topics: from the configured start to the ends at the query's beginning, narrowed by
/// the query's predicates.
struct SnapshotRange: Sendable {
    let bounds: ScanBounds
    /// The same for all scans of a query, so that a table which is read twice holds the same rows both times.
    let horizon: SnapshotHorizon
    /// After how many rows nothing more is needed; nil for all.
    var limit: Int?
    /// Hears how far reading has come.
    var meter: ScanMeter?

    /// Whether an end is known that lies before the partitions' ends, so that fetching ahead is to be kept short.
    var isNarrow: Bool { bounds.lastOffset != nil || bounds.until != nil || limit != nil }

    /// Whether records of this partition are wanted.
    func holds(_ partition: Int32) -> Bool { bounds.partitions?.contains(partition) ?? true }

    /// Asks the brokers where each partition's part begins and ends.
    ///
    /// - Parameter partitions: those that ``holds(_:)``.
    /// - Returns: those of which there is something to read.
    func resolve(
        _ partitions: Set<TopicPartition>, _ positions: StartPositions
    ) throws(KafkaError) -> (spans: [TopicPartition: ScanSpan], ends: SnapshotEnds) {
        var ends = SnapshotEnds(until: bounds.until?.milliseconds)
        guard !partitions.isEmpty else { return ([:], ends) }
        let starts = try positions.configured(partitions)
        let since = try since(partitions, positions)
        var spans: [TopicPartition: ScanSpan] = [:]
        for (partition, found) in try positions.watermarks(of: Array(partitions)) {
            let (low, now) = found
            let high = horizon.end(of: partition, now: now)
            let first = since.map { $0[partition] ?? high }
            guard
                let span = ScanSpan(
                    low: low, high: high, start: starts[partition] ?? StartPositions.beginning, notBefore: first, bounds
                )
            else { continue }
            ends.expect(partition, from: span.first, upTo: span.end)
            spans[partition] = span
        }
        return (spans, ends)
    }

    /// Where reading begins that goes on past the ends; nil where the configuration alone says it.
    func starts(
        _ partitions: Set<TopicPartition>, _ positions: StartPositions
    ) throws(KafkaError) -> [TopicPartition: Int64]? {
        guard bounds.firstOffset != nil || bounds.since != nil, !partitions.isEmpty else { return nil }
        var starts = try positions.configured(partitions)
        let since = try since(partitions, positions)
        for (partition, found) in try positions.watermarks(of: Array(partitions)) {
            let (low, high) = found
            let configured = starts[partition] ?? StartPositions.beginning
            let first = max(bounds.firstOffset ?? .min, since.map { $0[partition] ?? high } ?? .min)
            // What isn't there yet comes later: no bound leads past the end.
            if min(first, high) > (configured == StartPositions.beginning ? low : configured) {
                starts[partition] = min(first, high)
            }
        }
        return starts
    }

    /// The first record that a bound of time leaves of each partition, none where all are older; nil without such a bound.
    private func since(
        _ partitions: Set<TopicPartition>, _ positions: StartPositions
    ) throws(KafkaError) -> [TopicPartition: Int64]? {
        guard let bound = bounds.since else { return nil }
        return try positions.offsets(notBefore: Self.firstMillisecond(notBefore: bound), partitions)
    }

    /// Kafka's times are whole milliseconds, and none is negative.
    static func firstMillisecond(notBefore bound: Timestamp) -> Int64 {
        let whole = bound.milliseconds
        return max(0, Timestamp(milliseconds: whole) < bound ? whole + 1 : whole)
    }

    /// Keeps librdkafka from fetching far beyond what is wanted: it fetches ahead until its queue is full, and a client's queue
    /// has one size. What the user has set stays.
    ///
    /// - Parameter configured: the user's own properties.
    func limitFetching(_ properties: inout ClientProperties, configured: [String: String]) {
        guard isNarrow else { return }
        let most = Self.mostRecords(bounds, limit)
        func set(_ name: String, _ value: Int) {
            if configured[name] == nil { properties.set(name, String(value)) }
        }
        let isFew = most.map { $0 <= Self.few } ?? false
        set("fetch.message.max.bytes", isFew ? 32 << 10 : 128 << 10)
        // A bound of time counts only where brokers stamp records, which isn't known before the first one.
        set("queued.max.messages.kbytes", bounds.lastOffset == nil && most == nil ? 4096 : isFew ? 256 : 1024)
        if let most { set("queued.min.messages", max(1, min(most, 10_000_000))) }
    }

    private static let few = 1000

    /// How many records of a partition are wanted at most, where that is known.
    private static func mostRecords(_ bounds: ScanBounds, _ limit: Int?) -> Int? {
        guard let last = bounds.lastOffset else { return limit }
        let (count, overflow) = last.subtractingReportingOverflow(max(0, bounds.firstOffset ?? 0))
        let span = overflow ? nil : Int(clamping: max(0, count)) &+ 1
        return [span, limit].compactMap(\.self).min()
    }
}

/// What is read of one partition.
struct ScanSpan: Sendable, Hashable {
    /// Where reading begins: an offset, or librdkafka's logical beginning.
    let start: Int64
    /// The first offset that may come.
    let first: Int64
    /// The offset behind the last one.
    let end: Int64

    /// nil where there is nothing to read.
    ///
    /// A configured start that isn't there any more, or not yet, stays as it is unless the predicates begin later: the broker
    /// refuses it, and the query fails with the range that is there.
    ///
    /// - Parameters:
    ///   - low: the first offset that is there.
    ///   - high: the offset behind the last one that belongs to the snapshot.
    ///   - start: the configured one.
    ///   - notBefore: the first offset that a bound of time leaves; nil without such a bound.
    init?(low: Int64, high: Int64, start: Int64, notBefore: Int64?, _ bounds: ScanBounds) {
        var end = high
        if let last = bounds.lastOffset {
            let (behind, overflow) = last.addingReportingOverflow(1)
            if !overflow { end = min(end, max(0, behind)) }
        }
        let isBeginning = start == StartPositions.beginning
        let first = max(isBeginning ? low : start, bounds.firstOffset ?? .min, notBefore ?? .min)
        let isOutOfRange = !isBeginning && high > low && (start > high || first < low)
        guard first < end || isOutOfRange else { return nil }
        self.start = isBeginning && first == low ? start : first
        self.first = isOutOfRange ? min(first, end - 1) : first
        self.end = end
    }
}

/// Where the partitions end that one query reads, found by its first scan of each.
final class SnapshotHorizon: Sendable {
    private let ends = Mutex<[TopicPartition: Int64]>([:])

    /// The end that counts: the first that was noted.
    func end(of partition: TopicPartition, now: Int64) -> Int64 {
        ends.withLock { ends in
            if let known = ends[partition] { return known }
            ends[partition] = now
            return now
        }
    }
}
