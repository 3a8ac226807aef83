/// Why one record can't be decoded. It never holds a byte of the payload, only places and types.
///
///     address.zip: a string is expected (TEXT), at byte 117
public struct DecodeFailure: Error, Sendable, Hashable {
    /// Which kind of failure; open, so that formats can add their own.
    public struct Code: Hashable, Sendable {
        /// The code's name, as logs and metrics show it.
        public let name: String
        /// A code of a host's own format.
        public init(_ name: String) { self.name = name }
        /// The payload isn't the format: JSON that ends early, say.
        public static let syntax = Code("syntax")
        /// Text that isn't UTF-8, or an escape that is no character.
        public static let encoding = Code("encoding")
        /// A value of another type than the column's.
        public static let type = Code("type")
        /// A number that the column can't hold exactly, a date that doesn't exist.
        public static let range = Code("range")
        /// Missing or null where NOT NULL, or a non-optional property, needs a value.
        public static let missing = Code("missing")
        /// Nested deeper than the limit.
        public static let depth = Code("depth")
        /// A batch that would not fit into 32-bit offsets (2 GiB of one column).
        public static let tooLarge = Code("too_large")
        /// A null payload where the format has no meaning for it.
        public static let tombstone = Code("tombstone")
        /// What stands before the body, by which a registry's schema is found, isn't what it must be.
        public static let frame = Code("frame")
        /// The writer's schema isn't there or can't be read as the table's columns, or the record doesn't satisfy it.
        public static let schema = Code("schema")
        /// A `Decodable` type refused the value.
        public static let value = Code("value")
    }

    /// Which kind.
    public let code: Code
    /// What is wrong, in words that name no value.
    public let message: String
    /// Where in the record, by the schema's names: `address.zip`, `tags[2]`; empty for the record as a whole.
    public let path: String
    /// Where in the payload, in bytes from its start, when that is known.
    public let offset: Int?

    /// - Parameters:
    ///   - code: which kind.
    ///   - message: never a part of the payload.
    ///   - path: the field, by the schema's names.
    ///   - offset: in bytes from the payload's start.
    public init(_ code: Code, _ message: String, path: String = "", offset: Int? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.offset = offset
    }

    /// The same failure seen from the field that contains it.
    public func within(_ field: String) -> DecodeFailure {
        let path = path.isEmpty ? field : path.hasPrefix("[") ? field + path : field + "." + path
        return DecodeFailure(code, message, path: path, offset: offset)
    }
}

extension DecodeFailure: CustomStringConvertible {
    /// Path, message and byte offset in one line.
    public var description: String {
        var text = path.isEmpty ? message : "\(path): \(message)"
        if let offset { text += ", at byte \(offset)" }
        return text
    }
}
