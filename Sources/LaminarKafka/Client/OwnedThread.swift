#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A named thread of our own, where blocking C calls may wait as long as they like: the cooperative pool must not.
enum OwnedThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread; it ends when `body` returns.
    ///
    /// - Parameter name: at most 15 bytes are shown by the system.
    /// - Throws: ``KafkaError`` with code `client` when the system has no thread left.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(KafkaError) {
        let box = Unmanaged.passRetained(Body(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                #if canImport(Darwin)
                    let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                #else
                    guard let argument else { return nil }
                    let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                #endif
                body.run()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw KafkaError(code: .client, message: "The system refused a new thread (error \(code)).")
        }
        #if canImport(Glibc)
            pthread_setname_np(thread, String(name.prefix(15)))
        #endif
    }
}

extension OwnedThread {
    /// Runs a blocking call on a thread of its own and waits for it without holding a thread of the pool.
    static func run<Result: Sendable>(
        _ name: String, _ body: @escaping @Sendable () throws(KafkaError) -> Result
    ) async throws(KafkaError) -> Result {
        let outcome: Swift.Result<Result, KafkaError> = await withCheckedContinuation { continuation in
            do {
                try start(name) {
                    do throws(KafkaError) { continuation.resume(returning: .success(try body())) } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try outcome.get()
    }
}
