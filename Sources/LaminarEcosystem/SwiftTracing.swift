// The only file that imports swift-distributed-tracing, under the trait SwiftTracing.

#if SwiftTracing
    public import LaminarCore
    public import LaminarKafka
    public import Tracing

    /// Laminar's spans go to swift-distributed-tracing, and with it to whatever tracer the host has bootstrapped.
    ///
    ///     let laminar = try await Laminar(database: .file("laminar.db"), spans: SwiftTracingSink())
    ///     for try await record in source.records {
    ///         try await withSpan("bill", context: record.serviceContext) { _ in … }
    ///     }
    ///
    /// Spans that are started inside of a transform's or a checkpoint's closure are children of Laminar's. What records carry
    /// is W3C Trace Context, so the tracer must speak it. A failed span has a status and `error.type`, never an error's text,
    /// which may be the host's own.
    public struct SwiftTracingSink: SpanSink {
        private let tracer: (any Tracer)?

        /// - Parameter tracer: nil for the one that was bootstrapped.
        public init(_ tracer: (any Tracer)? = nil) { self.tracer = tracer }

        /// Starts a span on the tracer.
        public func start(_ span: SpanDescription) -> any OpenSpan {
            let tracer = tracer ?? InstrumentationSystem.tracer
            let context: ServiceContext =
                switch span.parent {
                case .current: ServiceContext.current ?? .topLevel
                case .none: .topLevel
                case .remote(let remote): Self.context(of: remote, by: tracer)
                }
            let kind: SpanKind =
                switch span.kind {
                case .client: .client
                case .consumer: .consumer
                case .producer: .producer
                }
            return TracedSpan(start(span, on: tracer, context, kind), tracer)
        }

        private func start(
            _ description: SpanDescription, on tracer: some Tracer, _ context: ServiceContext, _ kind: SpanKind
        ) -> any Span {
            let instant = SpanInstant(
                nanosecondsSinceEpoch: description.start ?? DefaultTracerClock.now.nanosecondsSinceEpoch)
            let span = tracer.startSpan(
                description.name, context: context, ofKind: kind, at: instant, function: #function, file: #fileID,
                line: #line)
            span.updateAttributes { attributes in
                for (name, value) in description.attributes { attributes.set(name, value: SpanAttribute(value)) }
            }
            for link in description.links {
                span.addLink(SpanLink(context: Self.context(of: link, by: tracer), attributes: [:]))
            }
            return span
        }

        static func context(of trace: TraceContext, by tracer: any Tracer) -> ServiceContext {
            var context = ServiceContext.topLevel
            var fields = ["traceparent": trace.traceparent]
            if let state = trace.state { fields["tracestate"] = state }
            tracer.extract(fields, into: &context, using: FieldExtractor())
            return context
        }
    }

    extension KafkaRecord {
        /// The span that sent the record, as a parent for the host's own spans; the top level where it names none.
        public var serviceContext: ServiceContext {
            traceContext.map { SwiftTracingSink.context(of: $0, by: InstrumentationSystem.tracer) } ?? .topLevel
        }
    }

    private struct TracedSpan: OpenSpan {
        private let span: any Span
        private let tracer: any Tracer

        init(_ span: any Span, _ tracer: any Tracer) {
            self.span = span
            self.tracer = tracer
        }

        var context: TraceContext? {
            var fields: [String: String] = [:]
            tracer.inject(span.context, into: &fields, using: FieldInjector())
            return fields["traceparent"].flatMap { TraceContext(traceparent: $0, tracestate: fields["tracestate"]) }
        }

        func set(_ name: String, _ value: SpanValue) {
            span.updateAttributes { $0.set(name, value: SpanAttribute(value)) }
        }

        func end(_ error: (any Error)?) {
            if let error {
                set("error.type", .text((error as? KafkaError)?.code.description ?? "\(type(of: error))"))
                span.setStatus(SpanStatus(code: .error))
            }
            span.end()
        }

        func run<Result>(_ body: () async throws -> Result) async rethrows -> Result {
            try await ServiceContext.withValue(span.context, operation: body)
        }
    }

    private struct SpanInstant: TracerInstant {
        let nanosecondsSinceEpoch: UInt64
        static func < (left: SpanInstant, right: SpanInstant) -> Bool {
            left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
        }
    }

    private struct FieldExtractor: Extractor {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key.lowercased()] }
    }

    private struct FieldInjector: Injector {
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
            carrier[key.lowercased()] = value
        }
    }

    extension SpanAttribute {
        fileprivate init(_ value: SpanValue) {
            switch value {
            case .text(let text): self = .string(text)
            case .number(let number): self = .int64(Int64(number))
            }
        }
    }
#endif
