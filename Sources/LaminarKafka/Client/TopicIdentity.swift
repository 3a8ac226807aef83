internal import CRdKafka

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A topic's id, which a topic of the same name that is made later doesn't have; asked of the broker, where the librdkafka
/// that is loaded can (2.3 and later).
///
/// Looked up at run time, since the headers that this is compiled with may be older than the library, and the other way
/// round. Blocking.
enum TopicIdentity {
    private typealias CollectionOfNames =
        @Sendable @convention(c) (UnsafeMutablePointer<UnsafePointer<CChar>?>?, Int) -> OpaquePointer?
    private typealias Describe =
        @Sendable @convention(c) (OpaquePointer?, OpaquePointer?, OpaquePointer?, OpaquePointer?) -> Void
    private typealias Part = @Sendable @convention(c) (OpaquePointer?) -> OpaquePointer?
    private typealias Text = @Sendable @convention(c) (OpaquePointer?) -> UnsafePointer<CChar>?
    private typealias Descriptions =
        @Sendable @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int>?) -> UnsafeMutablePointer<OpaquePointer?>?
    private typealias Destroy = @Sendable @convention(c) (OpaquePointer?) -> Void
    private typealias LeaderEpoch = @Sendable @convention(c) (UnsafePointer<rd_kafka_message_t>?) -> Int32
    private typealias SetLeaderEpoch =
        @Sendable @convention(c) (UnsafeMutablePointer<rd_kafka_topic_partition_t>?, Int32) -> Void

    /// A function of whatever is loaded into this process.
    private static func symbol(_ name: String) -> UnsafeMutableRawPointer? {
        #if canImport(Darwin)
            dlsym(UnsafeMutableRawPointer(bitPattern: -2), name)
        #else
            dlsym(nil, name)
        #endif
    }

    private struct Functions: Sendable {
        let namesToCollection: CollectionOfNames
        let destroyCollection: Destroy
        let describe: Describe
        let result: Part
        let descriptions: Descriptions
        let name: Text
        let failure: Part
        let id: Part
        let idText: Text
    }

    private static let functions: Functions? = {
        func find<Function>(_ name: String, as type: Function.Type) -> Function? {
            symbol(name).map { unsafeBitCast($0, to: type) }
        }
        guard let namesToCollection = find("rd_kafka_TopicCollection_of_topic_names", as: CollectionOfNames.self),
            let destroyCollection = find("rd_kafka_TopicCollection_destroy", as: Destroy.self),
            let describe = find("rd_kafka_DescribeTopics", as: Describe.self),
            let result = find("rd_kafka_event_DescribeTopics_result", as: Part.self),
            let descriptions = find("rd_kafka_DescribeTopics_result_topics", as: Descriptions.self),
            let name = find("rd_kafka_TopicDescription_name", as: Text.self),
            let failure = find("rd_kafka_TopicDescription_error", as: Part.self),
            let id = find("rd_kafka_TopicDescription_topic_id", as: Part.self),
            let idText = find("rd_kafka_Uuid_base64str", as: Text.self)
        else { return nil }
        return Functions(
            namesToCollection: namesToCollection, destroyCollection: destroyCollection, describe: describe,
            result: result, descriptions: descriptions, name: name, failure: failure, id: id, idText: idText)
    }()

    private static let leaderEpoch: LeaderEpoch? =
        symbol("rd_kafka_message_leader_epoch").map { unsafeBitCast($0, to: LeaderEpoch.self) }

    private static let setLeaderEpoch: SetLeaderEpoch? =
        symbol("rd_kafka_topic_partition_set_leader_epoch").map { unsafeBitCast($0, to: SetLeaderEpoch.self) }

    /// The ids of those topics that have one; empty where the library, the broker or the user's rights don't tell.
    static func ids(of topics: Set<String>, client: OpaquePointer, timeout: Int32) -> [String: String] {
        guard let functions, !topics.isEmpty else { return [:] }
        var names: [UnsafePointer<CChar>?] = topics.map { UnsafePointer(strdup($0)) }
        defer { for name in names { free(UnsafeMutablePointer(mutating: name)) } }
        let collection = functions.namesToCollection(&names, names.count)
        defer { functions.destroyCollection(collection) }
        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_ANY)
        defer { rd_kafka_AdminOptions_destroy(options) }
        rd_kafka_AdminOptions_set_request_timeout(options, timeout, nil, 0)
        functions.describe(client, collection, options, queue)
        guard let event = rd_kafka_queue_poll(queue, timeout) else { return [:] }
        defer { rd_kafka_event_destroy(event) }
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR, let result = functions.result(event) else {
            return [:]
        }
        var count = 0
        let found = functions.descriptions(result, &count)
        var ids: [String: String] = [:]
        for description in UnsafeBufferPointer(start: found, count: found == nil ? 0 : count) {
            let failed = functions.failure(description).map { rd_kafka_error_code($0) } ?? RD_KAFKA_RESP_ERR_NO_ERROR
            guard failed == RD_KAFKA_RESP_ERR_NO_ERROR, let name = functions.name(description),
                let id = functions.id(description), let text = functions.idText(id)
            else { continue }
            let shown = String(cString: text)
            // All zero from brokers before 2.8.
            if !shown.isEmpty, shown.contains(where: { $0 != "A" && $0 != "=" }) { ids[String(cString: name)] = shown }
        }
        return ids
    }

    /// The leader epoch under which a record was written; nil where the library (before 2.1) or the record doesn't tell.
    static func leaderEpoch(of message: MessagePointer) -> Int32? {
        guard let leaderEpoch, case let epoch = leaderEpoch(message), epoch >= 0 else { return nil }
        return epoch
    }

    /// Says under which leader epoch the record before a position was written. librdkafka 2.1 and later then asks the broker,
    /// at a seek and when the partition's leader changes, whether its log still has that record; older ones aren't told.
    static func setLeaderEpoch(_ epoch: Int32, of element: UnsafeMutablePointer<rd_kafka_topic_partition_t>) {
        if epoch >= 0 { setLeaderEpoch?(element, epoch) }
    }
}
