extension KafkaSourceConfiguration {
    /// Which topics a source reads.
    public enum Subscription: Sendable, Hashable {
        /// These topics (`topic`, `topics`).
        case topics([String])
        /// Every topic whose whole name matches a POSIX extended regular expression, also those that are created later
        /// (`topic_pattern`). Never a topic whose name begins with `__`.
        case pattern(String)

        /// What `rd_kafka_subscribe` takes: names, or one anchored expression.
        package var subscribedNames: [String] {
            switch self {
            case .topics(let names): names
            case .pattern(let pattern): [TopicPattern.anchored(pattern)]
            }
        }

        /// How messages name it.
        package var summary: String {
            switch self {
            case .topics(let names): names.joined(separator: ",")
            case .pattern(let pattern): "topics like \(pattern)"
            }
        }
    }
}
