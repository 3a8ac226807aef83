import CRdKafka
import Testing

@testable import LaminarKafka

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("A list of positions for librdkafka") struct PartitionListTests {
    private typealias LeaderEpoch =
        @convention(c) (UnsafePointer<rd_kafka_topic_partition_t>?) -> Int32

    private let partition = TopicPartition("t", 3)

    @Test("holds offset and metadata") func offset() {
        let list = PartitionList([partition: 7]) { topic in "of \(topic)" }
        let entry = list.entries.first
        #expect(list.entries.count == 1)
        #expect(entry?.partition == partition && entry?.offset == 7 && entry?.metadata == "of t")
    }

    @Test(
        "holds the leader epoch where the loaded librdkafka has a place for it, and none that isn't one",
        arguments: [5, 0, -1, nil] as [Int32?])
    func leaderEpoch(epoch: Int32?) {
        let list = PartitionList([partition: 7], leaderEpochs: epoch.map { [partition: $0] } ?? [:])
        #expect(list.entries.first?.offset == 7)
        #if canImport(Darwin)
            let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: -2), "rd_kafka_topic_partition_get_leader_epoch")
        #else
            let symbol = dlsym(nil, "rd_kafka_topic_partition_get_leader_epoch")
        #endif
        #expect((symbol != nil) == (rd_kafka_version() >= 0x0201_0000))
        guard let symbol else { return }
        let read = unsafeBitCast(symbol, to: LeaderEpoch.self)
        #expect(read(&list.list.pointee.elems[0]) == max(epoch ?? -1, -1))
    }
}
