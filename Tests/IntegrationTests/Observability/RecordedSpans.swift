import LaminarCore
import Synchronization

/// Remembers every span, and gives each a context of its own.
final class RecordedSpans: SpanSink {
    final class Span: OpenSpan {
        let description: SpanDescription
        let context: TraceContext?
        private let state = Mutex((attributes: [String: SpanValue](), ends: 0, failures: 0))

        init(_ description: SpanDescription, number: Int) {
            self.description = description
            let digits = String(number, radix: 16)
            let parent: TraceContext? = if case .remote(let remote) = description.parent { remote } else { nil }
            context = TraceContext(
                traceID: parent?.traceID ?? String(repeating: "a", count: 32),
                spanID: String(repeating: "0", count: 15 - digits.count) + digits + "f")
        }

        func set(_ name: String, _ value: SpanValue) { state.withLock { $0.attributes[name] = value } }

        func end(_ error: (any Error)?) {
            state.withLock { state in
                state.ends += 1
                if error != nil { state.failures += 1 }
            }
        }

        var attributes: [String: SpanValue] {
            state.withLock { description.attributes.merging($0.attributes) { $1 } }
        }
        var ends: Int { state.withLock { $0.ends } }
        var hasFailed: Bool { state.withLock { $0.failures > 0 } }
    }

    private let spans = Mutex<[Span]>([])

    func start(_ span: SpanDescription) -> any OpenSpan {
        spans.withLock { spans in
            let started = Span(span, number: spans.count + 1)
            spans.append(started)
            return started
        }
    }

    var all: [Span] { spans.withLock { $0 } }
    func named(_ name: String) -> [Span] { all.filter { $0.description.name == name } }
}
