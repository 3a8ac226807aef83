import LaminarKafka

/// What a host's closure throws.
private struct Refusal: Error {}

extension CheckpointStoreConformance {
    /// All promises, each to be tried by itself.
    public static var promises: [Promise] { claims + commits + fences }

    private static var claims: [Promise] {
        [
            Promise(description: "what was never claimed has epoch 1 and nothing stored") { _, trial in
                let claim = try await trial.claim(trial.orders)[trial.orders]
                try trial.expect(
                    claim == CheckpointClaim(partition: trial.orders, epoch: 1), "the first claim gave \(claim as Any)")
            },
            Promise(description: "every claim raises the epoch and keeps what is stored") { _, trial in
                let first = try await trial.epoch(trial.orders)
                let position = StoredPosition(nextOffset: 5)
                try await trial.commit(
                    trial.checkpoint((trial.orders, first, position)), writing: trial.number())
                let second = try await trial.claim(trial.orders)[trial.orders]
                try trial.expect(second?.stored == position, "the claim found \(second?.stored as Any)")
                let third = try await trial.epoch(trial.orders)
                try trial.expect(
                    (second?.epoch ?? 0) > first && third > (second?.epoch ?? 0),
                    "epochs went \(first), \(second?.epoch ?? 0), \(third)")
            },
            Promise(description: "sources, topics and partitions don't meet") { _, trial in
                let other = TopicPartition("Orders", 0)
                let epoch = try await trial.epoch(trial.orders)
                try await trial.commit(
                    trial.checkpoint((trial.orders, epoch, StoredPosition(nextOffset: 9))), writing: trial.number())
                try await trial.expectStored(trial.more, nil)
                try await trial.expectStored(other, nil)
                let foreign = try await trial.store.claim([trial.orders], for: trial.source.uppercased())
                try trial.expect(
                    foreign.first?.stored == nil, "another source's claim found \(foreign.first?.stored as Any)")
            },
            Promise(description: "callers that claim at once get epochs of their own") { kit, trial in
                let stores = [trial.store, try await kit.open()]
                let epochs = try await withThrowingTaskGroup(of: Int64.self) { group in
                    for number in 0..<12 {
                        group.addTask {
                            try await trial.claim(trial.orders, trial.more, from: stores[number % 2])[trial.orders]?
                                .epoch ?? -1
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                try trial.expect(Set(epochs) == Set(1...12), "twelve claims gave the epochs \(epochs.sorted())")
            },
        ]
    }

    private static var commits: [Promise] {
        [
            Promise(description: "rows and positions are stored together, every field as it was") { _, trial in
                let positions = [
                    StoredPosition(
                        nextOffset: .max, topicID: "Ab3-_x==", leaderEpoch: .max,
                        lastRecord: RecordFingerprint(offset: .max - 1, timestamp: -1, hash: .min)),
                    StoredPosition(
                        nextOffset: 0, lastRecord: RecordFingerprint(offset: 0, timestamp: .max, hash: .max)),
                ]
                let claims = try await trial.claim(trial.orders, trial.more)
                let number = trial.number()
                try await trial.commit(
                    trial.checkpoint(
                        (trial.more, claims[trial.more]?.epoch ?? 0, positions[1]),
                        (trial.orders, claims[trial.orders]?.epoch ?? 0, positions[0])), writing: number)
                try await trial.expectRow(number, true, "after a commit")
                try await trial.expectStored(trial.orders, positions[0])
                try await trial.expectStored(trial.more, positions[1])
            },
            Promise(description: "names may hold any text") { _, trial in
                let partition = TopicPartition("größe.'\"; DROP-TABLE_\u{1F980}", .max)
                let epoch = try await trial.epoch(partition)
                let position = StoredPosition(nextOffset: 1, topicID: "'; --")
                try await trial.commit(trial.checkpoint((partition, epoch, position)), writing: trial.number())
                try await trial.expectStored(partition, position)
            },
            Promise(description: "what is null later is null, and nothing of before stays") { _, trial in
                let epoch = try await trial.epoch(trial.orders)
                let full = StoredPosition(
                    nextOffset: 10, topicID: "a", leaderEpoch: 1,
                    lastRecord: RecordFingerprint(offset: 9, timestamp: 1, hash: 1))
                let bare = StoredPosition(nextOffset: 3)
                try await trial.commit(trial.checkpoint((trial.orders, epoch, full)), writing: trial.number())
                try await trial.commit(trial.checkpoint((trial.orders, epoch + 1, bare)), writing: trial.number())
                try await trial.expectStored(trial.orders, bare)
            },
            Promise(description: "a closure that throws leaves neither rows nor positions, and can be tried again") {
                kit, trial in
                let epoch = try await trial.epoch(trial.orders)
                let checkpoint = trial.checkpoint((trial.orders, epoch, StoredPosition(nextOffset: 4)))
                let number = trial.number()
                do {
                    try await trial.store.commit(checkpoint) { transaction in
                        try kit.write(transaction, number)
                        throw Refusal()
                    }
                    throw ConformanceFailure(message: "the closure's error was swallowed")
                } catch is Refusal {}
                try await trial.expectRow(number, false, "after the closure threw")
                try await trial.commit(checkpoint, writing: trial.number())
                try await trial.expectStored(trial.orders, StoredPosition(nextOffset: 4))
            },
            Promise(description: "a checkpoint without positions is the host's transaction and nothing more") {
                _, trial in
                let number = trial.number()
                try await trial.commit(trial.checkpoint(), writing: number)
                try await trial.expectRow(number, true, "after a commit without positions")
            },
            Promise(description: "what is stored is there for the next process") { kit, trial in
                guard kit.survivesReopening else { return }
                let epoch = try await trial.epoch(trial.orders)
                let number = trial.number()
                try await trial.commit(
                    trial.checkpoint((trial.orders, epoch, StoredPosition(nextOffset: 77))), writing: number)
                try await trial.expectStored(trial.orders, StoredPosition(nextOffset: 77), in: try await kit.open())
                try await trial.expectRow(number, true, "in the next process")
            },
        ]
    }

    private static var fences: [Promise] {
        [
            Promise(description: "each commit raises the epoch: the same checkpoint twice is refused") { _, trial in
                let epoch = try await trial.epoch(trial.orders)
                let checkpoint = trial.checkpoint((trial.orders, epoch, StoredPosition(nextOffset: 2)))
                try await trial.commit(checkpoint, writing: trial.number())
                try await trial.expectFenced(checkpoint, "a checkpoint that was stored before")
                try await trial.commit(
                    trial.checkpoint((trial.orders, epoch + 1, StoredPosition(nextOffset: 6))), writing: trial.number())
                try await trial.expectStored(trial.orders, StoredPosition(nextOffset: 6))
            },
            Promise(description: "an owner of before is refused, and stores nothing") { kit, trial in
                let old = try await trial.epoch(trial.orders)
                _ = try await trial.claim(trial.orders, from: try await kit.open())
                try await trial.expectFenced(
                    trial.checkpoint((trial.orders, old, StoredPosition(nextOffset: 8))), "an old owner's checkpoint")
                try await trial.expectStored(trial.orders, nil)
            },
            Promise(description: "one fenced partition refuses all of them") { _, trial in
                let claims = try await trial.claim(trial.orders, trial.more)
                let (first, second) = (claims[trial.orders]?.epoch ?? 0, claims[trial.more]?.epoch ?? 0)
                try await trial.expectFenced(
                    trial.checkpoint(
                        (trial.orders, first, StoredPosition(nextOffset: 1)),
                        (trial.more, second + 1, StoredPosition(nextOffset: 1))),
                    "a batch whose last partition moved on")
                try await trial.expectFenced(
                    trial.checkpoint(
                        (trial.orders, first - 1, StoredPosition(nextOffset: 1)),
                        (trial.more, second, StoredPosition(nextOffset: 1))), "a batch whose first partition moved on")
                try await trial.expectStored(trial.orders, nil)
                try await trial.expectStored(trial.more, nil)
            },
            Promise(description: "what was never claimed is refused") { _, trial in
                try await trial.expectFenced(
                    trial.checkpoint((trial.orders, 1, StoredPosition(nextOffset: 1))), "an unclaimed partition")
                try await trial.expectFenced(
                    trial.checkpoint((trial.orders, 0, StoredPosition(nextOffset: 1))),
                    "an unclaimed partition of epoch 0")
            },
            Promise(description: "of two owners that commit at once, one writes") { kit, trial in
                let stores = [trial.store, try await kit.open()]
                var epoch = try await trial.epoch(trial.orders)
                for round in 0..<8 {
                    let numbers = [trial.number(), trial.number()]
                    let checkpoint = trial.checkpoint((trial.orders, epoch, StoredPosition(nextOffset: Int64(round))))
                    let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
                        for side in 0..<2 {
                            group.addTask {
                                do {
                                    try await trial.commit(checkpoint, writing: numbers[side], to: stores[side])
                                    return numbers[side]
                                } catch let error as CheckpointError where error.code == .fenced { return nil }
                            }
                        }
                        return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
                    }
                    try trial.expect(winners.count == 1, "\(winners.count) of two commits of one epoch were taken")
                    for number in numbers {
                        try await trial.expectRow(number, winners.contains(number), "after two commits at once")
                    }
                    epoch += 1
                }
            },
        ]
    }
}
