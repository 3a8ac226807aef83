/// Decides when a transaction begins, commits and aborts; a thread does it.
///
/// A transaction spans as many batches as are appended within the commit interval. The host appends only while it is
/// ``State/open(_:)``; an abort sends the source back to where the transaction began.
struct TransactionMachine: Sendable, Equatable {
    /// What the open transaction covers of the input.
    struct Work: Sendable, Equatable {
        /// Where each partition goes back to after an abort: its first offset in this transaction.
        var first: [TopicPartition: Int64] = [:]
        /// What is committed: the offset after the last.
        var next: [TopicPartition: Int64] = [:]

        static let none = Work()
        var isEmpty: Bool { next.isEmpty }

        func touches(_ partitions: Set<TopicPartition>) -> Bool { !partitions.isDisjoint(with: next.keys) }

        /// With later work behind it.
        func followed(by later: Work) -> Work {
            Work(
                first: first.merging(later.first) { earlier, _ in earlier },
                next: next.merging(later.next) { _, later in later })
        }

        /// Without a way back for partitions that somebody else may have by then.
        func without(_ gone: Set<TopicPartition>) -> Work {
            Work(first: first.filter { !gone.contains($0.key) }, next: next)
        }
    }

    /// What happens once the batch that is being appended is in.
    enum Wish: Sendable, Equatable {
        case none
        case commit
        /// These partitions have nowhere to go back to.
        case abort(without: Set<TopicPartition>)

        func aborting(without gone: Set<TopicPartition> = []) -> Wish {
            if case .abort(let earlier) = self { return .abort(without: earlier.union(gone)) }
            return .abort(without: gone)
        }
    }

    enum State: Sendable, Equatable {
        /// The broker is asked for an epoch, which ends what an earlier producer of this id left open.
        case starting
        /// The next transaction is being opened.
        case beginning
        /// The host may append.
        case open(Work)
        /// A batch's records are being handed over.
        case appending(Work, Wish)
        case committing(Work)
        case aborting(Work)
        /// Only a new producer helps, or none: another one took over.
        case failed
        case closed
    }

    enum Event: Sendable, Equatable {
        case started
        case begun
        case appendBegan
        /// A batch is in, or was left out as a whole (no work).
        case appended(Work)
        /// Only a part of a batch is in.
        case appendFailed(Work)
        /// The interval is over, or somebody asked.
        case commitDue
        case committed
        /// The broker refuses this transaction, or a record of it.
        case refused
        case aborted
        /// These partitions aren't ours any more.
        case released(Set<TopicPartition>)
        /// Another client goes on, between two transactions.
        case renewing
        case fatal
        case close
    }

    enum Action: Sendable, Equatable {
        case begin
        case commit(Work)
        case abort
        case rewind([TopicPartition: Int64])
        case announce([TopicPartition: Int64])
        case fail
        case release
    }

    private(set) var state: State
    /// Whether it ends as soon as nothing is under way.
    private(set) var isClosing: Bool

    init(state: State = .starting, isClosing: Bool = false) {
        self.state = state
        self.isClosing = isClosing
    }

    var canAppend: Bool {
        if case .open = state { !isClosing } else { false }
    }

    /// Whether it has come to its end, one way or the other.
    var isOver: Bool { state == .failed || state == .closed }

    /// What isn't committed yet of the input.
    var work: Work {
        switch state {
        case .open(let work), .appending(let work, _), .committing(let work), .aborting(let work): work
        case .starting, .beginning, .failed, .closed: .none
        }
    }

    mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (.closed, _): return []
        case (.failed, .close):
            state = .closed
            return [.release]
        case (.failed, _): return []
        case (_, .fatal):
            state = .failed
            return [.fail]

        case (.starting, .started): return next([])
        case (.starting, .close): return end()
        case (.beginning, .begun):
            guard !isClosing else { return end() }
            state = .open(.none)
            return []

        case (.open(let work), .appendBegan):
            guard !isClosing else { return [] }
            state = .appending(work, .none)
            return []
        case (.open(let work), .commitDue):
            guard !work.isEmpty else { return [] }
            return commit(work)
        case (.open(let work), .renewing):
            guard !isClosing else { return [] }
            return work.isEmpty ? next([]) : commit(work)
        case (.open(let work), .refused): return abort(work)
        case (.open(let work), .released(let gone)):
            return work.touches(gone) ? abort(work.without(gone)) : []
        case (.open(let work), .close):
            isClosing = true
            return work.isEmpty ? end() : abort(work)

        case (.appending(let work, let wish), .appended(let more)):
            let all = work.followed(by: more)
            switch wish {
            case .none: state = .open(all)
            case .commit where all.isEmpty: state = .open(all)
            case .commit: return commit(all)
            case .abort(let gone): return abort(all.without(gone))
            }
            return []
        case (.appending(let work, .abort(let gone)), .appendFailed(let part)):
            return abort(work.followed(by: part).without(gone))
        case (.appending(let work, .none), .appendFailed(let part)),
            (.appending(let work, .commit), .appendFailed(let part)):
            return abort(work.followed(by: part))
        case (.appending(let work, .none), .commitDue):
            state = .appending(work, .commit)
            return []
        case (.appending(_, .commit), .commitDue), (.appending(_, .abort), .commitDue): return []
        // Once it is open again.
        case (.appending, .renewing): return []
        case (.appending(let work, let wish), .refused):
            state = .appending(work, wish.aborting())
            return []
        case (.appending(let work, let wish), .released(let gone)):
            // The batch at hand may hold some of them.
            state = .appending(work, wish.aborting(without: gone))
            return []
        case (.appending(let work, let wish), .close):
            isClosing = true
            state = .appending(work, wish.aborting())
            return []

        case (.committing(let work), .committed): return next([.announce(work.next)])
        case (.committing(let work), .refused): return abort(work)
        case (.committing(let work), .released(let gone)):
            // Too late to stop it: the group's generation at the time of asking decides.
            state = .committing(work.without(gone))
            return []

        case (.aborting(let work), .aborted): return next(isClosing ? [] : [.rewind(work.first)])
        case (.aborting(let work), .released(let gone)):
            state = .aborting(work.without(gone))
            return []

        case (.beginning, .close), (.committing, .close), (.aborting, .close):
            isClosing = true
            return []

        case (.starting, .begun), (.starting, .appendBegan), (.starting, .appended), (.starting, .appendFailed),
            (.starting, .commitDue), (.starting, .committed), (.starting, .refused), (.starting, .aborted),
            (.starting, .released), (.starting, .renewing):
            return []
        case (.beginning, .started), (.beginning, .appendBegan), (.beginning, .appended), (.beginning, .appendFailed),
            (.beginning, .commitDue), (.beginning, .committed), (.beginning, .refused), (.beginning, .aborted),
            (.beginning, .released), (.beginning, .renewing):
            return []
        case (.open, .started), (.open, .begun), (.open, .appended), (.open, .appendFailed), (.open, .committed),
            (.open, .aborted):
            return []
        case (.appending, .started), (.appending, .begun), (.appending, .appendBegan), (.appending, .committed),
            (.appending, .aborted):
            return []
        case (.committing, .started), (.committing, .begun), (.committing, .appendBegan), (.committing, .appended),
            (.committing, .appendFailed), (.committing, .commitDue), (.committing, .aborted), (.committing, .renewing):
            return []
        case (.aborting, .started), (.aborting, .begun), (.aborting, .appendBegan), (.aborting, .appended),
            (.aborting, .appendFailed), (.aborting, .commitDue), (.aborting, .committed), (.aborting, .refused),
            (.aborting, .renewing):
            return []
        }
    }

    private mutating func commit(_ work: Work) -> [Action] {
        state = .committing(work)
        return [.commit(work)]
    }

    private mutating func abort(_ work: Work) -> [Action] {
        state = .aborting(work)
        return [.abort]
    }

    /// The next transaction, or the end.
    private mutating func next(_ first: [Action]) -> [Action] {
        if isClosing { return first + end() }
        state = .beginning
        return first + [.begin]
    }

    private mutating func end() -> [Action] {
        state = .closed
        return [.release]
    }
}
