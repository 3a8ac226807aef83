/// Where the values of options stand whose keys look like secrets.
///
/// It reads texts that don't parse, so it goes by what is near: after a key such as `'auth.password'` and an operator,
/// or directly beside it, everything up to the next blank or comma is hidden, and a string as a whole. Rather too much
/// is hidden than too little.
struct SecretRanges {
    private(set) var ranges: [Range<Int>] = []

    /// - Parameter window: Only values that overlap it are looked for.
    init(in bytes: UnsafeBufferPointer<UInt8>, overlapping window: Range<Int>) {
        var scanner = Scanner(bytes: bytes)
        var key: Scanner.Piece?
        while let piece = scanner.next(), piece.start < window.upperBound {
            let armed = key
            key = piece.isText ? piece : nil
            guard let armed else { continue }
            let behind = scanner.offset
            var value: Range<Int>?
            if piece.isOperator {
                scanner.skipOperators()
                value = scanner.value()
            } else if piece.isString || piece.isText && (piece.start == armed.end || armed.isQuotedOrDotted(bytes)) {
                value = piece.start..<scanner.blob(from: piece.end)
            }
            // Only values that are drawn need the test. What isn't hidden is read again: it may hold the next key.
            if let value, value.upperBound > window.lowerBound,
                SecretRanges.looksSecret(bytes[armed.start..<armed.end].suffix(200))
            {
                ranges.append(value)
                key = nil
            } else {
                scanner.offset = behind
            }
        }
    }

    /// Whether a piece of text, in any case, holds a word that secrets go by.
    static func looksSecret<Bytes: Sequence>(_ bytes: Bytes) -> Bool where Bytes.Element == UInt8 {
        let text = bytes.map(Ascii.lowercased)
        return words.contains { word in
            guard text.count >= word.count else { return false }
            return (0...(text.count - word.count)).contains { text[$0..<($0 + word.count)].elementsEqual(word) }
        }
    }

    private static let words = [
        "password", "passwd", "passphrase", "secret", "token", "jaas", "credential", "private", ".pem",
    ]
    .map { Array($0.utf8) }

    /// The pieces of a text: strings and names whole, everything else byte by byte.
    private struct Scanner {
        struct Piece {
            let start: Int
            let end: Int
            let isString: Bool
            let isText: Bool
            let isOperator: Bool

            func isQuotedOrDotted(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
                isString || bytes[start..<end].contains(Ascii.dot)
            }
        }

        let bytes: UnsafeBufferPointer<UInt8>
        var offset = 0

        mutating func next() -> Piece? {
            skipBlanks()
            guard offset < bytes.count else { return nil }
            let start = offset
            let first = bytes[start]
            if first == Ascii.quote || first == Ascii.doubleQuote {
                offset = end(ofQuoted: start)
                return Piece(start: start, end: offset, isString: true, isText: true, isOperator: false)
            }
            if SecretRanges.isWordByte(first) {
                while offset < bytes.count, SecretRanges.isWordByte(bytes[offset]) { offset += 1 }
                return Piece(start: start, end: offset, isString: false, isText: true, isOperator: false)
            }
            offset += 1
            return Piece(
                start: start, end: offset, isString: false, isText: false, isOperator: SecretRanges.isAssignment(first))
        }

        mutating func skipOperators() {
            while offset < bytes.count, SecretRanges.isAssignment(bytes[offset]) { offset += 1 }
            skipBlanks()
        }

        /// The value that begins here, nil where none does.
        mutating func value() -> Range<Int>? {
            let start = offset
            guard start < bytes.count, !SecretRanges.isDelimiter(bytes[start]) else { return nil }
            let isString = bytes[start] == Ascii.quote || bytes[start] == Ascii.doubleQuote
            return start..<blob(from: isString ? end(ofQuoted: start) : start)
        }

        /// Goes on from the end of a string or word to the next blank or delimiter.
        mutating func blob(from start: Int) -> Int {
            offset = start
            while offset < bytes.count, !Ascii.isBlank(bytes[offset]), !SecretRanges.isDelimiter(bytes[offset]) {
                let isQuote = bytes[offset] == Ascii.quote || bytes[offset] == Ascii.doubleQuote
                offset = isQuote ? end(ofQuoted: offset) : offset + 1
            }
            return offset
        }

        private func end(ofQuoted start: Int) -> Int {
            var end = start + 1
            while end < bytes.count {
                if bytes[end] == bytes[start] {
                    guard end + 1 < bytes.count, bytes[end + 1] == bytes[start] else { return end + 1 }
                    end += 1
                }
                end += 1
            }
            return bytes.count
        }

        private mutating func skipBlanks() {
            while offset < bytes.count {
                if Ascii.isBlank(bytes[offset]) {
                    offset += 1
                } else if at(0, "-"), at(1, "-") {
                    while offset < bytes.count, bytes[offset] != Ascii.newline { offset += 1 }
                } else if at(0, "/"), at(1, "*") {
                    skipComment()
                } else {
                    return
                }
            }
        }

        private mutating func skipComment() {
            var depth = 0
            repeat {
                if at(0, "/"), at(1, "*") {
                    depth += 1
                    offset += 2
                } else if at(0, "*"), at(1, "/") {
                    depth -= 1
                    offset += 2
                } else {
                    offset += 1
                }
            } while depth > 0 && offset < bytes.count
        }

        private func at(_ distance: Int, _ scalar: Unicode.Scalar) -> Bool {
            offset + distance < bytes.count && bytes[offset + distance] == UInt8(ascii: scalar)
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        Ascii.continuesWord(byte) || byte >= 0x80 || byte == Ascii.dot || byte == Ascii.minus
    }

    private static func isAssignment(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ">")
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: ";")
    }
}
