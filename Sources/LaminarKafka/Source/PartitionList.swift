internal import CRdKafka

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Owner of a C list of partitions with offsets.
struct PartitionList: ~Copyable {
    let list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int) {
        list = rd_kafka_topic_partition_list_new(Int32(clamping: capacity))
    }

    init(_ partitions: some Collection<TopicPartition>) {
        self.init(capacity: partitions.count)
        for partition in partitions { add(partition) }
    }

    /// - Parameter leaderEpochs: those under which the records before the positions were written, where they are known.
    init(
        _ positions: [TopicPartition: Int64], leaderEpochs: [TopicPartition: Int32] = [:],
        metadata: (String) -> String? = { _ in nil }
    ) {
        self.init(capacity: positions.count)
        for (partition, offset) in positions {
            add(
                partition, offset: offset, leaderEpoch: leaderEpochs[partition], metadata: metadata(partition.topic))
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(list) }

    func add(
        _ partition: TopicPartition, offset: Int64 = Int64(RD_KAFKA_OFFSET_INVALID), leaderEpoch: Int32? = nil,
        metadata: String? = nil
    ) {
        guard let element = rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition) else {
            return
        }
        element.pointee.offset = offset
        if let leaderEpoch { TopicIdentity.setLeaderEpoch(leaderEpoch, of: element) }
        if let metadata {
            // librdkafka frees it with the list.
            element.pointee.metadata = UnsafeMutableRawPointer(strdup(metadata))
            element.pointee.metadata_size = metadata.utf8.count
        }
    }

    var entries: [Entry] { list.entries }

    struct Entry {
        let partition: TopicPartition
        let offset: Int64
        let error: rd_kafka_resp_err_t
        let metadata: String?
    }
}

extension UnsafeMutablePointer where Pointee == rd_kafka_topic_partition_list_t {
    /// The list's elements, copied.
    var entries: [PartitionList.Entry] {
        (0..<Int(pointee.cnt)).map { index in
            let element = pointee.elems[index]
            let metadata = element.metadata.map { pointer in
                String(
                    decoding: UnsafeRawBufferPointer(start: pointer, count: element.metadata_size), as: UTF8.self)
            }
            return PartitionList.Entry(
                partition: TopicPartition(String(cString: element.topic), element.partition),
                offset: element.offset, error: element.err, metadata: metadata)
        }
    }

    var partitions: Set<TopicPartition> { Set(entries.map(\.partition)) }
}
