public import LaminarCore
internal import LaminarFormats

extension KafkaRecord {
    /// The span that sent the record, from its headers `traceparent` and `tracestate`; nil where they name none.
    ///
    ///     for try await record in source.records {
    ///         try await withSpan("bill", context: record.serviceContext) { _ in … }   // trait SwiftTracing
    ///     }
    public var traceContext: TraceContext? { batch.messages.traceContext(of: index) }
}

extension MessageBatch {
    func traceContext(of index: Int) -> TraceContext? {
        var parent: String?
        var state: String?
        forEachHeader(of: index) { name, value in
            switch name {
            case "traceparent": parent = value.flatMap { String(validating: $0, as: UTF8.self) }
            case "tracestate": state = value.flatMap { String(validating: $0, as: UTF8.self) }
            default: break
            }
        }
        return parent.flatMap { TraceContext(traceparent: $0, tracestate: state) }
    }

    /// The different spans that sent these records, in order, up to a number.
    func traceContexts(upTo most: Int) -> [TraceContext] {
        var parents: [PayloadSlice] = []
        lastHeaders(named: "traceparent", into: &parents)
        var contexts: [TraceContext] = []
        var seen: Set<TraceContext> = []
        for index in parents.indices where contexts.count < most {
            // Its state is looked up only where there is a parent.
            guard !parents[index].isNull, let context = traceContext(of: index), seen.insert(context).inserted else {
                continue
            }
            contexts.append(context)
        }
        return contexts
    }
}

extension RecordExtras {
    /// Puts a span into the headers, unless the record carries one already.
    mutating func inject(_ context: TraceContext?) {
        guard let context, !headers.contains(where: { $0.name == "traceparent" }) else { return }
        headers.append(KafkaHeader("traceparent", text: context.traceparent))
        if let state = context.state { headers.append(KafkaHeader("tracestate", text: state)) }
    }
}
