internal import CRdKafka

// Partitions that wait for something outside while the others go on.
extension MemberLoop {
    /// Answers what the decode stage has asked for.
    func serveSuspensions() {
        for request in member.suspensions.take() {
            switch request {
            case .suspend(let partition, let epoch): suspend(partition, epoch)
            case .resume(let partition, let epoch, let offset): resume(partition, epoch, at: offset)
            }
        }
    }

    private func suspend(_ partition: TopicPartition, _ epoch: Int) {
        guard member.progress.isCurrent(partition, epoch: epoch) else { return }
        pause([partition])
        suspended.insert(partition)
    }

    /// Fetches nothing more of these.
    func pause(_ partitions: Set<TopicPartition>) {
        for partition in partitions {
            guard let client = client(of: partition) else { continue }
            let list = PartitionList([partition])
            rd_kafka_pause_partitions(client, list.list)
        }
    }

    private func resume(_ partition: TopicPartition, _ epoch: Int, at offset: Int64) {
        guard !isLeaving, member.progress.isCurrent(partition, epoch: epoch) else { return }
        // What was taken before the pause is withheld still; behind this nothing is.
        flushLanes()
        outlet.resumed(partition, epoch: epoch, of: member)
        // In this order: librdkafka goes on behind what it handed out last, and the seek overrules that.
        unpause([partition])
        do throws(KafkaError) { try seek([partition: offset]) } catch { failure = failure ?? error }
    }

    /// Fetches partitions again that waited.
    func unpause(_ partitions: Set<TopicPartition>) {
        for partition in suspended.intersection(partitions) {
            suspended.remove(partition)
            guard let client = client(of: partition) else { continue }
            let list = PartitionList([partition])
            rd_kafka_resume_partitions(client, list.list)
        }
    }

    /// The client that reads a partition.
    private func client(of partition: TopicPartition) -> OpaquePointer? {
        second?.partitions.contains(partition) == true ? second?.fetcher.handle.client : handle?.client
    }
}
