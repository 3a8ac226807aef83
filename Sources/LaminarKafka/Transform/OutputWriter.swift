/// What a batch of the input is to those who write its outputs.
struct InputBatch: Sendable {
    let runs: [OffsetRun]
    let member: SourceMember
}

/// Writes the outputs of one member's batches, and sees to it that the input counts as processed when they are safe.
protocol OutputWriter: AnyObject, Sendable {
    /// Writes a batch's outputs.
    ///
    /// - Returns: false where the batch is no longer this member's to write: nothing was written.
    func write(_ batch: InputBatch, _ records: RecordArena) async throws -> Bool
    /// Makes safe what was written, now instead of on the timer.
    func requestCommit()
    /// As ``ReleaseGuard`` has it.
    func willRelease(_ partitions: Set<TopicPartition>, within bound: Duration)
    func released(_ partitions: Set<TopicPartition>)
    /// Nothing more comes; what isn't safe by now is given up.
    func close()
}

/// Where a writer tells of what happened; outlives no source.
struct WriterNews: Sendable {
    /// The source ends with this error.
    let failed: @Sendable (KafkaError) -> Void
    /// The partitions go back to these offsets, and what was delivered behind them is void.
    let rewind: @Sendable (SourceMember, [TopicPartition: Int64]) -> Void
    let note: @Sendable (SourceEvent) -> Void
}
