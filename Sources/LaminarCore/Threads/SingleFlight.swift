import Synchronization

/// Lets everybody who asks the same at the same time wait for one answer.
///
///     let flights = SingleFlight<SchemaKey, PublishedSchema, RegistryError>(cancelled: RegistryError(.cancelled, "…"))
///     let schema = try await flights.answer(key) { … }
///
/// Who is cancelled stops waiting at once and leaves the others be; with the last of them the question itself is cancelled.
package final class SingleFlight<Question: Hashable & Sendable, Answer: Sendable, Failure: Error>: Sendable {
    package typealias Outcome = Result<Answer, Failure>

    private struct Flight {
        let number: Int
        var task: Task<Void, Never>?
        var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
    }

    private struct State {
        var flights: [Question: Flight] = [:]
        var counter = 0
    }

    private let state = Mutex(State())
    private let cancelled: Failure

    /// - Parameter cancelled: what is thrown to those whose task is cancelled.
    package init(cancelled: Failure) { self.cancelled = cancelled }

    /// The answer that is under way, or that of `body`.
    ///
    /// - Throws: what `body` answers; the cancellation's error when the caller's task was cancelled.
    package func answer(
        _ question: Question, by body: @escaping @Sendable () async -> Outcome
    ) async throws(Failure) -> Answer {
        let number = state.withLock { state in
            state.counter += 1
            return state.counter
        }
        let outcome: Outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                join(question, number, continuation, body)
            }
        } onCancel: {
            leave(question, number)
        }
        return try outcome.get()
    }

    private func join(
        _ question: Question, _ number: Int, _ continuation: CheckedContinuation<Outcome, Never>,
        _ body: @escaping @Sendable () async -> Outcome
    ) {
        // The handler of a cancellation that came before finds nobody to take out; the mark is seen here.
        let isLate = state.withLock { state in
            if Task.isCancelled { return true }
            if state.flights[question] != nil {
                state.flights[question]?.waiters[number] = continuation
                return false
            }
            let task = Task { land(question, number, await body()) }
            state.flights[question] = Flight(number: number, task: task, waiters: [number: continuation])
            return false
        }
        if isLate { continuation.resume(returning: .failure(cancelled)) }
    }

    private func leave(_ question: Question, _ number: Int) {
        let (waiter, task) = state.withLock { state in
            guard let waiter = state.flights[question]?.waiters.removeValue(forKey: number) else {
                return (nil as CheckedContinuation<Outcome, Never>?, nil as Task<Void, Never>?)
            }
            guard state.flights[question]?.waiters.isEmpty == true else { return (waiter, nil) }
            return (waiter, state.flights.removeValue(forKey: question)?.task)
        }
        task?.cancel()
        waiter?.resume(returning: .failure(cancelled))
    }

    private func land(_ question: Question, _ number: Int, _ outcome: Outcome) {
        let waiters = state.withLock { state in
            // A flight that everybody left is gone, and another may be in its place.
            guard state.flights[question]?.number == number else { return [CheckedContinuation<Outcome, Never>]() }
            return state.flights.removeValue(forKey: question).map { Array($0.waiters.values) } ?? []
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }
}
