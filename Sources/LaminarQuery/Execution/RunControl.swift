import LaminarStore
import Synchronization

/// What a run has open that has to be stopped from another thread: its scans, and SQLite's statement.
final class RunControl: Sendable {
    private struct State: Sendable {
        var isCancelled = false
        var supplies: [any BatchSupply] = []
        var interrupter: SQLiteInterrupter?
    }
    private let state = Mutex(State())
    private let flag = Atomic<Bool>(false)

    /// Whether ``cancel()`` was called; cheap enough to be asked often.
    var isCancelled: Bool { flag.load(ordering: .relaxed) }

    /// Stops everything that is open, and what is opened later.
    func cancel() {
        flag.store(true, ordering: .relaxed)
        let (supplies, interrupter) = state.withLock { state in
            state.isCancelled = true
            return (state.supplies, state.interrupter)
        }
        for supply in supplies { supply.cancel() }
        interrupter?.interrupt()
    }

    /// Keeps a scan that was begun, cancelled at once where the run is.
    func add(_ supply: any BatchSupply) {
        let isCancelled = state.withLock { state in
            state.supplies.append(supply)
            return state.isCancelled
        }
        if isCancelled { supply.cancel() }
    }

    /// Keeps the way to stop the statement; nil before its connection goes.
    func set(_ interrupter: SQLiteInterrupter?) {
        let old = state.withLock { state in
            defer { state.interrupter = interrupter }
            return state.interrupter
        }
        if interrupter == nil { old?.invalidate() }
    }

    /// Lets go of the scans, which have ended.
    func end() {
        set(nil)
        let supplies = state.withLock { state in
            defer { state.supplies = [] }
            return state.supplies
        }
        for supply in supplies { supply.cancel() }
    }
}
