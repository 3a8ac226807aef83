import CRdKafka
import Foundation

/// Creates, changes and deletes topics for tests, by librdkafka's admin API: milliseconds, where Kafka's own tools
/// start a JVM.
final class TopicAdmin: Sendable {
    private let handle: ClientHandle
    private let bootstrapServers: String

    init(bootstrapServers: String) throws(FixtureError) {
        self.bootstrapServers = bootstrapServers
        // A consumer's handle: a producer's questions about a topic would bring it into being.
        handle = try ClientHandle(RD_KAFKA_CONSUMER, properties: ["bootstrap.servers": bootstrapServers])
    }

    /// Creates a topic and waits until every partition has a leader.
    func createTopic(
        _ name: String, partitions: Int, replication: Int, configuration: [String: String]
    ) async throws {
        try await onOwnedThread { [self] in
            var text = [CChar](repeating: 0, count: 512)
            guard
                let topic = rd_kafka_NewTopic_new(
                    name, Int32(clamping: partitions), Int32(clamping: replication), &text, text.count)
            else { throw FixtureError(code: .broker, message: "\(name): \(ClientHandle.text(text)).") }
            defer { rd_kafka_NewTopic_destroy(topic) }
            for (key, value) in configuration { rd_kafka_NewTopic_set_config(topic, key, value) }
            var topics: [OpaquePointer?] = [topic]
            try perform("creating topic \(name)") { options, queue in
                rd_kafka_CreateTopics(handle.pointer, &topics, 1, options, queue)
            }
            try awaitMetadata(of: name, "it has \(partitions) partitions with leaders") { topic in
                guard let topic, topic.err == RD_KAFKA_RESP_ERR_NO_ERROR else { return false }
                let found = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
                return found.count == partitions && found.allSatisfy { $0.leader >= 0 }
            }
        }
    }

    /// Deletes a topic and waits until the brokers don't know it.
    func deleteTopic(_ name: String) async throws {
        try await onOwnedThread { [self] in
            guard let topic = rd_kafka_DeleteTopic_new(name) else { return }
            defer { rd_kafka_DeleteTopic_destroy(topic) }
            var topics: [OpaquePointer?] = [topic]
            try perform("deleting topic \(name)") { options, queue in
                rd_kafka_DeleteTopics(handle.pointer, &topics, 1, options, queue)
            }
            try awaitMetadata(of: name, "it is gone") { topic in
                topic.map { $0.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART } ?? true
            }
        }
    }

    /// Raises the number of partitions.
    func addPartitions(to name: String, total: Int) async throws {
        try await onOwnedThread { [self] in
            var text = [CChar](repeating: 0, count: 512)
            guard let partitions = rd_kafka_NewPartitions_new(name, total, &text, text.count) else {
                throw FixtureError(code: .broker, message: "Topic \(name): \(ClientHandle.text(text)).")
            }
            defer { rd_kafka_NewPartitions_destroy(partitions) }
            var requests: [OpaquePointer?] = [partitions]
            try perform("adding partitions to \(name)") { options, queue in
                rd_kafka_CreatePartitions(handle.pointer, &requests, 1, options, queue)
            }
            try awaitMetadata(of: name, "it has \(total) partitions with leaders") { topic in
                guard let topic else { return false }
                let found = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
                return found.count == total && found.allSatisfy { $0.leader >= 0 }
            }
        }
    }

    /// Moves a partition's low watermark.
    func deleteRecords(of name: String, partition: Int, before offset: Int64) async throws {
        try await onOwnedThread { [self] in
            let list = rd_kafka_topic_partition_list_new(1)
            defer { rd_kafka_topic_partition_list_destroy(list) }
            rd_kafka_topic_partition_list_add(list, name, Int32(clamping: partition)).pointee.offset = offset
            guard let records = rd_kafka_DeleteRecords_new(list) else { return }
            defer { rd_kafka_DeleteRecords_destroy(records) }
            var requests: [OpaquePointer?] = [records]
            try perform("deleting records of \(name)") { options, queue in
                rd_kafka_DeleteRecords(handle.pointer, &requests, 1, options, queue)
            }
        }
    }

    /// Adds an access rule: the user may do that with the topic or group, and who has no rule for it may do nothing.
    func allow(
        _ user: String, _ operation: rd_kafka_AclOperation_t, on kind: rd_kafka_ResourceType_t, _ name: String
    ) async throws {
        try await onOwnedThread { [self] in
            var text = [CChar](repeating: 0, count: 512)
            guard
                let rule = rd_kafka_AclBinding_new(
                    kind, name, RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:\(user)", "*", operation,
                    RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, &text, text.count)
            else { throw FixtureError(code: .broker, message: "Topic \(name): \(ClientHandle.text(text)).") }
            defer { rd_kafka_AclBinding_destroy(rule) }
            var rules: [OpaquePointer?] = [rule]
            try perform("allowing \(user) something on \(name)") { options, queue in
                rd_kafka_CreateAcls(handle.pointer, &rules, 1, options, queue)
            }
        }
    }

    /// What a group has committed, by partition.
    func committedOffsets(of group: String, topic name: String) async throws -> [Int: Int64] {
        try await onOwnedThread { [self] in
            let member = try ClientHandle(
                RD_KAFKA_CONSUMER, properties: ["bootstrap.servers": bootstrapServers, "group.id": group])
            let list = rd_kafka_topic_partition_list_new(8)
            defer { rd_kafka_topic_partition_list_destroy(list) }
            var count = 0
            try awaitMetadata(of: name, "it is known") { topic in
                count = Int(topic?.partition_cnt ?? 0)
                return count > 0
            }
            for partition in 0..<count { rd_kafka_topic_partition_list_add(list, name, Int32(clamping: partition)) }
            // A new broker is still electing the coordinator of a group that nobody asked for before.
            let passing: Set<rd_kafka_resp_err_t> = [
                RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            ]
            let deadline = Date(timeIntervalSinceNow: 20)
            var error = rd_kafka_committed(member.pointer, list, 20_000)
            while passing.contains(error), Date() < deadline {
                rd_kafka_consumer_poll(member.pointer, 100).map { rd_kafka_message_destroy($0) }
                error = rd_kafka_committed(member.pointer, list, 20_000)
            }
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let list else {
                throw FixtureError(
                    code: .broker,
                    message: "The offsets of group \(group) could not be read: \(ClientHandle.text(error)).")
            }
            var offsets: [Int: Int64] = [:]
            for entry in UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
            where entry.offset >= 0 {
                offsets[Int(entry.partition)] = entry.offset
            }
            return offsets
        }
    }

    /// One admin request: sent, awaited, its result's error thrown.
    private func perform(_ what: String, _ request: (OpaquePointer?, OpaquePointer?) -> Void) throws(FixtureError) {
        let queue = rd_kafka_queue_new(handle.pointer)
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(handle.pointer, RD_KAFKA_ADMIN_OP_ANY)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var text = [CChar](repeating: 0, count: 512)
        rd_kafka_AdminOptions_set_request_timeout(options, 30_000, &text, text.count)
        request(options, queue)
        guard let event = rd_kafka_queue_poll(queue, 40_000) else {
            throw FixtureError(code: .broker, message: "Kafka did not answer in time, \(what).")
        }
        defer { rd_kafka_event_destroy(event) }
        var failures: [String] = []
        let error = rd_kafka_event_error(event)
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { failures.append(ClientHandle.text(error)) }
        failures += Self.topicFailures(of: event) + Self.ruleFailures(of: event)
        guard failures.isEmpty else {
            throw FixtureError(code: .broker, message: "Kafka refused, \(what): \(failures.joined(separator: "; "))")
        }
    }

    private static func ruleFailures(of event: OpaquePointer) -> [String] {
        guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_CREATEACLS_RESULT else { return [] }
        var count = 0
        let results = rd_kafka_CreateAcls_result_acls(event, &count)
        return UnsafeBufferPointer(start: results, count: results == nil ? 0 : count).compactMap { result in
            guard let error = rd_kafka_acl_result_error(result) else { return nil }
            return String(cString: rd_kafka_error_string(error))
        }
    }

    private static func topicFailures(of event: OpaquePointer) -> [String] {
        var count = 0
        let results: UnsafeMutablePointer<OpaquePointer?>? =
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_CREATETOPICS_RESULT: rd_kafka_CreateTopics_result_topics(event, &count)
            case RD_KAFKA_EVENT_DELETETOPICS_RESULT: rd_kafka_DeleteTopics_result_topics(event, &count)
            case RD_KAFKA_EVENT_CREATEPARTITIONS_RESULT: rd_kafka_CreatePartitions_result_topics(event, &count)
            default: nil
            }
        return UnsafeBufferPointer(start: results, count: results == nil ? 0 : count).compactMap { result in
            let error = rd_kafka_topic_result_error(result)
            guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
            return rd_kafka_topic_result_error_string(result).map { String(cString: $0) } ?? ClientHandle.text(error)
        }
    }

    /// Asks for a topic's metadata until it is as expected; every question is a round trip to the broker.
    private func awaitMetadata(
        of name: String, _ expectation: String, _ fits: (rd_kafka_metadata_topic_t?) -> Bool
    ) throws(FixtureError) {
        guard let topic = rd_kafka_topic_new(handle.pointer, name, nil) else { return }
        defer { rd_kafka_topic_destroy(topic) }
        let deadline = Date(timeIntervalSinceNow: 120)
        while Date() < deadline {
            var metadata: UnsafePointer<rd_kafka_metadata>?
            if rd_kafka_metadata(handle.pointer, 0, topic, &metadata, 5000) == RD_KAFKA_RESP_ERR_NO_ERROR,
                let found = metadata
            {
                defer { rd_kafka_metadata_destroy(found) }
                let first = found.pointee.topic_cnt > 0 ? found.pointee.topics.pointee : nil
                if fits(first) { return }
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw FixtureError(code: .broker, message: "Topic \(name): 120 s went by before \(expectation).")
    }
}
