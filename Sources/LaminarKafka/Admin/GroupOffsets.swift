internal import CRdKafka

/// A group's committed offsets, read and changed from outside.
extension AdminClient {
    /// What each group has committed; all are asked at once. A group that was never heard of has committed nothing.
    ///
    /// - Parameter areStable: waits for open transactions, and takes a partition's error for the group's.
    func committedOffsets(
        of groups: [String], areStable: Bool = false, _ call: AdminCall
    ) throws(KafkaError) -> [String: Result<[TopicPartition: CommittedOffset], KafkaError>] {
        let groups = Set(groups).sorted()
        guard !groups.isEmpty else { return [:] }
        var found: [String: Result<[TopicPartition: CommittedOffset], KafkaError>] = [:]
        try ask(
            "Reading committed offsets", requests: groups.count, call,
            send: { number, options, queue in
                var request: OpaquePointer? = rd_kafka_ListConsumerGroupOffsets_new(groups[number], nil)
                defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
                if areStable { rd_kafka_error_destroy(rd_kafka_AdminOptions_set_require_stable_offsets(options, 1)) }
                rd_kafka_ListConsumerGroupOffsets(client, &request, 1, options, queue)
            },
            receive: { number, event in
                let outcome = Self.offsets(of: groups[number], in: event, isComplete: areStable)
                found[groups[number]] = outcome
                return outcome.response
            })
        return found
    }

    private static func offsets(
        of group: String, in event: OpaquePointer, isComplete: Bool
    ) -> Result<[TopicPartition: CommittedOffset], KafkaError> {
        let what = "Reading the committed offsets of group \(group)"
        let response = rd_kafka_event_error(event)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR,
            let result = rd_kafka_event_ListConsumerGroupOffsets_result(event)
        else { return .failure(.ofGroup(group, response, what, right: "Describe")) }
        var count = 0
        let results = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count)
        guard let first = elements(results, count).first else { return .success([:]) }
        if let error = rd_kafka_group_result_error(first), rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR {
            return .failure(.ofGroup(group, rd_kafka_error_code(error), what, right: "Describe"))
        }
        var offsets: [TopicPartition: CommittedOffset] = [:]
        let entries = entries(of: first)
        if isComplete, let failed = entries.first(where: { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }) {
            return .failure(.ofGroup(group, failed.error, what, right: "Describe"))
        }
        for entry in entries where entry.offset >= 0 && entry.error == RD_KAFKA_RESP_ERR_NO_ERROR {
            let metadata = entry.metadata.flatMap { $0.isEmpty ? nil : $0 }
            offsets[entry.partition] = CommittedOffset(entry.offset, metadata: metadata)
        }
        return .success(offsets)
    }

    /// Commits for a group that nobody is in.
    ///
    /// - Throws: ``KafkaError`` with code `activeGroup` or `authorization`, or what the coordinator says. Where one of
    ///   several partitions is refused, the others may have been taken.
    func alterOffsets(
        of group: String, to offsets: [TopicPartition: CommittedOffset], _ call: AdminCall
    ) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let what = "Changing the offsets of group \(group)"
        let list = PartitionList(capacity: offsets.count)
        for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
            list.add(partition, offset: offset.offset, metadata: offset.metadata)
        }
        let pointer = list.list
        var failure: KafkaError?
        try ask(
            what, call,
            send: { _, options, queue in
                var request: OpaquePointer? = rd_kafka_AlterConsumerGroupOffsets_new(group, pointer)
                defer { rd_kafka_AlterConsumerGroupOffsets_destroy(request) }
                rd_kafka_AlterConsumerGroupOffsets(client, &request, 1, options, queue)
            },
            receive: { _, event in
                failure = Self.refusal(of: group, in: event, what)
                return failure?.clientCode.map { rd_kafka_resp_err_t(rawValue: $0) }
            })
        withExtendedLifetime(list) {}
        if let failure { throw failure }
    }

    private static func refusal(of group: String, in event: OpaquePointer, _ what: String) -> KafkaError? {
        let response = rd_kafka_event_error(event)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else { return .ofGroup(group, response, what, right: "Read") }
        guard let result = rd_kafka_event_AlterConsumerGroupOffsets_result(event) else { return nil }
        var count = 0
        let results = rd_kafka_AlterConsumerGroupOffsets_result_groups(result, &count)
        for element in elements(results, count) {
            if let error = rd_kafka_group_result_error(element),
                rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR
            {
                return .ofGroup(group, rd_kafka_error_code(error), what, right: "Read")
            }
            for entry in entries(of: element) where entry.error != RD_KAFKA_RESP_ERR_NO_ERROR {
                return .ofGroup(group, entry.error, "\(what) for \(entry.partition)", right: "Read")
            }
        }
        return nil
    }

    private static func entries(of result: OpaquePointer) -> [PartitionList.Entry] {
        rd_kafka_group_result_partitions(result).map { UnsafeMutablePointer(mutating: $0).entries } ?? []
    }
}

extension Result where Failure == KafkaError {
    /// librdkafka's code of a failure.
    fileprivate var response: rd_kafka_resp_err_t? {
        guard case .failure(let error) = self else { return nil }
        return error.clientCode.map { rd_kafka_resp_err_t(rawValue: $0) }
    }
}
