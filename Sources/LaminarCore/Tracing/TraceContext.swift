/// Which span something belongs to, as it travels in a record's headers `traceparent` and `tracestate`.
///
///     if let context = record.traceContext { print(context.traceID) }     // 4bf92f3577b34da6a3ce929d0e0e4736
///
/// - Note: Format: W3C Trace Context, level 1, "traceparent header" and "tracestate header".
public struct TraceContext: Sendable, Hashable, CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public let traceID: String
    /// 16 lower-case hexadecimal digits: the span that is the parent of whatever comes of this.
    public let spanID: String
    /// The lowest bit says that the trace is sampled.
    public let flags: UInt8
    /// What tracing systems add of their own, as it came; nil for nothing.
    public let state: String?

    /// Whether the trace is recorded.
    public var isSampled: Bool { flags & 1 == 1 }

    /// The header's value, version 00.
    public var traceparent: String {
        let digits = String(flags, radix: 16)
        return "00-\(traceID)-\(spanID)-\(digits.count == 1 ? "0" : "")\(digits)"
    }

    /// The same as ``traceparent``.
    public var description: String { traceparent }

    /// A context of one's own.
    ///
    /// - Returns: nil where an id has the wrong length, is no lower-case hexadecimal number, or is zero.
    public init?(traceID: String, spanID: String, flags: UInt8 = 1, state: String? = nil) {
        guard Self.isID(traceID.utf8, 32), Self.isID(spanID.utf8, 16) else { return nil }
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.state = state.flatMap { $0.isEmpty || $0.utf8.count > Self.longestState ? nil : $0 }
    }

    /// Reads the headers; of a later version what this one knows.
    ///
    /// - Returns: nil where `traceparent` isn't one: then there is no context, as the specification says.
    public init?(traceparent: String, tracestate: String? = nil) {
        let bytes = Array(traceparent.utf8)
        guard bytes.count >= 55, bytes[2] == Self.dash, bytes[35] == Self.dash, bytes[52] == Self.dash,
            bytes[0..<2].allSatisfy(Self.isDigit), bytes[53..<55].allSatisfy(Self.isDigit),
            bytes[0..<2] != [UInt8(ascii: "f"), UInt8(ascii: "f")]
        else { return nil }
        let isFirstVersion = bytes[0..<2] == [UInt8(ascii: "0"), UInt8(ascii: "0")]
        guard bytes.count == 55 || (!isFirstVersion && bytes[55] == Self.dash) else { return nil }
        self.init(
            traceID: String(decoding: bytes[3..<35], as: UTF8.self),
            spanID: String(decoding: bytes[36..<52], as: UTF8.self),
            flags: UInt8(String(decoding: bytes[53..<55], as: UTF8.self), radix: 16) ?? 0, state: tracestate)
    }

    private static let dash = UInt8(ascii: "-")
    /// The specification asks for 512 characters at least to be carried; a longer one is dropped, as it allows.
    private static let longestState = 512

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 || byte &- 97 < 6 }

    private static func isID(_ bytes: String.UTF8View, _ count: Int) -> Bool {
        bytes.count == count && bytes.allSatisfy(isDigit) && bytes.contains { $0 != UInt8(ascii: "0") }
    }
}
