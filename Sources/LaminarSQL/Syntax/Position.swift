extension SQL {
    /// A place in a source text.
    ///
    /// Lines and columns count from 1, columns in Unicode scalars; `offset` counts UTF-8 bytes from 0. A node that was
    /// built by hand has ``start``.
    public struct Position: Hashable, Sendable {
        private let storedLine: UInt32
        private let storedColumn: UInt32
        private let storedOffset: UInt32

        /// The line, from 1.
        public var line: Int { Int(storedLine) }
        /// The column in Unicode scalars, from 1.
        public var column: Int { Int(storedColumn) }
        /// The distance from the beginning of the text in UTF-8 bytes.
        public var offset: Int { Int(storedOffset) }

        /// Values out of range are clamped, so a position can always be made.
        public init(line: Int, column: Int, offset: Int) {
            storedLine = UInt32(clamping: max(1, line))
            storedColumn = UInt32(clamping: max(1, column))
            storedOffset = UInt32(clamping: offset)
        }

        /// The first character of a text.
        public static let start = Position(line: 1, column: 1, offset: 0)
    }
}
