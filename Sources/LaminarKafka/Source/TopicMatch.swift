internal import CRdKafka

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which topics a subscription names now, for reading without a group.
enum TopicMatch {
    static func topics(
        _ subscription: KafkaSourceConfiguration.Subscription, client: OpaquePointer
    ) throws(KafkaError) -> [String] {
        switch subscription {
        case .topics(let names): return names
        case .pattern:
            let pattern = subscription.subscribedNames.first ?? ""
            let all = try ClusterMetadata.topics(client: client, timeout: 10_000)
            return all.filter { !$0.hasPrefix("__") && matches($0, pattern) }
        }
    }

    /// POSIX extended, as librdkafka reads it.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        var expression = regex_t()
        guard regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { return false }
        defer { regfree(&expression) }
        return regexec(&expression, name, 0, nil, 0) == 0
    }
}
