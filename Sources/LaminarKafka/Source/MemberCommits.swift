internal import CRdKafka

// Commits: on the timer, when asked, and before partitions are given back.
extension MemberLoop {
    func commitIfDue() {
        guard isInGroup else { return }
        let asked = member.takeCommitRequest()
        let isDue = commitInterval != nil && ContinuousClock.now >= nextCommit
        guard asked || isDue else { return }
        guard !commitInFlight, !joinWindow.isOpen else {
            // At the latest when the rebalance is over or the broker has answered.
            if asked { member.requestCommit() }
            nextCommit = .now + .milliseconds(50)
            return
        }
        nextCommit = .now + (commitInterval ?? .zero)
        let positions = member.progress.uncommitted()
        guard !positions.isEmpty else { return }
        let mark = CommitMark(plan, positions)
        do throws(KafkaError) { try commit(positions, wait: false) } catch { return mark.end(error) }
        commitInFlight = true
        commitMark = mark
    }

    func commitNow(_ partitions: Set<TopicPartition>) {
        guard isInGroup, commitInterval != nil || member.takeCommitRequest() else { return }
        let positions = member.progress.uncommitted(partitions)
        guard !positions.isEmpty else { return }
        let mark = CommitMark(plan, positions)
        do throws(KafkaError) {
            try commit(positions, wait: true)
            mark.end(nil)
            member.progress.noteCommitted(positions)
            outlet.note(.committed(positions))
        } catch {
            mark.end(error)
            // The next owner reads these again: at-least-once, and worth knowing.
            outlet.note(SourceEvent.trouble(error))
        }
    }

    func commit(_ positions: [TopicPartition: Int64], wait: Bool) throws(KafkaError) {
        guard let client = handle?.client else { return }
        let list = PartitionList(positions) { [firstCounts] topic in
            StartPositions.metadata(firstCounts[topic])
        }
        let response = wait ? Self.commitNow(client, list.list) : rd_kafka_commit(client, list.list, 1)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(response, "Committing offsets of group \(plan.group)")
        }
    }

    /// A commit that is waited for, with a callback of its own: without one, librdkafka would tell ``committed(_:_:)`` of
    /// it a second time.
    private static func commitNow(
        _ client: OpaquePointer, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) -> rd_kafka_resp_err_t {
        var refused = RD_KAFKA_RESP_ERR_NO_ERROR
        let response = rd_kafka_commit_queue(
            client, list, nil,
            { _, _, offsets, refused in
                let first = offsets?.entries.first { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }
                if let first { refused?.assumingMemoryBound(to: rd_kafka_resp_err_t.self).pointee = first.error }
            }, &refused)
        return response == RD_KAFKA_RESP_ERR_NO_ERROR ? refused : response
    }

    /// An asynchronous commit ended.
    func committed(
        _ response: rd_kafka_resp_err_t, _ offsets: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        commitInFlight = false
        guard let offsets else { return }
        let entries = offsets.pointee.cnt > 0 ? offsets.entries : []
        let refused = entries.first { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }
        let failure = response == RD_KAFKA_RESP_ERR_NO_ERROR ? refused?.error ?? response : response
        var trouble: KafkaError?
        if failure != RD_KAFKA_RESP_ERR_NO_ERROR, failure != RD_KAFKA_RESP_ERR__NO_OFFSET {
            trouble = KafkaError(failure, "Committing offsets of group \(plan.group)")
        }
        commitMark.take()?.end(trouble)
        if let trouble { outlet.note(.trouble(trouble)) }
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        var positions: [TopicPartition: Int64] = [:]
        for entry in entries where entry.error == RD_KAFKA_RESP_ERR_NO_ERROR && entry.offset >= 0 {
            positions[entry.partition] = entry.offset
        }
        member.progress.noteCommitted(positions)
        if !positions.isEmpty { outlet.note(.committed(positions)) }
    }
}
