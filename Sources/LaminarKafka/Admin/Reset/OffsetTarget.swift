public import LaminarFormats

/// Where a group's offsets are moved to.
public enum OffsetTarget: Sendable, Hashable {
    /// The first record that is there.
    case earliest
    /// The end: only what is written from now on.
    case latest
    /// The first record that is as late as that, or later; the end where there is none.
    case timestamp(Timestamp)
    /// These next offsets by partition; other partitions stay where they are.
    case offsets([Int32: Int64])
    /// As many records on, or back.
    case shift(by: Int64)
}
