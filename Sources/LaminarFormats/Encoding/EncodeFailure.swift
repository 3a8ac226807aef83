/// Why a value can't be written. It never holds a part of the value, only places and types.
///
///     address.zip: the column is INT, and the value doesn't fit
public struct EncodeFailure: Error, Sendable, Hashable {
    /// Which kind of failure; open, so that formats can add their own.
    public struct Code: Hashable, Sendable {
        /// The code's name, as logs and metrics show it.
        public let name: String
        /// A code of a host's own format.
        public init(_ name: String) { self.name = name }
        /// A value of another type than the column's, or one that can't be a key or a timestamp.
        public static let type = Code("type")
        /// A number that the column can't hold exactly.
        public static let range = Code("range")
        /// No value where NOT NULL needs one.
        public static let missing = Code("missing")
        /// A property that no column has room for.
        public static let unknownField = Code("unknown_field")
        /// Nested deeper than the limit.
        public static let depth = Code("depth")
        /// An `Encodable` type refused to be written.
        public static let value = Code("value")
    }

    /// Which kind.
    public let code: Code
    /// What is wrong, in words that name no value.
    public let message: String
    /// Which field, by the schema's or the type's names: `address.zip`; empty for the value as a whole.
    public let path: String

    /// - Parameters:
    ///   - code: which kind.
    ///   - message: never a part of the value.
    ///   - path: the field.
    public init(_ code: Code, _ message: String, path: String = "") {
        self.code = code
        self.message = message
        self.path = path
    }
}

extension EncodeFailure: CustomStringConvertible {
    /// Path and message in one line.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
