/// Where a source stands, for logs, probes and people.
public enum SourceState: Sendable, Hashable, CustomStringConvertible {
    /// Connecting, or joining the group.
    case starting
    /// Records flow.
    case running
    /// Everything there was has been read; the next record comes at once.
    case idle
    /// Waiting for something outside: what it is, in words.
    case stalled(String)
    /// Ended by an error, which the iteration has thrown.
    case failed(String)
    /// Ended as asked.
    case stopped

    /// As `system.connections` shows it.
    public var description: String {
        switch self {
        case .starting: "starting"
        case .running: "running"
        case .idle: "idle"
        case .stalled(let reason): "stalled: \(reason)"
        case .failed(let reason): "failed: \(reason)"
        case .stopped: "stopped"
        }
    }
}

/// The life of a source as a value: events in, state out.
struct SourceLife: Sendable, Equatable {
    enum Event: Sendable, Equatable {
        case delivered
        case drained
        case trouble(String)
        case recovered
        case failed(String)
        case stopped
    }

    private(set) var state = SourceState.starting

    init(state: SourceState = .starting) { self.state = state }

    /// - Returns: whether the state changed.
    mutating func handle(_ event: Event) -> Bool {
        let before = state
        switch (state, event) {
        case (.failed, _), (.stopped, _): break
        case (_, .failed(let reason)): state = .failed(reason)
        case (_, .stopped): state = .stopped
        case (_, .delivered): state = .running
        case (_, .trouble(let reason)): state = .stalled(reason)
        case (.stalled, .recovered), (.stalled, .drained): state = .idle
        case (.starting, .recovered), (.starting, .drained): state = .idle
        case (.running, .drained): state = .idle
        case (.running, .recovered), (.idle, .recovered), (.idle, .drained): break
        }
        return state != before
    }
}
