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
        /// Some partitions wait for something, and the others go on; nil: none waits any more.
        case waiting(String?)
        case failed(String)
        case stopped
    }

    /// Where it would stand if no partition waited.
    private var flow: SourceState
    private var waiting: String?

    init(state: SourceState = .starting) { flow = state }

    /// Where it stands.
    var state: SourceState {
        switch flow {
        case .failed, .stopped: flow
        default: waiting.map { .stalled($0) } ?? flow
        }
    }

    /// - Returns: whether the state changed.
    mutating func handle(_ event: Event) -> Bool {
        let before = state
        switch (flow, event) {
        case (.failed, _), (.stopped, _): break
        case (_, .failed(let reason)): flow = .failed(reason)
        case (_, .stopped): flow = .stopped
        case (_, .waiting(let reason)): waiting = reason
        case (_, .delivered): flow = .running
        case (_, .trouble(let reason)): flow = .stalled(reason)
        case (.stalled, .recovered), (.stalled, .drained): flow = .idle
        case (.starting, .recovered), (.starting, .drained): flow = .idle
        case (.running, .drained): flow = .idle
        case (.running, .recovered), (.idle, .recovered), (.idle, .drained): break
        }
        return state != before
    }
}
