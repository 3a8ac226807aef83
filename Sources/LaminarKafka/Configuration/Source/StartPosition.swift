extension KafkaSourceConfiguration {
    /// Where a group's very first start begins (`offset`, `timestamp`).
    ///
    /// It counts once: from then on the checkpoint or the group's committed offset does. A partition that is found after
    /// the first start begins at its beginning, whatever this says.
    public enum StartPosition: Sendable, Hashable {
        /// The first record that is still there. The default.
        case earliest
        /// The end, so that only new records come.
        case latest
        /// The first record whose timestamp isn't below, in milliseconds since 1970-01-01T00:00:00Z; the end where all
        /// are older.
        case timestamp(milliseconds: Int64)
        /// Offsets by partition, for a source of one topic. A partition that isn't named begins at its beginning.
        case offsets([Int32: Int64])
    }
}
