import LaminarCore
import Testing

@Suite struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test("a header is read and written again as it was") func roundTrip() throws {
        let text = "00-\(Self.trace)-\(Self.span)-01"
        let context = try #require(TraceContext(traceparent: text, tracestate: "congo=t61rcWkgMzE"))
        #expect(context.traceID == Self.trace)
        #expect(context.spanID == Self.span)
        #expect(context.isSampled)
        #expect(context.state == "congo=t61rcWkgMzE")
        #expect(context.traceparent == text)
        #expect(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-00")?.isSampled == false)
    }

    @Test("a later version is read as far as this one goes") func laterVersion() {
        #expect(TraceContext(traceparent: "cc-\(Self.trace)-\(Self.span)-01-what-comes")?.spanID == Self.span)
        #expect(TraceContext(traceparent: "cc-\(Self.trace)-\(Self.span)-01")?.spanID == Self.span)
        #expect(TraceContext(traceparent: "cc-\(Self.trace)-\(Self.span)-01.what") == nil)
    }

    @Test(
        "what the specification calls invalid is no context",
        arguments: [
            "", "00", "ff-\(trace)-\(span)-01", "00-\(trace)-\(span)-01-more", "00-\(trace)-\(span)-0",
            "00-\(trace.uppercased())-\(span)-01", "00-\(String(repeating: "0", count: 32))-\(span)-01",
            "00-\(trace)-\(String(repeating: "0", count: 16))-01", "00_\(trace)-\(span)-01",
            "00-\(trace)-\(span)-zz", "0g-\(trace)-\(span)-01", " 00-\(trace)-\(span)-01",
            "00-\(trace.dropLast())é-\(span)-01",
        ])
    func invalid(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test("an id of a host's own must be one") func own() {
        #expect(TraceContext(traceID: Self.trace, spanID: Self.span)?.traceparent == "00-\(Self.trace)-\(Self.span)-01")
        #expect(TraceContext(traceID: "1234", spanID: Self.span) == nil)
        #expect(
            TraceContext(traceID: Self.trace, spanID: Self.span, state: String(repeating: "x", count: 513))?.state
                == nil)
    }
}
