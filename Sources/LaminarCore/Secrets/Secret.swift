/// A value that must never be printed: a password, a token, a private key.
///
///     let password = Secret("hunter2")
///     print(password)                                   // <redacted>
///     password.withUnredacted { client.logIn($0) }      // the only way to the text
///
/// Its description, debug description and mirror are redacted, so that it can't reach a log, an error or a crash
/// message by interpolation. It isn't `Codable` on purpose.
public struct Secret: Sendable, Hashable {
    private let text: String

    /// Wraps a text; the caller should drop its own copy.
    public init(_ text: String) {
        self.text = text
    }

    /// Lends the text to `body`; keep it no longer than the call.
    public func withUnredacted<Result, Failure: Error>(
        _ body: (String) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(text)
    }

    /// Whether the text is empty, which is nearly always a mistake of configuration.
    public var isEmpty: Bool { text.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
