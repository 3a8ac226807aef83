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
