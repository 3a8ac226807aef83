import Testing

@testable import LaminarKafka

@Suite("The transaction machine answers every event in every state")
struct TransactionMachineTests {
    private typealias Machine = TransactionMachine
    private static let a = TopicPartition("t", 0)
    private static let b = TopicPartition("t", 1)
    private static let work = TransactionMachine.Work(first: [a: 10], next: [a: 20])
    private static let more = TransactionMachine.Work(first: [a: 20, b: 5], next: [a: 30, b: 7])

    static let states: [TransactionMachine.State] = [
        .starting, .beginning, .open(.none), .open(work), .appending(.none, .none), .appending(work, .none),
        .appending(work, .commit), .appending(work, .abort(without: [])), .appending(work, .abort(without: [a])),
        .committing(work), .aborting(work), .failed, .closed,
    ]
    static let events: [TransactionMachine.Event] = [
        .started, .begun, .appendBegan, .appended(.none), .appended(more), .appendFailed(more), .commitDue, .committed,
        .refused, .aborted, .released([a]), .released([b]), .renewing, .fatal, .close,
    ]

    @Test(
        "nothing is committed that was refused, lost or half written; nothing is done twice", arguments: states, events)
    func everyPair(state: TransactionMachine.State, event: TransactionMachine.Event) {
        for isClosing in [false, true] {
            var machine = TransactionMachine(state: state, isClosing: isClosing)
            let before = machine
            let actions = machine.handle(event)
            #expect(!before.isClosing || machine.isClosing, "a close isn't taken back")
            let commits = actions.contains { if case .commit = $0 { true } else { false } }
            if commits {
                #expect(machine.state == .committing(machine.work))
                #expect(!machine.work.isEmpty, "an empty transaction isn't committed")
                if case .appending(_, .abort) = before.state { Issue.record("a doomed transaction was committed") }
                if case .appendFailed = event { Issue.record("half a batch was committed") }
                if case .released = event { Issue.record("what was released was committed") }
            }
            if actions.contains(.abort) {
                guard case .aborting = machine.state else { Issue.record("aborts in \(machine.state)"); continue }
            }
            if actions.contains(.begin) { #expect(machine.state == .beginning) }
            if actions.contains(.release) { #expect(machine.state == .closed) }
            if actions.contains(.fail) { #expect(machine.state == .failed) }
            for case .rewind(let positions) in actions {
                #expect(event == .aborted)
                #expect(positions == before.work.first)
            }
            for case .announce(let positions) in actions {
                #expect(event == .committed && positions == before.work.next)
            }
            if before.state == .closed { #expect(actions.isEmpty && machine == before) }
            if event == .fatal, !before.isOver { #expect(machine.state == .failed && actions == [.fail]) }
            if case .appendBegan = event, machine != before { #expect(before.canAppend) }
            if machine.isClosing, !before.isClosing { #expect(event == .close) }
        }
    }

    @Test("two batches, one commit") func spansBatches() {
        var machine = Machine()
        #expect(machine.handle(.started) == [.begin])
        #expect(!machine.canAppend)
        #expect(machine.handle(.begun) == [])
        #expect(machine.handle(.appendBegan) == [] && !machine.canAppend)
        #expect(machine.handle(.appended(Self.work)) == [] && machine.canAppend)
        #expect(machine.handle(.appendBegan) == [])
        #expect(machine.handle(.commitDue) == [], "a batch at hand is let in first")
        let all = Machine.Work(first: [Self.a: 10, Self.b: 5], next: [Self.a: 30, Self.b: 7])
        #expect(machine.handle(.appended(Self.more)) == [.commit(all)])
        #expect(machine.handle(.committed) == [.announce([Self.a: 30, Self.b: 7]), .begin])
    }

    @Test("an abort goes back to where the transaction began, but for what isn't ours any more") func goesBack() {
        var machine = Machine(state: .open(Self.work.followed(by: Self.more)))
        #expect(machine.handle(.refused) == [.abort])
        #expect(machine.handle(.released([Self.b])) == [])
        #expect(machine.handle(.aborted) == [.rewind([Self.a: 10]), .begin])
    }

    @Test("what is lost while a batch is being appended dooms the transaction and goes back nowhere") func lost() {
        var machine = Machine(state: .appending(Self.work, .commit))
        #expect(machine.handle(.released([Self.b])) == [])
        #expect(machine.handle(.commitDue) == [])
        #expect(machine.handle(.appended(Self.more)) == [.abort])
        #expect(machine.handle(.aborted) == [.rewind([Self.a: 10]), .begin])
    }

    @Test("another client goes on between two transactions: at once where nothing is open, else behind a commit")
    func renewing() {
        var idle = Machine(state: .open(.none))
        #expect(idle.handle(.renewing) == [.begin])
        var open = Machine(state: .open(Self.work))
        #expect(open.handle(.renewing) == [.commit(Self.work)])
        #expect(open.handle(.renewing) == [])
        #expect(open.handle(.committed) == [.announce([Self.a: 20]), .begin])
        var appending = Machine(state: .appending(Self.work, .none))
        #expect(appending.handle(.renewing) == [], "the batch at hand is let in first")
        var closing = Machine(state: .open(Self.work), isClosing: true)
        #expect(closing.handle(.renewing) == [])
    }

    @Test("nothing to commit is nothing to do") func empty() {
        var machine = Machine(state: .open(.none))
        #expect(machine.handle(.commitDue) == [])
        #expect(machine.handle(.released([Self.a])) == [])
        #expect(machine.handle(.appendBegan) == [])
        #expect(machine.handle(.commitDue) == [])
        #expect(machine.handle(.appended(.none)) == [])
        #expect(machine.canAppend)
    }

    @Test("a close lets a commit under way end, and gives up what isn't under way") func close() {
        var committing = Machine(state: .committing(Self.work))
        #expect(committing.handle(.close) == [])
        #expect(committing.handle(.committed) == [.announce([Self.a: 20]), .release])
        var open = Machine(state: .open(Self.work))
        #expect(open.handle(.close) == [.abort])
        #expect(open.handle(.aborted) == [.release], "nobody reads on")
        var idle = Machine(state: .open(.none))
        #expect(idle.handle(.close) == [.release])
        #expect(idle.handle(.close) == [])
    }

    @Test("a fenced producer does nothing more") func fenced() {
        var machine = Machine(state: .committing(Self.work))
        #expect(machine.handle(.fatal) == [.fail])
        #expect(machine.isOver && machine.work.isEmpty)
        #expect(machine.handle(.committed) == [])
        #expect(machine.handle(.close) == [.release])
    }
}
