/// Where Laminar's spans go. The trait `SwiftTracing` has one for swift-distributed-tracing.
///
///     let laminar = try await Laminar(database: .file("laminar.db"), spans: SwiftTracingSink())
///
/// Without a sink no span is made, no header is read and none is written. With one there is a span for each batch that is
/// received and processed, each record that is sent, each commit and each checkpoint. Names and attributes are those of
/// OpenTelemetry's conventions for messaging; no key, no value and no secret is among them.
public protocol SpanSink: Sendable {
    /// Starts a span; called from any thread, so it must not block for long.
    func start(_ span: SpanDescription) -> any OpenSpan
}

/// A span that was started.
public protocol OpenSpan: Sendable {
    /// What records carry that are written because of this span; nil puts nothing into them.
    var context: TraceContext? { get }
    /// Adds an attribute.
    func set(_ name: String, _ value: SpanValue)
    /// Ends it, once.
    ///
    /// - Parameter error: why it failed; nil where it didn't.
    func end(_ error: (any Error)?)
    /// Runs `body` with this span as the current one, so that the spans which are started in it are its children.
    func run<Result>(_ body: () async throws -> Result) async rethrows -> Result
}

extension OpenSpan {
    /// For sinks without a current span: just runs it.
    public func run<Result>(_ body: () async throws -> Result) async rethrows -> Result { try await body() }
}

/// What a span is about.
public struct SpanDescription: Sendable, Hashable {
    /// Its side of the conversation, as OpenTelemetry has it.
    public enum Kind: Sendable, Hashable {
        /// A question to a broker.
        case client
        /// What is done with records that were received.
        case consumer
        /// What sends records.
        case producer
    }

    /// Whose child it is.
    public enum Parent: Sendable, Hashable {
        /// Of the span that is current in the calling task.
        case current
        /// Of nobody's.
        case none
        /// Of one in another process.
        case remote(TraceContext)
    }

    /// What is done and where: `process orders`.
    public var name: String
    /// Its side of the conversation.
    public var kind: Kind
    /// Whose child it is.
    public var parent: Parent
    /// By OpenTelemetry's names, in no order.
    public var attributes: [String: SpanValue]
    /// What else it comes of: the spans that sent the records.
    public var links: [TraceContext]
    /// Nanoseconds since 1970 at which it began; nil for now.
    public var start: UInt64?

    /// Describes a span.
    public init(
        _ name: String, _ kind: Kind, parent: Parent = .current, attributes: [String: SpanValue] = [:],
        links: [TraceContext] = [], start: UInt64? = nil
    ) {
        self.name = name
        self.kind = kind
        self.parent = parent
        self.attributes = attributes
        self.links = links
        self.start = start
    }
}

/// What an attribute holds.
public enum SpanValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// A text.
    case text(String)
    /// A whole number.
    case number(Int)

    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(value) }
}
