internal import CRdKafka

/// Topics and leaders as the brokers tell them; every call blocks.
enum ClusterMetadata {
    /// A topic's partitions with the broker that leads each (-1 where none does).
    ///
    /// - Throws: ``KafkaError`` with code `unknownTopic` where there is no such topic.
    static func partitions(
        of topic: String, client: OpaquePointer, timeout: Int32
    ) throws(KafkaError) -> [(partition: Int32, leader: Int32)] {
        guard let handle = rd_kafka_topic_new(client, topic, nil) else {
            throw KafkaError(rd_kafka_last_error(), "Topic \(topic)")
        }
        defer { rd_kafka_topic_destroy(handle) }
        var result: UnsafePointer<rd_kafka_metadata>?
        let response = rd_kafka_metadata(client, 0, handle, &result, timeout)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR, let result else {
            throw KafkaError(response, "Asking for the partitions of topic \(topic)")
        }
        defer { rd_kafka_metadata_destroy(result) }
        guard result.pointee.topic_cnt == 1 else {
            throw KafkaError(code: .unknownTopic, message: "Topic \(topic) doesn't exist.")
        }
        let found = result.pointee.topics[0]
        guard found.err == RD_KAFKA_RESP_ERR_NO_ERROR else { throw .unknownTopic(topic, found.err) }
        return (0..<Int(found.partition_cnt)).map { (found.partitions[$0].id, found.partitions[$0].leader) }
            .sorted { $0.0 < $1.0 }
    }

    /// One of the partitions for each broker that leads any of them; a topic that doesn't answer leaves its own out.
    static func leaders(
        of partitions: Set<TopicPartition>, client: OpaquePointer, timeout: Int32
    ) -> [Int32: TopicPartition] {
        var byLeader: [Int32: TopicPartition] = [:]
        for (topic, wanted) in Dictionary(grouping: partitions, by: \.topic) {
            let wanted = Set(wanted.map(\.partition))
            let found = try? Self.partitions(of: topic, client: client, timeout: timeout)
            for (partition, leader) in found ?? [] where wanted.contains(partition) && leader >= 0 {
                byLeader[leader] = TopicPartition(topic, partition)
            }
        }
        return byLeader
    }

    /// Names of all topics whose name matches; for reading without a group.
    static func topics(client: OpaquePointer, timeout: Int32) throws(KafkaError) -> [String] {
        var result: UnsafePointer<rd_kafka_metadata>?
        let response = rd_kafka_metadata(client, 1, nil, &result, timeout)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR, let result else {
            throw KafkaError(response, "Asking for the topics")
        }
        defer { rd_kafka_metadata_destroy(result) }
        return (0..<Int(result.pointee.topic_cnt)).map { String(cString: result.pointee.topics[$0].topic) }.sorted()
    }
}

extension KafkaError {
    /// A topic that can't be read, with what to do about it.
    static func unknownTopic(_ topic: String, _ response: rd_kafka_resp_err_t) -> KafkaError {
        switch Code(response) {
        case .unknownTopic:
            KafkaError(
                code: .unknownTopic,
                message: "Topic \(topic) doesn't exist, or this user may not see it: create it, or correct the name.",
                clientCode: response.rawValue)
        case .authorization:
            KafkaError(
                code: .authorization,
                message: "This user may not read topic \(topic): allow Read and Describe on it.",
                clientCode: response.rawValue)
        default: KafkaError(response, "Topic \(topic)")
        }
    }
}
