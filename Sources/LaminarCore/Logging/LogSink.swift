/// How important a log line is. Laminar itself logs at `info` and below: what a host must act on is an error or a state.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    /// The finest steps, librdkafka's debug contexts included.
    case trace
    /// What helps to find a fault.
    case debug
    /// What an operator likes to know: a start, an assignment, a commit that failed and will be retried.
    case info
    /// Only for a sink's own use: Laminar never logs a warning.
    case warning
    /// Only for a sink's own use: Laminar never logs an error.
    case error

    /// By importance.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// Where Laminar's log goes. The trait `SwiftLog` has one for swift-log.
///
/// Called from any thread, librdkafka's among them, so it must not block for long. No payload and no secret comes here.
public protocol LogSink: Sendable {
    /// Lines below this level aren't even made.
    var level: LogLevel { get }
    /// Takes a line; the metadata's keys are documented in `docs/observability.md`.
    func log(_ level: LogLevel, _ message: String, metadata: [String: String])
}

extension LogSink {
    /// Logs a line that is made only when somebody wants it.
    public func log(
        _ level: LogLevel, _ metadata: @autoclosure () -> [String: String] = [:], _ message: @autoclosure () -> String
    ) {
        guard level >= self.level else { return }
        log(level, message(), metadata: metadata())
    }
}

/// Drops everything: the default of a library that isn't asked to speak.
public struct SilentLogSink: LogSink {
    /// A sink that drops everything.
    public init() {}
    /// Above everything that Laminar logs.
    public var level: LogLevel { .error }
    /// Nothing.
    public func log(_ level: LogLevel, _ message: String, metadata: [String: String]) {}
}

/// Hands each line to a closure.
public struct ClosureLogSink: LogSink {
    /// Lines below it aren't made.
    public let level: LogLevel
    private let body: @Sendable (LogLevel, String, [String: String]) -> Void

    /// - Parameter body: level, message, metadata; called from any thread.
    public init(level: LogLevel = .info, _ body: @escaping @Sendable (LogLevel, String, [String: String]) -> Void) {
        self.level = level
        self.body = body
    }

    /// Calls the closure.
    public func log(_ level: LogLevel, _ message: String, metadata: [String: String]) {
        body(level, message, metadata)
    }
}
