import Synchronization

/// Lets many wait for one piece of work, which runs once at a time. Whoever is cancelled stops waiting at once; the work goes
/// on for the others.
final class SingleFlight<Value: Sendable>: Sendable {
    private struct State {
        var isFlying = false
        var tickets = 0
        var waiting: [Int: CheckedContinuation<Value, any Error>] = [:]
    }

    private let state = Mutex(State())

    /// The work's result: of the one that is under way, else of a new one.
    func value(of work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let turn = state.withLock { state -> FlightTurn in
                    guard !Task.isCancelled else { return .isCancelled }
                    state.waiting[ticket] = continuation
                    defer { state.isFlying = true }
                    return state.isFlying ? .waits : .starts
                }
                switch turn {
                case .isCancelled: continuation.resume(throwing: CancellationError())
                case .starts: Task { [self] in await fly(work) }
                case .waits: break
                }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: ticket) }
            continuation?.resume(throwing: CancellationError())
        }
    }

    private func fly(_ work: @Sendable () async throws -> Value) async {
        let result: Result<Value, any Error>
        do { result = .success(try await work()) } catch { result = .failure(error) }
        let waiting = state.withLock { state in
            defer {
                state.waiting = [:]
                state.isFlying = false
            }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(with: result) }
    }
}

/// What somebody who asks does next.
private enum FlightTurn { case starts, waits, isCancelled }
