internal import CRdKafka

/// Listing and describing groups.
extension AdminClient {
    /// The ids and states of all groups that this user may see.
    func listGroups(_ call: AdminCall) throws(KafkaError) -> (
        groups: [(id: String, state: ConsumerGroup.State)], problems: [KafkaError]
    ) {
        let what = "Listing the consumer groups"
        var groups: [(id: String, state: ConsumerGroup.State)] = []
        var problems: [KafkaError] = []
        var failure: KafkaError?
        try ask(
            what, call, send: { _, options, queue in rd_kafka_ListConsumerGroups(client, options, queue) },
            receive: { _, event in
                failure = Self.error(of: event, what)
                guard failure == nil, let result = rd_kafka_event_ListConsumerGroups_result(event) else {
                    return rd_kafka_event_error(event)
                }
                var count = 0
                let valid = rd_kafka_ListConsumerGroups_result_valid(result, &count)
                groups = Self.elements(valid, count).map { listing in
                    (
                        Self.text(rd_kafka_ConsumerGroupListing_group_id(listing)) ?? "",
                        Self.state(rd_kafka_ConsumerGroupListing_state(listing))
                    )
                }
                let errors = Self.elements(rd_kafka_ListConsumerGroups_result_errors(result, &count), count)
                problems = errors.map { KafkaError(admin: $0, what) }
                return errors.first.map { rd_kafka_error_code($0) }
            })
        if let failure { throw failure }
        if groups.isEmpty, let problem = problems.first { throw problem }
        return (groups.sorted { $0.id < $1.id }, problems)
    }

    /// Groups with their members; of one that doesn't exist the state is `Dead`.
    func describeGroups(_ ids: [String], _ call: AdminCall) throws(KafkaError) -> [Result<ConsumerGroup, KafkaError>] {
        let ids = Set(ids).sorted()
        guard !ids.isEmpty else { return [] }
        let what = "Describing consumer groups"
        var found: [String: Result<ConsumerGroup, KafkaError>] = [:]
        var failure: KafkaError?
        try ask(
            what, call,
            send: { _, options, queue in
                // Only those whose coordinators haven't told yet.
                let names = CStrings(ids.filter { (try? found[$0]?.get()) == nil })
                names.withPointers { rd_kafka_DescribeConsumerGroups(client, $0, names.count, options, queue) }
            },
            receive: { _, event in
                failure = Self.error(of: event, what)
                guard failure == nil, let result = rd_kafka_event_DescribeConsumerGroups_result(event) else {
                    return rd_kafka_event_error(event)
                }
                var count = 0
                var passing: rd_kafka_resp_err_t?
                for group in Self.elements(rd_kafka_DescribeConsumerGroups_result_groups(result, &count), count) {
                    found[Self.text(rd_kafka_ConsumerGroupDescription_group_id(group)) ?? ""] = Self.describe(group)
                    let error = rd_kafka_ConsumerGroupDescription_error(group).map { rd_kafka_error_code($0) }
                    if let error, Self.passing.contains(error) { passing = error }
                }
                return passing
            })
        if let failure, found.isEmpty { throw failure }
        return ids.compactMap { found[$0] } + (failure.map { [.failure($0)] } ?? [])
    }

    private static func describe(_ group: OpaquePointer) -> Result<ConsumerGroup, KafkaError> {
        let id = text(rd_kafka_ConsumerGroupDescription_group_id(group)) ?? ""
        if let error = rd_kafka_ConsumerGroupDescription_error(group),
            rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR
        {
            return .failure(.ofGroup(id, rd_kafka_error_code(error), "Describing group \(id)", right: "Describe"))
        }
        let members = (0..<rd_kafka_ConsumerGroupDescription_member_count(group)).compactMap { index in
            rd_kafka_ConsumerGroupDescription_member(group, index).map(member)
        }
        let assignor = text(rd_kafka_ConsumerGroupDescription_partition_assignor(group))
        return .success(
            ConsumerGroup(
                id: id, state: state(rd_kafka_ConsumerGroupDescription_state(group)), assignor: assignor,
                coordinator: rd_kafka_ConsumerGroupDescription_coordinator(group).flatMap(node), members: members))
    }

    private static func member(_ member: OpaquePointer) -> ConsumerGroup.Member {
        let assignment = rd_kafka_MemberDescription_assignment(member)
        let list = assignment.flatMap { rd_kafka_MemberAssignment_partitions($0) }
        return ConsumerGroup.Member(
            id: text(rd_kafka_MemberDescription_consumer_id(member)) ?? "",
            clientID: text(rd_kafka_MemberDescription_client_id(member)) ?? "",
            instanceID: text(rd_kafka_MemberDescription_group_instance_id(member)),
            host: (text(rd_kafka_MemberDescription_host(member)) ?? "").withoutSlash,
            partitions: list.map { UnsafeMutablePointer(mutating: $0).entries.map(\.partition).sorted() } ?? [])
    }

    private static func node(_ node: OpaquePointer) -> KafkaBroker? {
        let id = rd_kafka_Node_id(node)
        guard id >= 0, let host = rd_kafka_Node_host(node) else { return nil }
        return KafkaBroker(
            id: id, host: String(cString: host), port: Int32(rd_kafka_Node_port(node)), rack: nil, isController: nil)
    }

    private static func state(_ state: rd_kafka_consumer_group_state_t) -> ConsumerGroup.State {
        ConsumerGroup.State(String(cString: rd_kafka_consumer_group_state_name(state)))
    }

    // MARK: C

    /// nil for null and for an empty text, which is how Kafka says nothing.
    static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        pointer.flatMap { $0.pointee == 0 ? nil : String(cString: $0) }
    }

    static func elements(_ start: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int) -> [OpaquePointer] {
        UnsafeBufferPointer(start: start, count: start == nil ? 0 : count).compactMap { $0 }
    }

    /// The error of a whole request; nil where there is none.
    static func error(of event: OpaquePointer, _ what: String) -> KafkaError? {
        let response = rd_kafka_event_error(event)
        guard response != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(response, what, detail: text(rd_kafka_event_error_string(event)))
    }
}

extension String {
    /// Java's `/192.0.2.1`, without the slash before an address that has no name.
    fileprivate var withoutSlash: String { hasPrefix("/") ? String(dropFirst()) : self }
}

extension KafkaError {
    /// An error object of librdkafka's.
    init(admin error: OpaquePointer, _ what: String) {
        self.init(rd_kafka_error_code(error), what, detail: AdminClient.text(rd_kafka_error_string(error)))
    }

    /// What a group's coordinator refuses, with the right that is missing where one is.
    static func ofGroup(
        _ group: String, _ response: rd_kafka_resp_err_t, _ what: String, right: String
    ) -> KafkaError {
        switch response {
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
            KafkaError(
                code: .authorization, message: "\(what): this user may not; allow \(right) on group \(group).",
                clientCode: response.rawValue)
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            KafkaError(
                code: .authorization, message: "\(what): this user may not; allow \(right) on its topics too.",
                clientCode: response.rawValue)
        case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP,
            RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
            KafkaError(
                code: .activeGroup,
                message: "\(what): the group has members, who would overwrite it; stop them first.",
                clientCode: response.rawValue)
        default: KafkaError(response, what)
        }
    }
}
