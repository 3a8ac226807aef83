/// Decides what to do when the group's assignment changes; the polling thread does it.
///
/// Cooperative groups hand out and take back parts, eager ones everything: the events are the same, so the machine
/// knows no protocol.
struct AssignmentMachine: Sendable, Equatable {
    enum State: Sendable, Equatable {
        /// Nothing is ours.
        case unassigned
        /// These are ours and are delivered.
        case owning(Set<TopicPartition>)
        /// Some are being given back: the host finishes what it has of them.
        case draining(kept: Set<TopicPartition>, releasing: Set<TopicPartition>)
        /// The member leaves; nothing is delivered any more.
        case closed
    }

    enum Event: Sendable, Equatable {
        case assigned(Set<TopicPartition>)
        case revoked(Set<TopicPartition>)
        /// The host has processed everything of what is being released, or the bound has passed.
        case drained
        /// The group took these away without asking: somebody else may have them already.
        case lost(Set<TopicPartition>)
        /// The host wants these read again, from an earlier place.
        case rewound(Set<TopicPartition>)
        case closed
    }

    enum Action: Sendable, Equatable {
        case start(Set<TopicPartition>)
        case stopDelivering(Set<TopicPartition>)
        case commitThenRelease(Set<TopicPartition>)
        /// Without a commit.
        case release(Set<TopicPartition>)
        /// What was delivered of these is void, and they are read from another place on.
        case readAgain(Set<TopicPartition>)
        /// What was delivered of these is void; they are being given back, so nothing is read again.
        case forget(Set<TopicPartition>)
        /// Tells librdkafka that its callback is answered although nothing changes.
        case acknowledge
    }

    private(set) var state = State.unassigned

    init(state: State = .unassigned) { self.state = state }

    /// What is delivered to the host.
    var owned: Set<TopicPartition> {
        switch state {
        case .unassigned, .closed: []
        case .owning(let partitions): partitions
        case .draining(let kept, _): kept
        }
    }

    mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (.unassigned, .assigned(let partitions)):
            state = partitions.isEmpty ? .unassigned : .owning(partitions)
            return [.start(partitions)]
        case (.owning(let owned), .assigned(let partitions)):
            state = .owning(owned.union(partitions))
            return [.start(partitions.subtracting(owned))]
        case (.draining(let kept, let releasing), .assigned(let partitions)):
            // Not seen from librdkafka, which waits for the answer to a revoke; answered all the same.
            state = .draining(kept: kept.union(partitions.subtracting(releasing)), releasing: releasing)
            return [.start(partitions.subtracting(kept).subtracting(releasing))]
        case (.unassigned, .revoked), (.unassigned, .lost):
            return [.acknowledge]
        case (.owning(let owned), .revoked(let partitions)):
            let releasing = partitions.intersection(owned)
            guard !releasing.isEmpty else { return [.acknowledge] }
            state = .draining(kept: owned.subtracting(releasing), releasing: releasing)
            return [.stopDelivering(releasing)]
        case (.draining(let kept, let releasing), .revoked(let partitions)):
            let more = partitions.intersection(kept)
            state = .draining(kept: kept.subtracting(more), releasing: releasing.union(more))
            return [.stopDelivering(more)]
        case (.draining(let kept, let releasing), .drained):
            state = kept.isEmpty ? .unassigned : .owning(kept)
            return [.commitThenRelease(releasing)]
        case (.unassigned, .drained), (.owning, .drained), (.closed, .drained):
            return []
        case (.owning(let owned), .lost(let partitions)):
            let left = owned.subtracting(partitions)
            state = left.isEmpty ? .unassigned : .owning(left)
            return [.release(partitions.intersection(owned))]
        case (.draining(let kept, let releasing), .lost(let partitions)):
            let left = kept.subtracting(partitions)
            state = left.isEmpty ? .unassigned : .owning(left)
            return [.release(partitions.intersection(kept).union(releasing))]
        case (.owning(let owned), .rewound(let partitions)):
            return [.readAgain(partitions.intersection(owned))]
        case (.draining(let kept, let releasing), .rewound(let partitions)):
            return [.readAgain(partitions.intersection(kept)), .forget(partitions.intersection(releasing))]
        case (.unassigned, .rewound), (.closed, .rewound):
            return []
        case (.unassigned, .closed):
            state = .closed
            return []
        case (.owning(let owned), .closed):
            state = .closed
            return [.commitThenRelease(owned)]
        case (.draining(let kept, let releasing), .closed):
            state = .closed
            return [.commitThenRelease(kept.union(releasing))]
        case (.closed, .assigned), (.closed, .revoked), (.closed, .lost):
            return [.acknowledge]
        case (.closed, .closed):
            return []
        }
    }
}
