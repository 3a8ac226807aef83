import Testing

@testable import LaminarKafka

@Suite("The assignment machine answers every event in every state")
struct AssignmentMachineTests {
    private static let a = TopicPartition("t", 0)
    private static let b = TopicPartition("t", 1)
    private static let c = TopicPartition("t", 2)

    static let states: [AssignmentMachine.State] = [
        .unassigned, .owning([a, b]), .draining(kept: [a], releasing: [b]), .draining(kept: [], releasing: [b]),
        .closed,
    ]
    static let events: [AssignmentMachine.Event] = [
        .assigned([b, c]), .assigned([]), .revoked([b]), .revoked([c]), .drained, .lost([a]), .lost([a, b]),
        .rewound([a, b, c]), .rewound([]), .closed,
    ]

    @Test("nothing is delivered that isn't owned, and what leaves is released once", arguments: states, events)
    func everyPair(state: AssignmentMachine.State, event: AssignmentMachine.Event) {
        var machine = AssignmentMachine(state: state)
        let before = machine
        let actions = machine.handle(event)
        var started: Set<TopicPartition> = []
        var released: Set<TopicPartition> = []
        for action in actions {
            switch action {
            case .start(let partitions): started.formUnion(partitions)
            case .commitThenRelease(let partitions), .release(let partitions):
                #expect(released.isDisjoint(with: partitions))
                released.formUnion(partitions)
            case .readAgain(let partitions):
                #expect(partitions.isSubset(of: machine.owned), "only what is owned is read again")
            case .forget(let partitions): #expect(partitions.isDisjoint(with: machine.owned))
            case .stopDelivering, .acknowledge: break
            }
        }
        #expect(started.isDisjoint(with: before.owned), "what is owned isn't started again")
        #expect(released.isDisjoint(with: machine.owned), "what is released isn't owned any more")
        switch event {
        case .assigned, .revoked, .lost: #expect(!actions.isEmpty, "librdkafka's callback must be answered")
        case .drained, .rewound, .closed: break
        }
    }

    @Test("every pair has exactly one answer") func table() {
        let (a, b, c) = (Self.a, Self.b, Self.c)
        typealias State = AssignmentMachine.State
        func check(
            _ state: State, _ event: AssignmentMachine.Event, _ next: State, _ actions: [AssignmentMachine.Action]
        ) {
            var machine = AssignmentMachine(state: state)
            #expect(machine.handle(event) == actions, "\(state) \(event)")
            #expect(machine.state == next, "\(state) \(event)")
        }
        let draining = State.draining(kept: [a], releasing: [b])
        check(.unassigned, .assigned([a, b]), .owning([a, b]), [.start([a, b])])
        check(.unassigned, .assigned([]), .unassigned, [.start([])])
        check(.unassigned, .revoked([a]), .unassigned, [.acknowledge])
        check(.unassigned, .drained, .unassigned, [])
        check(.unassigned, .lost([a]), .unassigned, [.acknowledge])
        check(.unassigned, .closed, .closed, [])
        check(.owning([a]), .assigned([a, b]), .owning([a, b]), [.start([b])])
        check(.owning([a, b]), .revoked([b, c]), .draining(kept: [a], releasing: [b]), [.stopDelivering([b])])
        check(.owning([a]), .revoked([c]), .owning([a]), [.acknowledge])
        check(.owning([a]), .drained, .owning([a]), [])
        check(.owning([a, b]), .lost([b, c]), .owning([a]), [.release([b])])
        check(.owning([a]), .lost([a]), .unassigned, [.release([a])])
        check(.owning([a, b]), .closed, .closed, [.commitThenRelease([a, b])])
        check(draining, .assigned([b, c]), .draining(kept: [a, c], releasing: [b]), [.start([c])])
        check(draining, .revoked([a]), .draining(kept: [], releasing: [a, b]), [.stopDelivering([a])])
        check(draining, .drained, .owning([a]), [.commitThenRelease([b])])
        check(.draining(kept: [], releasing: [b]), .drained, .unassigned, [.commitThenRelease([b])])
        check(draining, .lost([a]), .unassigned, [.release([a, b])])
        check(.draining(kept: [a, c], releasing: [b]), .lost([c]), .owning([a]), [.release([b, c])])
        check(draining, .closed, .closed, [.commitThenRelease([a, b])])
        for event in [AssignmentMachine.Event.assigned([a]), .revoked([a]), .lost([a])] {
            check(.closed, event, .closed, [.acknowledge])
        }
        for event in [AssignmentMachine.Event.drained, .closed] { check(.closed, event, .closed, []) }
    }

    /// What is ours in a state: what is delivered, and what is being given back.
    private func held(_ state: AssignmentMachine.State) -> Set<TopicPartition> {
        switch state {
        case .unassigned, .closed: []
        case .owning(let partitions): partitions
        case .draining(let kept, let releasing): kept.union(releasing)
        }
    }

    @Test(
        "from every state that can be reached, every event keeps the books: started once, released once, lost never committed"
    )
    func walk() {
        let all = [Self.a, Self.b, Self.c]
        let subsets = (0..<8).map { bits in Set(all.indices.filter { bits >> $0 & 1 == 1 }.map { all[$0] }) }
        let events =
            subsets.map(AssignmentMachine.Event.assigned) + subsets.map(AssignmentMachine.Event.revoked)
            + subsets.map(AssignmentMachine.Event.lost) + [.drained, .closed]
        var reached: [AssignmentMachine.State] = [.unassigned]
        var next = 0
        while next < reached.count {
            let before = reached[next]
            next += 1
            for event in events {
                var machine = AssignmentMachine(state: before)
                var books = held(before)
                for action in machine.handle(event) {
                    if case .start(let partitions) = action {
                        #expect(books.isDisjoint(with: partitions), "\(before) \(event)")
                        books.formUnion(partitions)
                    }
                    if case .stopDelivering(let partitions) = action {
                        #expect(books.isSuperset(of: partitions) && machine.owned.isDisjoint(with: partitions))
                    }
                    if case .commitThenRelease(let partitions) = action {
                        #expect(books.isSuperset(of: partitions), "\(before) \(event)")
                        books.subtract(partitions)
                        if case .lost = event { Issue.record("lost and committed: \(before) \(event)") }
                    }
                    if case .release(let partitions) = action {
                        #expect(books.isSuperset(of: partitions), "\(before) \(event)")
                        books.subtract(partitions)
                    }
                }
                #expect(books == held(machine.state), "\(before) \(event)")
                if case .closed = event { #expect(books.isEmpty) }
                if !reached.contains(machine.state) { reached.append(machine.state) }
            }
        }
        // Each partition is ours, being given back, or neither; and closed.
        #expect(reached.count >= 27)
    }

    @Test("a revoke stops, waits and then commits") func revoke() {
        var machine = AssignmentMachine()
        #expect(machine.handle(.assigned([Self.a, Self.b])) == [.start([Self.a, Self.b])])
        #expect(machine.handle(.revoked([Self.b])) == [.stopDelivering([Self.b])])
        #expect(machine.owned == [Self.a])
        #expect(machine.handle(.drained) == [.commitThenRelease([Self.b])])
        #expect(machine.state == .owning([Self.a]))
    }

    @Test("what is lost is never committed") func lost() {
        var machine = AssignmentMachine(state: .draining(kept: [Self.a], releasing: [Self.b]))
        #expect(machine.handle(.lost([Self.a])) == [.release([Self.a, Self.b])])
        #expect(machine.state == .unassigned)
        #expect(machine.handle(.drained) == [])
    }

    @Test("a rewind reads again what is kept, and forgets what is being given back") func rewound() {
        let draining = AssignmentMachine.State.draining(kept: [Self.a], releasing: [Self.b])
        var machine = AssignmentMachine(state: draining)
        #expect(machine.handle(.rewound([Self.a, Self.b, Self.c])) == [.readAgain([Self.a]), .forget([Self.b])])
        #expect(machine.state == draining)
        machine = AssignmentMachine(state: .owning([Self.a]))
        #expect(machine.handle(.rewound([Self.a, Self.c])) == [.readAgain([Self.a])])
    }

    @Test("closing commits everything and hears nothing more") func closed() {
        var machine = AssignmentMachine(state: .owning([Self.a]))
        #expect(machine.handle(.closed) == [.commitThenRelease([Self.a])])
        #expect(machine.handle(.assigned([Self.b])) == [.acknowledge])
        #expect(machine.owned.isEmpty)
    }
}
