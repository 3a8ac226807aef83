extension SQL {
    /// One `key = value` of a connection, table or pipeline.
    public struct Option: Sendable {
        /// The key in lower case; a bare and a quoted key are the same.
        public let key: String
        /// The value as it was written.
        public let value: OptionValue
        /// Where the key was written. Not part of equality.
        public let keyPosition: Position
        /// Where the value was written. Not part of equality.
        public let valuePosition: Position

        /// An option; the key is folded to lower case.
        public init(
            key: String, value: OptionValue, keyPosition: Position = .start, valuePosition: Position = .start
        ) {
            self.key = key.lowercased()
            self.value = value
            self.keyPosition = keyPosition
            self.valuePosition = valuePosition
        }

        /// An option with a string for its value.
        public init(_ key: String, _ text: String) {
            self.init(key: key, value: .string(text))
        }
    }

    /// The value of an option.
    public enum OptionValue: Hashable, Sendable {
        /// `'text'`.
        case string(String)
        /// `10`, `-1.5`, in the digits that were written.
        case number(String)
        /// TRUE or FALSE.
        case boolean(Bool)

        /// The value as text, in which `'10'` and 10, `'true'` and TRUE are the same.
        public var text: String {
            switch self {
            case .string(let text), .number(let text): text
            case .boolean(let flag): flag ? "true" : "false"
            }
        }
    }
}

extension SQL.Option: Hashable {
    /// Compares key and value, not the positions.
    public static func == (left: SQL.Option, right: SQL.Option) -> Bool {
        left.key == right.key && left.value == right.value
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(value)
    }
}
