#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// How far a recursion may go down its thread's stack.
///
///     stack.begin()                   // on the thread that it runs on
///     if stack.isUsedUp { … }         // now and then on its way down
///
/// A level takes a few hundred bytes in a release build and kilobytes in a debug build, and a host may decode on a thread
/// with 512 KB (macOS's default for other threads than the main one): a count of levels alone is too many for one, or too
/// few for the other.
struct StackBound {
    /// Left to those who are called at the deepest place, and don't call back.
    private static let reserve: UInt = 64 << 10

    private var thread: pthread_t?
    private var end: UInt = 0

    /// Finds out where the stack ends, where it isn't known of this thread.
    mutating func begin() {
        let current = pthread_self()
        if let thread, pthread_equal(thread, current) != 0 { return }
        thread = current
        end = Self.lowestPlace(of: current) + Self.reserve
    }

    /// Whether the rest of the stack is for others.
    var isUsedUp: Bool { Self.place < end }

    /// About where the stack has come to.
    @inline(never)
    private static var place: UInt {
        var mark: UInt8 = 0
        return withUnsafeMutablePointer(to: &mark) { UInt(bitPattern: $0) }
    }

    #if !canImport(Darwin)
        private typealias Question = @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32

        /// The C library has it, and its module for Swift leaves it out.
        private static let ask = dlsym(nil, "pthread_getattr_np").map { unsafeBitCast($0, to: Question.self) }
    #endif

    /// Stacks grow downwards on every machine that Swift runs on. 0 where the system doesn't tell: no bound.
    private static func lowestPlace(of thread: pthread_t) -> UInt {
        #if canImport(Darwin)
            return UInt(bitPattern: pthread_get_stackaddr_np(thread)) - UInt(pthread_get_stacksize_np(thread))
        #else
            var attributes = pthread_attr_t()
            guard let ask, ask(thread, &attributes) == 0 else { return 0 }
            defer { pthread_attr_destroy(&attributes) }
            var start: UnsafeMutableRawPointer?
            var size = 0
            guard pthread_attr_getstack(&attributes, &start, &size) == 0 else { return 0 }
            return UInt(bitPattern: start)
        #endif
    }
}
