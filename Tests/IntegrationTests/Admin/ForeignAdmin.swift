import Foundation
import LaminarTesting

/// What confluent-kafka's AdminClient tells, to compare with.
enum ForeignAdmin {
    struct Group: Decodable, Equatable {
        var state: String
        var assignor: String
        var coordinator: Int
        /// By client id: host and partitions.
        var members: [String: Member]
        var offsets: [String: Int64]

        struct Member: Decodable, Equatable {
            var host: String
            var partitions: [Int]
        }
    }

    /// A group, its members and its committed offsets by partition.
    static func group(_ id: String, on kafka: KafkaFixture) async throws -> Group {
        let script = """
            import json, sys
            from confluent_kafka import ConsumerGroupTopicPartitions
            from confluent_kafka.admin import AdminClient
            admin = AdminClient({"bootstrap.servers": sys.argv[1]})
            group = admin.describe_consumer_groups([sys.argv[2]])[sys.argv[2]].result()
            asked = [ConsumerGroupTopicPartitions(sys.argv[2])]
            offsets = admin.list_consumer_group_offsets(asked)[sys.argv[2]].result().topic_partitions
            words = {"PREPARING_REBALANCING": "PreparingRebalance", "COMPLETING_REBALANCING": "CompletingRebalance"}
            print(json.dumps({
                "state": words.get(group.state.name, group.state.name.capitalize()),
                "assignor": group.partition_assignor, "coordinator": group.coordinator.id,
                "members": {m.client_id: {
                    "host": m.host.lstrip("/"),
                    "partitions": sorted(p.partition for p in m.assignment.topic_partitions)} for m in group.members},
                "offsets": {str(p.partition): p.offset for p in offsets if p.offset >= 0}}))
            """
        let output = try await Peers.python(script, [kafka.bootstrapServers, id]).success().output
        return try JSONDecoder().decode(Group.self, from: Data(output.utf8))
    }

    /// First offsets and ends of a topic's partitions, by a consumer's questions.
    static func ends(of topic: String, partitions: Int, on kafka: KafkaFixture) async throws -> [Int: [Int64]] {
        let script = """
            import json, sys
            from confluent_kafka import Consumer, TopicPartition
            consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "nobody"})
            print(json.dumps({p: consumer.get_watermark_offsets(TopicPartition(sys.argv[2], p), timeout=30)
                for p in range(int(sys.argv[3]))}))
            """
        let output = try await Peers.python(script, [kafka.bootstrapServers, topic, "\(partitions)"]).success().output
        return try JSONDecoder().decode([Int: [Int64]].self, from: Data(output.utf8))
    }
}
