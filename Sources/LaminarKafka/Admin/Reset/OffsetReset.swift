/// What moving a group's offsets does, partition by partition.
///
///     let reset = try await laminar.resetOffsets(of: "billing", on: "shop", to: .earliest, dryRun: true)
///     for line in reset.lines { print(line.partition, line.old ?? "none", "→", line.new ?? "stays", line.note ?? "") }
public struct OffsetReset: Sendable, Hashable {
    /// Where a position is kept.
    public enum Place: Sendable, Hashable, CustomStringConvertible {
        /// By the group's coordinator.
        case group
        /// In Laminar's own database, under that source's name.
        case checkpoint(source: String)

        /// `group`, or `checkpoint` with the source's name.
        public var description: String {
            switch self {
            case .group: "group"
            case .checkpoint(let source): "checkpoint \(source)"
            }
        }
    }

    /// One position.
    public struct Line: Sendable, Hashable {
        /// Where it is kept.
        public let place: Place
        /// Of which partition.
        public let partition: TopicPartition
        /// The next offset so far; nil where there is none.
        public let old: Int64?
        /// The next offset from now on; nil where it stays.
        public let new: Int64?
        /// Why it isn't what was asked for, in a few words.
        public let note: String?
    }

    /// The group's positions, then the checkpoints', by partition.
    public internal(set) var lines: [Line]
    /// The pipelines whose groups (of GROUP BY) are thrown away along with it.
    public internal(set) var pipelines: [String]
    /// What a person should know.
    public internal(set) var notices: [String]
    /// Whether it was done; false for a dry run.
    public internal(set) var isDone: Bool
}
