/// An option in its normal form, as the catalog keeps it and SHOW CREATE prints it.
///
/// Two definitions are the same when their normalised options are; ``ConnectionOptions/differences(from:to:)`` names what
/// isn't. The description redacts a secret that was written out, and so must whoever prints ``value``.
public struct NormalisedOption: Sendable, Hashable {
    /// The name that the reference lists.
    public let key: String
    /// The value in its normal form.
    public let value: String
    /// Whether the value is a secret that was written out, which only an in-memory database allows.
    public let isLiteralSecret: Bool

    /// An option as a catalog kept it.
    public init(key: String, value: String, isLiteralSecret: Bool = false) {
        self.key = key
        self.value = value
        self.isLiteralSecret = isLiteralSecret
    }

    /// The value as it may be shown: `<redacted>` for a secret that was written out.
    public var shownValue: String { isLiteralSecret ? "<redacted>" : value }
}

extension NormalisedOption: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `key = 'value'`, as SQL has it, a secret redacted.
    public var description: String { "'\(key)' = '\(shownValue.replacing("'", with: "''"))'" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// A mirror without the value of a secret.
    public var customMirror: Mirror { Mirror(self, children: ["key": key, "value": shownValue]) }
}
