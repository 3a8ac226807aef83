internal import LaminarFormats
internal import LaminarKafka

extension KafkaCommand {
    func topics(_ laminar: Laminar) async throws {
        let all = invocation.has("--internal")
        let topics = try await laminar.admin(connection).topics().filter { all || !$0.name.hasPrefix("__") }
        try show(
            [
                ("topic", .text), ("partitions", .int), ("replicas", .int), ("under_replicated", .int),
                ("leaderless", .int),
            ],
            topics.map { topic in
                [
                    .text(topic.name), .init(counting: topic.partitions.count), .init(counting: topic.replication),
                    .init(counting: topic.underReplicated), .init(counting: topic.leaderless),
                ]
            })
    }
}
