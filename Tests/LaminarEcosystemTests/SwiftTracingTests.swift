#if SwiftTracing
    import LaminarCore
    import LaminarEcosystem
    import Synchronization
    import Testing
    import Tracing

    @Suite struct SwiftTracingTests {
        private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

        @Test("name, kind, attributes, links and time reach the tracer") func description() throws {
            let tracer = HeaderTracer()
            let remote = try #require(TraceContext(traceparent: Self.parent))
            let span = SwiftTracingSink(tracer).start(
                SpanDescription(
                    "process orders", .consumer, parent: .none,
                    attributes: ["messaging.system": "kafka", "messaging.batch.message_count": 7], links: [remote],
                    start: 1_000))
            span.set("messaging.kafka.offset", 42)
            span.end(nil)
            let traced = try #require(tracer.spans.first)
            #expect(traced.operationName == "process orders")
            #expect(traced.kind == .consumer)
            #expect(traced.start == 1_000)
            #expect(traced.attributes.get("messaging.system") == .string("kafka"))
            #expect(traced.attributes.get("messaging.batch.message_count") == .int64(7))
            #expect(traced.attributes.get("messaging.kafka.offset") == .int64(42))
            #expect(traced.links.map(\.context.header) == [Self.parent])
            #expect(traced.isEnded)
        }

        @Test("a remote parent goes in, and the span's own context comes out for the headers") func propagation() throws
        {
            let tracer = HeaderTracer()
            let remote = try #require(TraceContext(traceparent: Self.parent))
            let span = SwiftTracingSink(tracer).start(
                SpanDescription("send orders", .producer, parent: .remote(remote)))
            #expect(span.context?.traceID == remote.traceID)
            #expect(span.context?.spanID == "0000000000000001")
        }

        @Test("what runs in a span has it as its current one, and a failure has a type and no text") func current()
            async throws
        {
            let tracer = HeaderTracer()
            let sink = SwiftTracingSink(tracer)
            let outer = sink.start(SpanDescription("process orders", .consumer, parent: .none))
            let inner = await outer.run { sink.start(SpanDescription("send totals", .producer)) }
            #expect(inner.context?.traceID == outer.context?.traceID)
            struct Secret: Error { let text = "payload" }
            inner.end(Secret())
            let failed = try #require(tracer.spans.last)
            #expect(failed.attributes.get("error.type") == .string("Secret"))
            #expect(failed.status?.code == .error)
            #expect(failed.status?.message == nil)
        }
    }

    /// A tracer that knows no more than W3C's header.
    private final class HeaderTracer: Tracer {
        private let made = Mutex<[HeaderSpan]>([])
        var spans: [HeaderSpan] { made.withLock { $0 } }

        func startSpan<Instant: TracerInstant>(
            _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
            at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
        ) -> HeaderSpan {
            made.withLock { made in
                let parent = context().header.flatMap { TraceContext(traceparent: $0) }
                let digits = String(made.count + 1, radix: 16)
                var own = context()
                own[HeaderKey.self] =
                    TraceContext(
                        traceID: parent?.traceID ?? String(repeating: "a", count: 32),
                        spanID: String(repeating: "0", count: 16 - digits.count) + digits)?.traceparent
                let span = HeaderSpan(operationName, own, kind, instant().nanosecondsSinceEpoch)
                made.append(span)
                return span
            }
        }

        func extract<Carrier, Extract: Extractor>(
            _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
        ) where Extract.Carrier == Carrier {
            context[HeaderKey.self] = extractor.extract(key: "traceparent", from: carrier)
        }

        func inject<Carrier, Inject: Injector>(
            _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
        ) where Inject.Carrier == Carrier {
            if let header = context.header { injector.inject(header, forKey: "traceparent", into: &carrier) }
        }

        func forceFlush() {}
    }

    private enum HeaderKey: ServiceContextKey {
        typealias Value = String
    }

    extension ServiceContext {
        fileprivate var header: String? { self[HeaderKey.self] }
    }

    private final class HeaderSpan: Span {
        private struct State {
            var name: String
            var attributes = SpanAttributes([:])
            var status: SpanStatus?
            var links: [SpanLink] = []
            var isEnded = false
        }
        private let state: Mutex<State>
        let context: ServiceContext
        let kind: SpanKind
        let start: UInt64

        init(_ name: String, _ context: ServiceContext, _ kind: SpanKind, _ start: UInt64) {
            state = Mutex(State(name: name))
            self.context = context
            self.kind = kind
            self.start = start
        }

        var operationName: String {
            get { state.withLock { $0.name } }
            set { state.withLock { $0.name = newValue } }
        }
        var attributes: SpanAttributes {
            get { state.withLock { $0.attributes } }
            set { state.withLock { $0.attributes = newValue } }
        }
        var isRecording: Bool { true }
        var status: SpanStatus? { state.withLock { $0.status } }
        var links: [SpanLink] { state.withLock { $0.links } }
        var isEnded: Bool { state.withLock { $0.isEnded } }

        func setStatus(_ status: SpanStatus) { state.withLock { $0.status = status } }
        func addEvent(_ event: SpanEvent) {}
        func recordError<Instant: TracerInstant>(
            _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
        ) {}
        func addLink(_ link: SpanLink) { state.withLock { $0.links.append(link) } }
        func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
            state.withLock { $0.isEnded = true }
        }
    }
#endif
