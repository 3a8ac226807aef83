internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// SIGINT and SIGTERM cancel what runs, so that it closes and commits; a second one ends the process at once.
///
/// While someone else takes SIGINT (``taking(_:_:)``), it ends nothing: the shell gives up a line or a statement by it.
enum Interruption {
    private static let taker = Mutex<(@Sendable () -> Void)?>(nil)

    /// Runs `body` in a task that a signal cancels.
    static func cancelling<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) async -> Result {
        // Writing to a closed pipe is an error of that write, not the process's end.
        signal(SIGPIPE, SIG_IGN)
        let task = Task { await body() }
        let sources = [SIGINT, SIGTERM].map { number in
            on(number) {
                if number == SIGINT, let take = taker.withLock({ $0 }) { return take() }
                if task.isCancelled { _exit(128 + number) }
                task.cancel()
            }
        }
        defer { for source in sources { source.cancel() } }
        return await task.value
    }

    /// Runs `body` while SIGINT calls `take`, and SIGWINCH `resized`.
    static func taking<Result>(
        _ take: @escaping @Sendable () -> Void, resized: @escaping @Sendable () -> Void,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        taker.withLock { $0 = take }
        let source = on(SIGWINCH, resized)
        defer {
            source.cancel()
            taker.withLock { $0 = nil }
        }
        return try await body()
    }

    private static func on(_ number: Int32, _ body: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: body)
        source.activate()
        return source
    }
}
