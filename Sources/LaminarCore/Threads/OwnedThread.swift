#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A thread of our own, where blocking C calls may wait as long as they like: the cooperative pool must not.
package enum OwnedThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread; it ends when `body` returns.
    ///
    /// - Throws: ``ThreadRefused`` when the system has no thread left.
    package static func start(_ body: @escaping @Sendable () -> Void) throws(ThreadRefused) {
        let box = Unmanaged.passRetained(Body(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        #if canImport(Darwin)
            // Decoders go as deep as payloads may, and 512 KiB is what a thread has there by itself; Linux gives 8 MiB.
            pthread_attr_setstacksize(&attributes, 8 << 20)
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
            throw ThreadRefused(code: code)
        }
    }
}

/// The system has no thread left.
package struct ThreadRefused: Error, CustomStringConvertible {
    /// The system's error number.
    package let code: Int32
    package var description: String { "The system refused a new thread (error \(code))." }
}
