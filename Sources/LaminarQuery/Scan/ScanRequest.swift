package import LaminarFormats

/// What a query wants of a table: the columns that it uses, and how far its predicates narrow what is fetched.
///
///     let request = ScanRequest(columns: [0, 3], bounds: ScanBounds(partitions: [0]), limit: 10)
package struct ScanRequest: Sendable, Hashable {
    /// The numbers of the table's columns that are used, in the order in which the batches have them; empty where only
    /// rows are counted.
    package var columns: [Int]
    /// What is fetched at most. Rows outside may come all the same: the query tests its predicates again.
    package var bounds: ScanBounds
    /// After how many rows nothing more is needed; nil for all.
    package var limit: Int?

    package init(columns: [Int], bounds: ScanBounds = .everything, limit: Int? = nil) {
        self.columns = columns
        self.bounds = bounds
        self.limit = limit
    }
}

/// How far a query's predicates on `_kafka_partition`, `_kafka_offset` and `_kafka_timestamp` narrow what is fetched.
package struct ScanBounds: Sendable, Hashable {
    /// Nothing is narrowed.
    package static let everything = ScanBounds()

    /// The partitions that can hold wanted rows; nil for all of them, empty for none.
    package var partitions: Set<Int32>?
    /// The first wanted offset of each partition; nil for the beginning.
    package var firstOffset: Int64?
    /// The last wanted offset of each partition; nil for the end.
    package var lastOffset: Int64?
    /// Nothing before it is wanted; nil for the beginning.
    package var since: Timestamp?
    /// Nothing after it is wanted. It narrows topics with LogAppendTime only: producers' times aren't in order.
    package var until: Timestamp?

    package init(
        partitions: Set<Int32>? = nil, firstOffset: Int64? = nil, lastOffset: Int64? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil
    ) {
        self.partitions = partitions
        self.firstOffset = firstOffset
        self.lastOffset = lastOffset
        self.since = since
        self.until = until
    }
}
