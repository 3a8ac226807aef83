/// The words of a `.proto` text, with their places.
///
/// - Note: Protocol Buffers language specification (proto2 and proto3), "Lexical Elements".
struct ProtoLexer {
    enum Token: Equatable {
        case identifier(String)
        /// A number as it is written.
        case integer(String)
        case float(String)
        /// A literal's bytes, its escapes resolved.
        case string([UInt8])
        case symbol(UInt8)
        case end
    }

    let path: String
    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var lineStart = 0
    /// The word that is next.
    private(set) var token = Token.end
    private var tokenLine = 1
    private var tokenColumn = 1

    /// A longer text is refused, so that a hostile one costs bounded time.
    static let sizeLimit = 4 << 20

    init(_ text: String, path: String) throws(FormatError) {
        self.path = path
        bytes = Array(text.utf8)
        guard bytes.count <= Self.sizeLimit else {
            throw FormatError(.schema, "\(path): a .proto text has at most 4 MiB, this one has \(bytes.count) bytes.")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        lineStart = at
        try advance()
    }

    /// `line:column` of the next word.
    var place: String { "\(tokenLine):\(tokenColumn)" }

    /// An error at the next word.
    func error(_ message: String) -> FormatError { FormatError(.schema, "\(path):\(place): \(message)") }

    /// The next word as an error's sentence names it.
    var found: String {
        switch token {
        case .identifier(let name): "\"\(name)\""
        case .integer(let text), .float(let text): text
        case .string: "a string"
        case .symbol(let byte): "\"\(Character(UnicodeScalar(byte)))\""
        case .end: "the end of the file"
        }
    }

    /// Goes to the word after this one.
    mutating func advance() throws(FormatError) {
        try skipSpace()
        tokenLine = line
        tokenColumn = at - lineStart + 1
        guard at < bytes.count else {
            token = .end
            return
        }
        let byte = bytes[at]
        if Self.isLetter(byte) {
            let start = at
            while at < bytes.count, Self.isLetter(bytes[at]) || bytes[at] &- 48 < 10 { at += 1 }
            token = .identifier(text(start))
        } else if byte &- 48 < 10 || byte == 0x2E && at + 1 < bytes.count && bytes[at + 1] &- 48 < 10 {
            try number()
        } else if byte == 0x22 || byte == 0x27 {
            token = .string(try literal(byte))
        } else {
            guard byte > 0x20, byte < 0x7F else {
                token = .symbol(0x3F)
                throw error("a character is here that no .proto text has outside of strings and comments.")
            }
            at += 1
            token = .symbol(byte)
        }
    }

    private func text(_ start: Int) -> String { String(decoding: bytes[start..<at], as: UTF8.self) }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 || byte == 0x5F }

    private mutating func skipSpace() throws(FormatError) {
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 0x0A {
                at += 1
                line += 1
                lineStart = at
            } else if byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0B || byte == 0x0C {
                at += 1
            } else if byte == 0x2F, at + 1 < bytes.count, bytes[at + 1] == 0x2F {
                while at < bytes.count, bytes[at] != 0x0A { at += 1 }
            } else if byte == 0x2F, at + 1 < bytes.count, bytes[at + 1] == 0x2A {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(FormatError) {
        tokenLine = line
        tokenColumn = at - lineStart + 1
        at += 2
        while at + 1 < bytes.count {
            if bytes[at] == 0x2A, bytes[at + 1] == 0x2F {
                at += 2
                return
            }
            if bytes[at] == 0x0A {
                line += 1
                lineStart = at + 1
            }
            at += 1
        }
        at = bytes.count
        throw error("this comment has no end: close it with */.")
    }

    private mutating func number() throws(FormatError) {
        let start = at
        var isFloat = false
        if bytes[at] == 48, at + 1 < bytes.count, bytes[at + 1] | 0x20 == 0x78 {
            at += 2
            while at < bytes.count, bytes[at] &- 48 < 10 || (bytes[at] | 0x20) &- 97 < 6 { at += 1 }
        } else {
            while at < bytes.count {
                let byte = bytes[at]
                if byte == 0x2E || byte | 0x20 == 0x65 {
                    isFloat = true
                    at += 1
                    if byte != 0x2E, at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
                } else if byte &- 48 < 10 {
                    at += 1
                } else {
                    break
                }
            }
            if isFloat, at < bytes.count, bytes[at] | 0x20 == 0x66 { at += 1 }
        }
        let text = text(start)
        if at < bytes.count, Self.isLetter(bytes[at]) {
            token = .integer(text)
            throw error("a number and a word need a space between them.")
        }
        token = isFloat ? .float(text) : .integer(text)
    }

    // MARK: Strings

    private mutating func literal(_ quote: UInt8) throws(FormatError) -> [UInt8] {
        token = .string([])
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != quote {
            if bytes[at] == 0x0A || bytes[at] == 0 { throw error("this string has no end on its line.") }
            at += bytes[at] == 0x5C ? 2 : 1
        }
        guard at < bytes.count else {
            at = bytes.count
            throw error("this string has no end.")
        }
        let content = bytes[start..<at]
        at += 1
        guard let resolved = Self.unescape(content) else {
            throw error("this string has an escape that doesn't exist.")
        }
        return resolved
    }

    /// C's escapes as `.proto` texts and the defaults of `bytes` in descriptors have them; nil for others.
    static func unescape(_ content: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var at = content.startIndex
        func digits(_ limit: Int, _ radix: UInt32, _ from: Int) -> (value: UInt32, count: Int) {
            var value: UInt32 = 0
            var count = 0
            while count < limit, from + count < content.endIndex {
                let byte = content[from + count]
                let isDecimal = byte &- 48 < 10
                let isLetter = (byte | 0x20) &- 97 < 6
                let digit = isDecimal ? UInt32(byte) - 48 : isLetter ? UInt32(byte | 0x20) - 87 : 99
                if digit >= radix { break }
                value = value &* radix &+ digit
                count += 1
            }
            return (value, count)
        }
        while at < content.endIndex {
            let byte = content[at]
            at += 1
            guard byte == 0x5C else {
                result.append(byte)
                continue
            }
            guard at < content.endIndex else { return nil }
            let escape = content[at]
            switch escape {
            case 0x61: result.append(7)
            case 0x62: result.append(8)
            case 0x66: result.append(12)
            case 0x6E: result.append(10)
            case 0x72: result.append(13)
            case 0x74: result.append(9)
            case 0x76: result.append(11)
            case 0x5C, 0x27, 0x22, 0x3F: result.append(escape)
            case 0x30...0x37:
                let octal = digits(3, 8, at)
                guard octal.value < 256 else { return nil }
                result.append(UInt8(octal.value))
                at += octal.count
                continue
            case 0x78, 0x58:
                let hexadecimal = digits(2, 16, at + 1)
                guard hexadecimal.count > 0 else { return nil }
                result.append(UInt8(hexadecimal.value))
                at += 1 + hexadecimal.count
                continue
            case 0x75, 0x55:
                let wanted = escape == 0x75 ? 4 : 8
                let code = digits(wanted, 16, at + 1)
                guard code.count == wanted, let scalar = UnicodeScalar(code.value) else { return nil }
                result.append(contentsOf: Array(String(Character(scalar)).utf8))
                at += 1 + code.count
                continue
            default: return nil
            }
            at += 1
        }
        return result
    }
}
