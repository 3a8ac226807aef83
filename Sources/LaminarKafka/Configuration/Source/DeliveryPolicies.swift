extension KafkaSourceConfiguration {
    /// When a batch is handed out: at whichever limit comes first.
    ///
    /// A batch leaves as soon as the queue is empty, so an idle topic answers at once and the timeout is only an upper
    /// bound; with ``fills`` it waits for more records until the timeout, counted from its first record.
    public struct BatchLimits: Sendable, Hashable {
        /// Records a batch, 1 to 1,000,000; default 1000 (`batch_size`).
        public var records: Int
        /// Bytes of keys, values and headers a batch, 1 to 1 GiB; default 16 MiB (`batch_bytes`). A record that is
        /// larger is a batch of its own.
        public var bytes: Int
        /// Above zero, at most an hour; default one second (`batch_timeout_ms`).
        public var timeout: Duration
        /// Whether a batch that isn't full waits for the timeout; default false, true where `batch_timeout_ms` is
        /// written.
        public var fills: Bool

        /// The defaults of the options, unless told otherwise.
        public init(
            records: Int = ConfigurationDefaults.batchRecords, bytes: Int = ConfigurationDefaults.batchBytes,
            timeout: Duration = ConfigurationDefaults.batchTimeout, fills: Bool = false
        ) {
            self.records = records
            self.bytes = bytes
            self.timeout = timeout
            self.fills = fills
        }
    }

    /// What happens to a record that can't be decoded (`bad_data`, `dlq_topic`, `max_errors_per_batch`, `dlq_timeout_ms`).
    ///
    /// `maxErrorsPerBatch` is how many are tolerated in one batch, nil = any number; with one more the source fails,
    /// and nothing of the batch counts as processed. `timeout` is how long the dead letter topic may take no record
    /// before the source fails, 1 s to a day.
    public enum BadDataPolicy: Sendable, Hashable {
        /// The source fails at the record and resumes at it.
        case fail
        /// The record is counted, reported and passed over.
        case skip(maxErrorsPerBatch: Int? = nil)
        /// The record is written to a topic, byte for byte, before it counts as processed.
        case deadLetter(
            topic: String, maxErrorsPerBatch: Int? = nil, timeout: Duration = ConfigurationDefaults.deadLetterTimeout)

        /// Where bad records go, if they go anywhere.
        public var deadLetterTopic: String? {
            if case .deadLetter(let topic, _, _) = self { topic } else { nil }
        }

        /// How many bad records a batch may have; nil = any number, 0 for ``fail``.
        public var maxErrorsPerBatch: Int? {
            switch self {
            case .fail: 0
            case .skip(let limit), .deadLetter(_, let limit, _): limit
            }
        }
    }

    /// When the offsets of processed records are committed (`enable.auto.commit`, `commit.interval.ms`).
    ///
    /// Only processed records are ever committed: librdkafka's own auto-commit, which commits what was handed out, is
    /// never on.
    public enum CommitPolicy: Sendable, Hashable {
        /// On a timer, and at the end. The default, every five seconds.
        case automatic(every: Duration = ConfigurationDefaults.commitInterval)
        /// Only with a checkpoint or an explicit commit; the interval is that of a pipeline's checkpoints.
        case manual(checkpointEvery: Duration = ConfigurationDefaults.commitInterval)

        /// The timer's or the checkpoints' interval.
        public var interval: Duration {
            switch self {
            case .automatic(let interval), .manual(let interval): interval
            }
        }

        /// Whether a timer commits.
        public var isAutomatic: Bool {
            if case .automatic = self { true } else { false }
        }
    }

    /// What happens when the position to resume at no longer exists (`auto.offset.reset`).
    public enum OffsetOutOfRange: String, Sendable, Hashable, CaseIterable {
        /// The source fails with the lost range: a silent jump is a loss. The default.
        case fail = "error"
        /// Go on at the first record that is still there.
        case earliest
        /// Go on at the end.
        case latest
    }

    /// Whether records of aborted or unfinished transactions are delivered (`isolation.level`).
    public enum IsolationLevel: String, Sendable, Hashable, CaseIterable {
        /// Only records of committed transactions, and those written outside of one. The default.
        case readCommitted = "read_committed"
        /// Every record.
        case readUncommitted = "read_uncommitted"
    }
}
