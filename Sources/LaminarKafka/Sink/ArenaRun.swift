internal import CRdKafka

/// A stretch of an arena's records that librdkafka is given in one call: they have nothing but keys and values.
///
/// One lock for all of them, one reading of the clock, and no closure in between.
struct ArenaRun {
    /// So many that a call's own cost doesn't show, and so few that the room that they take beyond the bounds doesn't matter.
    static let mostRecords = 1_000
    static let mostBytes = 1 << 20

    /// What became of it.
    enum Outcome {
        /// The first ones were taken, as many as librdkafka has room for.
        case taken(Int)
        /// One was refused; `taken` others weren't.
        case refused(KafkaError, taken: Int)
    }

    let start: Int
    let count: Int
    let bytes: Int

    /// Ends before a record that may be too large, so that none behind a refused one is written.
    ///
    /// - Returns: nil where the record at `start` has more than a key and a value, or may be too large.
    init?(_ records: RecordArena, from start: Int, largest: Int) {
        (count, bytes) = records.plainRecords(
            from: start, atMost: Self.mostRecords, bytes: Self.mostBytes, largest: largest)
        guard count > 0 else { return nil }
        self.start = start
    }

    /// Hands the records over; librdkafka copies them.
    ///
    /// - Parameter tag: comes back with each record's report.
    func produce(
        _ records: RecordArena, to topic: OpaquePointer, named name: String, _ tag: (RecordArena.Slot) -> DeliveryTag
    ) -> (outcome: Outcome, refused: (records: Int, bytes: Int)) {
        let slots = records.slots[start..<start + count]
        return records.withAllBytes { all in
            withUnsafeTemporaryAllocation(of: rd_kafka_message_t.self, capacity: count) { messages in
                for (index, slot) in slots.enumerated() {
                    messages.initializeElement(at: index, to: Self.message(slot, all, tag(slot)))
                }
                let taken = Int(
                    rd_kafka_produce_batch(
                        topic, Int32(RD_KAFKA_PARTITION_UA), RD_KAFKA_MSG_F_COPY, messages.baseAddress, Int32(count)))
                if taken == count { return (.taken(count), (0, 0)) }
                return Self.sort(messages, taken, name)
            }
        }
    }

    private static func message(
        _ slot: RecordArena.Slot, _ all: UnsafeRawBufferPointer, _ tag: DeliveryTag
    ) -> rd_kafka_message_t {
        var message = rd_kafka_message_t()
        if let range = slot.value {
            let (start, count) = ProducerClient.parts(UnsafeRawBufferPointer(rebasing: all[range]))
            message.payload = UnsafeMutableRawPointer(mutating: start)
            message.len = count
        }
        if let range = slot.key {
            let (start, count) = ProducerClient.parts(UnsafeRawBufferPointer(rebasing: all[range]))
            message.key = UnsafeMutableRawPointer(mutating: start)
            message.key_len = count
        }
        message._private = tag.opaque
        return message
    }

    /// Which were refused, and why: for want of room all from the first one on, else single ones.
    private static func sort(
        _ messages: UnsafeMutableBufferPointer<rd_kafka_message_t>, _ taken: Int, _ topic: String
    ) -> (outcome: Outcome, refused: (records: Int, bytes: Int)) {
        var refused = (records: 0, bytes: 0)
        var error: KafkaError?
        for message in messages where message.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            refused.records += 1
            refused.bytes += message.len + message.key_len
            if let opaque = message._private { DeliveryTag(opaque).withdraw() }
            guard error == nil, message.err != RD_KAFKA_RESP_ERR__QUEUE_FULL else { continue }
            error = KafkaError(message.err, "Writing to topic \(topic)")
        }
        if let error { return (.refused(error, taken: taken), refused) }
        return (.taken(taken), refused)
    }
}

extension ProducerClient {
    /// Hands an arena's records over in order, each as soon as there is room.
    ///
    /// - Parameters:
    ///   - taken: counts those that librdkafka has taken, also where this throws.
    ///   - tag: comes back with a record's report; called again for a record that has to wait.
    /// - Throws: ``KafkaError``, also with code `closed`; `CancellationError`.
    func submit(
        _ records: RecordArena, taken: inout Int, _ tag: (RecordArena.Slot, _ bytes: Int) -> DeliveryTag
    ) async throws {
        var next = 0
        while next < records.slots.count {
            let (some, isAll) = try submitRun(records, from: next, taken: &taken, tag)
            next += some
            if isAll { continue }
            // One with headers and the like, or one that has to wait for room.
            let slot = records.slots[next]
            let extras = records.extras(of: slot)
            let bytes = slot.byteCount + extras.headers.byteCount
            try await submit(bytes: bytes) {
                records.withBytes(of: slot) { key, value in
                    produce(key: key, value: value, extras: extras, tag: tag(slot, bytes))
                }
            }
            taken += 1
            next += 1
        }
    }

    /// - Returns: how many were taken, and whether that is the whole run; none where there is no room, or the first one
    ///   isn't plain.
    private func submitRun(
        _ records: RecordArena, from start: Int, taken: inout Int, _ tag: (RecordArena.Slot, Int) -> DeliveryTag
    ) throws(KafkaError) -> (count: Int, isAll: Bool) {
        guard let run = ArenaRun(records, from: start, largest: surelyFits),
            try outbox.takeRoom(forAll: run.count, bytes: run.bytes)
        else { return (0, false) }
        let (outcome, refused) = run.produce(records, to: topic, named: topicName) { tag($0, $0.byteCount) }
        outbox.refuse(refused.records, bytes: refused.bytes)
        switch outcome {
        case .taken(let count):
            taken += count
            return (count, count == run.count)
        case .refused(let error, let count):
            taken += count
            throw error
        }
    }
}
