internal import LaminarCore

/// Where a pipeline stands, for people and probes.
public enum PipelineState: Sendable, Hashable, CustomStringConvertible {
    /// Not started, or stopped by STOP PIPELINE; or `run()` isn't running.
    case stopped
    /// Connecting, or joining the group.
    case starting
    /// Rows flow, or the next one comes at once.
    case running
    /// Its rows go to the host, and nobody reads them.
    case waitingForReader
    /// It failed and is tried again soon; the reason in words.
    case retrying(String)
    /// It failed and isn't tried again before START PIPELINE or the next `run()`.
    case failed(String)

    /// As SHOW PIPELINES and `system.pipelines` show it.
    public var description: String {
        switch self {
        case .stopped: "stopped"
        case .starting: "starting"
        case .running: "running"
        case .waitingForReader: "waiting for a reader"
        case .retrying(let reason): "retrying: \(reason)"
        case .failed(let reason): "failed: \(reason)"
        }
    }
}

/// The life of a pipeline as a value: events in, actions out.
struct PipelineLife: Sendable, Equatable {
    enum Event: Sendable, Equatable {
        /// It is to run: `run()` began, or START PIPELINE.
        case start
        /// It is to stop: STOP, DROP, or `run()` ends.
        case stop
        /// Somebody asked for its rows.
        case readerCame
        /// Nobody asks for its rows any more.
        case readerLeft
        /// Its first batch came, or the group gave it nothing to read.
        case settled
        /// It ended with an error.
        case failed(String, mayPass: Bool)
        /// The time of a retry has come.
        case retryIsDue
    }

    enum Action: Sendable, Equatable {
        /// Begin to read.
        case attach
        /// Store what is processed, and read no more.
        case detach
        /// Come back with ``Event/retryIsDue`` after a while.
        case retryLater
        /// Don't.
        case forgetRetry
    }

    private(set) var state = PipelineState.stopped
    /// Whether it runs only while somebody reads its rows.
    let needsReader: Bool
    private(set) var hasReader = false

    init(needsReader: Bool) { self.needsReader = needsReader }

    private var canRead: Bool { hasReader || !needsReader }

    mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (_, .readerCame):
            hasReader = true
            guard state == .waitingForReader else { return [] }
            state = .starting
            return [.attach]
        case (_, .readerLeft):
            hasReader = false
            return readerLeft()
        case (.stopped, .start), (.failed, .start):
            state = canRead ? .starting : .waitingForReader
            return canRead ? [.attach] : []
        case (.retrying, .start):
            state = canRead ? .starting : .waitingForReader
            return canRead ? [.forgetRetry, .attach] : [.forgetRetry]
        case (.starting, .start), (.running, .start), (.waitingForReader, .start): return []
        case (.stopped, .stop): return []
        case (.waitingForReader, .stop), (.failed, .stop):
            state = .stopped
            return []
        case (.retrying, .stop):
            state = .stopped
            return [.forgetRetry]
        case (.starting, .stop), (.running, .stop):
            state = .stopped
            return [.detach]
        case (.starting, .settled):
            state = .running
            return []
        case (.running, .settled), (.stopped, .settled), (.waitingForReader, .settled), (.retrying, .settled),
            (.failed, .settled):
            return []
        case (.starting, .failed(let reason, let mayPass)), (.running, .failed(let reason, let mayPass)):
            state = mayPass ? .retrying(reason) : .failed(reason)
            return mayPass ? [.retryLater] : []
        case (.stopped, .failed), (.waitingForReader, .failed), (.retrying, .failed), (.failed, .failed): return []
        case (.retrying, .retryIsDue):
            state = canRead ? .starting : .waitingForReader
            return canRead ? [.attach] : []
        case (.stopped, .retryIsDue), (.starting, .retryIsDue), (.running, .retryIsDue),
            (.waitingForReader, .retryIsDue), (.failed, .retryIsDue):
            return []
        }
    }

    private mutating func readerLeft() -> [Action] {
        guard needsReader else { return [] }
        switch state {
        case .starting, .running:
            state = .waitingForReader
            return [.detach]
        case .retrying:
            state = .waitingForReader
            return [.forgetRetry]
        case .stopped, .waitingForReader, .failed: return []
        }
    }
}
