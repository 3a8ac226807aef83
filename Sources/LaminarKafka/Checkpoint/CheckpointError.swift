/// Why a checkpoint wasn't taken, or why a source can't go on from one.
///
///     do { try await source.checkpoint(batch) { db in … } }
///     catch let error as CheckpointError where error.code == .fenced { continue }   // its records come again
public struct CheckpointError: Error, Sendable, CustomStringConvertible {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// A partition of the batch has another owner by now, or was read again from an earlier place. Nothing was stored;
        /// the partitions that are still owned go back to what is stored, and their records come again.
        public static let fenced = Code("fenced")
        /// A batch before this one wasn't checkpointed. Nothing was stored.
        public static let outOfOrder = Code("outOfOrder")
        /// The database can't be reached, or is busy for too long.
        public static let unavailable = Code("unavailable")
        /// The positions were written by a newer version of the library.
        public static let newerFormat = Code("newerFormat")
        /// Records behind the stored position are gone: retention deleted them before they were read.
        public static let recordsLost = Code("recordsLost")
        /// The stored position lies behind the partition's end: the topic was cut, or made anew.
        public static let pastEnd = Code("pastEnd")
        /// The topic isn't the one that the position belongs to.
        public static let recreatedTopic = Code("recreatedTopic")
        /// The closure of a checkpoint ended its transaction, by COMMIT or ROLLBACK. No position was stored.
        public static let transactionEnded = Code("transactionEnded")
        /// The store answered what it must not; the message says what.
        public static let brokenStore = Code("brokenStore")

        /// The code's name.
        public var description: String { name }
    }

    /// What went wrong.
    public let code: Code
    /// What happened, where, and what to do.
    public let message: String
    /// Which partition, where it is one.
    public let partition: TopicPartition?
    /// The offsets that can't be read any more, where it is known.
    public let lostOffsets: Range<Int64>?
    /// What caused it, where something did.
    public let underlying: (any Error)?

    /// Makes an error; `message` must hold neither payload nor secret.
    public init(
        code: Code, message: String, partition: TopicPartition? = nil, lostOffsets: Range<Int64>? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.partition = partition
        self.lostOffsets = lostOffsets
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }
}

extension CheckpointError {
    /// What a store throws where an epoch has moved on.
    ///
    /// - Parameter partition: the first one whose epoch isn't the stored one.
    public static func fenced(_ partition: TopicPartition, source: String) -> CheckpointError {
        CheckpointError(
            code: .fenced,
            message: "Partition \(partition) of source \(source) has another owner by now, or this checkpoint was "
                + "stored before: nothing was stored. Take the next batch; the records of what is still owned come again.",
            partition: partition)
    }

    /// What a store throws where the transaction that it gave to the host's closure isn't there any more.
    public static func transactionEnded(source: String) -> CheckpointError {
        CheckpointError(
            code: .transactionEnded,
            message: "The closure of a checkpoint of source \(source) ended its transaction, by COMMIT or ROLLBACK, or "
                + "went on after a failure that made SQLite roll back: no position was stored. What it committed by "
                + "itself stays, and its records come again. Return from the closure to commit, throw to roll back, and "
                + "use savepoints in between.")
    }
}
