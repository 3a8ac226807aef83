extension SQL {
    /// A name: `orders`, or `"Orders"` where case and odd characters matter.
    ///
    /// Two identifiers are equal when they are written the same after folding; to ask whether they name the same
    /// object, compare ``name``.
    public struct Identifier: Sendable {
        /// The name, folded to lower case unless it was quoted. Only ASCII letters are folded.
        public let name: String
        /// Whether it was written in double quotes.
        public let isQuoted: Bool
        /// Where it was written. Not part of equality.
        public let position: Position

        /// An identifier as a program names it: quoted if `name` could not be written without quotes.
        public init(_ name: String) {
            self.init(name: name, isQuoted: !Identifier.isPlain(name))
        }

        /// An identifier as it was written.
        public init(name: String, isQuoted: Bool, position: Position = .start) {
            self.name = name
            self.isQuoted = isQuoted
            self.position = position
        }
    }

    /// A name of one or more parts: `orders`, `system.connections`.
    public struct ObjectName: Hashable, Sendable {
        /// The parts from left to right, at least one.
        public let parts: [Identifier]

        /// A name of these parts.
        public init(_ parts: [Identifier]) {
            self.parts = parts
        }

        /// A name of one part.
        public init(_ identifier: Identifier) {
            self.init([identifier])
        }

        /// The parts joined by dots, as a catalog looks them up.
        public var name: String {
            parts.count == 1 ? parts[0].name : parts.map(\.name).joined(separator: ".")
        }

        /// Where the first part was written.
        public var position: Position { parts.first?.position ?? .start }
    }
}

extension SQL.Identifier: Hashable {
    /// Compares name and quoting, not the position.
    public static func == (left: SQL.Identifier, right: SQL.Identifier) -> Bool {
        left.isQuoted == right.isQuoted && left.name == right.name
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(isQuoted)
    }
}

extension SQL.Identifier {
    /// Whether a name needs no quotes.
    static func isPlain(_ name: String) -> Bool { hasPlainCharacters(name) && !Keyword.isReserved(name) }

    /// Whether a text is a lower-case letter or `_`, then those, digits and `$`.
    static func hasPlainCharacters(_ name: String) -> Bool {
        var isFirst = true
        for byte in name.utf8 {
            guard Ascii.continuesWord(byte), byte == Ascii.lowercased(byte), !isFirst || Ascii.beginsWord(byte) else {
                return false
            }
            isFirst = false
        }
        return !isFirst
    }
}
