internal import CMicroHTTPD
import Synchronization

/// One open page: what it is still to be sent. A connection that has nothing to send is suspended, and costs nothing.
///
/// Touched by libmicrohttpd's thread, which reads, and by the thread of the numbers, which offers.
final class EventStream: Sendable {
    private struct State {
        var waiting: [UInt8]
        var sent = 0
        var isSuspended = false
        var isClosed = false
    }

    /// Valid until `ended`; suspended and resumed under the lock.
    private nonisolated(unsafe) let connection: OpaquePointer
    private let state: Mutex<State>
    private let onEnd: @Sendable (EventStream) -> Void

    init(_ connection: OpaquePointer, first: [UInt8], onEnd: @escaping @Sendable (EventStream) -> Void) {
        self.connection = connection
        state = Mutex(State(waiting: first))
        self.onEnd = onEnd
    }

    /// Sends an event, unless the page hasn't taken the one before.
    func offer(_ event: [UInt8]) {
        state.withLock { state in
            guard !state.isClosed, state.sent == state.waiting.count else { return }
            state.waiting = event
            state.sent = 0
            wake(&state)
        }
    }

    /// Ends the page's connection.
    func close() {
        state.withLock { state in
            state.isClosed = true
            wake(&state)
        }
    }

    private func wake(_ state: inout State) {
        guard state.isSuspended else { return }
        state.isSuspended = false
        laminar_http_resume(connection)
    }

    /// - Returns: bytes written; -1 at the end.
    func read(into buffer: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
        state.withLock { state in
            if state.isClosed { return -1 }
            let count = min(room, state.waiting.count - state.sent)
            guard count > 0 else {
                state.isSuspended = true
                laminar_http_suspend(connection)
                return 0
            }
            for index in 0..<count { buffer[index] = CChar(bitPattern: state.waiting[state.sent + index]) }
            state.sent += count
            return count
        }
    }

    /// libmicrohttpd has let it go.
    func ended() {
        state.withLock { state in
            state.isClosed = true
            state.isSuspended = false
        }
        onEnd(self)
    }
}
