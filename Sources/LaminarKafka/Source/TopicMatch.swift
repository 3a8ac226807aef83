internal import CRdKafka

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which topics a subscription names, where librdkafka isn't asked to subscribe.
enum TopicMatch {
    /// Those that the brokers have now, for reading without a group.
    ///
    /// - Parameter excluded: `topic.blacklist`. For librdkafka these topics aren't there, so that it would wait for them for
    ///   ever.
    /// - Throws: ``KafkaError`` with code `unknownTopic` for a topic that is named and excluded.
    static func topics(
        _ subscription: KafkaSourceConfiguration.Subscription, excluded: String?, client: OpaquePointer
    ) throws(KafkaError) -> [String] {
        switch subscription {
        case .topics(let names):
            let excluded = expressions(excluded)
            for name in names where excluded.contains(where: { matches(name, $0) }) {
                throw .unknownTopic(name, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
            }
            return names
        case .pattern:
            let all = try ClusterMetadata.topics(client: client, timeout: 10_000)
            return matching(all, subscription.subscribedNames.first ?? "", excluded: excluded)
        }
    }

    /// Those of the names that a pattern means: no internal ones, and none that is excluded.
    ///
    /// - Parameter excluded: expressions as `topic.blacklist` has them.
    static func matching(_ names: [String], _ pattern: String, excluded: String?) -> [String] {
        let excluded = expressions(excluded)
        return names.filter { name in
            !name.hasPrefix("__") && matches(name, pattern) && !excluded.contains { matches(name, $0) }
        }
    }

    /// The parts of a list, in which a comma that belongs to an expression has a backslash before it.
    private static func expressions(_ list: String?) -> [String] {
        var parts: [String] = []
        for piece in (list ?? "").split(separator: ",", omittingEmptySubsequences: false) {
            if let last = parts.last, last.hasSuffix("\\") {
                parts[parts.count - 1] = last.dropLast() + "," + piece
            } else {
                parts.append(String(piece))
            }
        }
        return parts.filter { !$0.isEmpty }
    }

    /// POSIX extended, as librdkafka reads it.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        var expression = regex_t()
        guard regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { return false }
        defer { regfree(&expression) }
        return regexec(&expression, name, 0, nil, 0) == 0
    }
}

extension KafkaSourceConfiguration {
    /// Those of a cluster's topics that this reads, or all that it names by name.
    func topics(among names: [String]) -> [String] {
        switch subscription {
        case .topics(let topics): topics
        case .pattern:
            TopicMatch.matching(
                names, subscription.subscribedNames.first ?? "", excluded: properties["topic.blacklist"])
        }
    }
}
