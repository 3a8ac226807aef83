internal import CSQLite
internal import Synchronization

/// Stops what a connection runs, from any thread.
///
///     let interrupter = connection.makeInterrupter()
///     interrupter.interrupt()       // the running step throws ``StoreError`` with code `interrupted`
package final class SQLiteInterrupter: Sendable {
    /// Guarded by the lock: SQLite's handle must be open while it is asked to stop.
    private struct Target: @unchecked Sendable {
        var raw: OpaquePointer?
    }
    private let target: Mutex<Target>

    fileprivate init(_ raw: OpaquePointer?) { target = Mutex(Target(raw: raw)) }

    /// The running statement ends soon; one that begins later runs, unless it is stopped again.
    package func interrupt() {
        target.withLock { target in
            if let raw = target.raw { sqlite3_interrupt(raw) }
        }
    }

    /// Called by the connection's thread before it closes the connection.
    package func invalidate() { target.withLock { $0.raw = nil } }
}

extension SQLiteConnection {
    /// Asks every few thousand steps of the engine whether to go on, so that a stop that comes just before a statement begins
    /// isn't lost.
    package func stop(when isStopped: @escaping @Sendable () -> Bool) {
        guard let raw else { return }
        let check = StopCheck(isStopped)
        stopCheck = check
        sqlite3_progress_handler(
            raw, 5000,
            { data in
                guard let data else { return 0 }
                return Unmanaged<StopCheck>.fromOpaque(data).takeUnretainedValue().isStopped() ? 1 : 0
            }, Unmanaged.passUnretained(check).toOpaque())
    }

    /// The way to stop this connection's statements; ``SQLiteInterrupter/invalidate()`` it before the connection goes.
    package func makeInterrupter() -> SQLiteInterrupter { SQLiteInterrupter(raw) }
}

/// What the engine asks; the connection keeps it alive.
final class StopCheck {
    let isStopped: @Sendable () -> Bool
    init(_ isStopped: @escaping @Sendable () -> Bool) { self.isStopped = isStopped }
}
