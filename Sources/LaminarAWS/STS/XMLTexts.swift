/// The texts of a small XML document, by the path of their elements: as much XML as STS answers with.
///
///     let texts = try XMLTexts(reading: body)
///     texts["AssumeRoleResponse/AssumeRoleResult/Credentials/AccessKeyId"]
///
/// Prefixes of names and attributes are dropped, comments and CDATA understood. A document type, whose entities could grow
/// without end, is refused, as are unknown entities, more than 32 levels and more than 64 KB. Source: XML 1.0 (fifth
/// edition), sections 2.1 to 2.7 and 4.6.
struct XMLTexts: Equatable {
    /// No larger document is read.
    static let limit = 1 << 16
    private static let depthLimit = 32

    private var texts: [String: String] = [:]

    /// The first element of that path.
    subscript(path: String) -> String? { texts[path] }

    /// The first in order of paths that ends so.
    func first(endingWith suffix: String) -> String? {
        texts.keys.filter { $0 == suffix || $0.hasSuffix("/" + suffix) }.min().flatMap { texts[$0] }
    }

    /// - Throws: ``AWSError`` with code `malformedAnswer`.
    init(reading document: [UInt8]) throws(AWSError) {
        guard document.count <= Self.limit else { throw Self.malformed }
        var rest = document[...]
        var path: [String] = []
        var content: [[UInt8]] = []
        while let byte = rest.first {
            guard byte == UInt8(ascii: "<") else {
                let text = rest.prefix { $0 != UInt8(ascii: "<") }
                rest = rest[text.endIndex...]
                if let last = content.indices.last { content[last] += try Self.withoutEntities(text) }
                continue
            }
            if Self.starts(rest, with: "<!--") {
                rest = try Self.behind("-->", in: rest.dropFirst(4))
            } else if Self.starts(rest, with: "<![CDATA[") {
                let behind = try Self.behind("]]>", in: rest.dropFirst(9))
                if let last = content.indices.last {
                    content[last] += rest[rest.startIndex + 9..<behind.startIndex - 3]
                }
                rest = behind
            } else if Self.starts(rest, with: "<?") {
                rest = try Self.behind("?>", in: rest.dropFirst(2))
            } else if Self.starts(rest, with: "<!") {
                throw Self.malformed
            } else {
                let tag = try Self.tag(rest)
                rest = rest[tag.end...]
                if tag.isEnd {
                    guard let name = path.last, name == tag.name, let bytes = content.popLast(),
                        let text = String(validating: bytes, as: UTF8.self)
                    else { throw Self.malformed }
                    let key = path.joined(separator: "/")
                    path.removeLast()
                    if texts[key] == nil { texts[key] = text }
                } else if !tag.isEmpty {
                    guard path.count < Self.depthLimit else { throw Self.malformed }
                    path.append(tag.name)
                    content.append([])
                }
            }
        }
        guard path.isEmpty, !texts.isEmpty else { throw Self.malformed }
    }

    private struct Tag {
        var name: String
        var isEnd: Bool
        var isEmpty: Bool
        var end: Int
    }

    /// Reads a tag up to its `>`, which may also stand inside of an attribute's quotes.
    private static func tag(_ text: ArraySlice<UInt8>) throws(AWSError) -> Tag {
        var quote: UInt8?
        var end: Int?
        for index in text.indices.dropFirst() {
            let byte = text[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                end = index
                break
            } else if byte == UInt8(ascii: "<") {
                throw malformed
            }
        }
        guard let end else { throw malformed }
        var inside = text[text.startIndex + 1..<end]
        let isEnd = inside.first == UInt8(ascii: "/")
        let isEmpty = inside.last == UInt8(ascii: "/")
        if isEnd { inside = inside.dropFirst() }
        let whole = inside.prefix { !isSpace($0) && $0 != UInt8(ascii: "/") }
        let local = whole.lastIndex(of: UInt8(ascii: ":")).map { whole[($0 + 1)...] } ?? whole
        guard !local.isEmpty, !(isEnd && isEmpty) else { throw malformed }
        return Tag(name: String(decoding: local, as: UTF8.self), isEnd: isEnd, isEmpty: isEmpty, end: end + 1)
    }

    private static func withoutEntities(_ text: ArraySlice<UInt8>) throws(AWSError) -> [UInt8] {
        var plain: [UInt8] = []
        var rest = text
        while let byte = rest.first {
            guard byte == UInt8(ascii: "&") else {
                let run = rest.prefix { $0 != UInt8(ascii: "&") }
                plain += run
                rest = rest[run.endIndex...]
                continue
            }
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else { throw malformed }
            plain += try character(String(decoding: rest[rest.startIndex + 1..<end], as: UTF8.self)).utf8
            rest = rest[(end + 1)...]
        }
        return plain
    }

    private static func character(_ entity: String) throws(AWSError) -> String {
        switch entity {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let number =
                entity.hasPrefix("#x")
                ? UInt32(entity.dropFirst(2), radix: 16)
                : entity.hasPrefix("#") ? UInt32(entity.dropFirst(1), radix: 10) : nil
            guard let number, number > 0, let scalar = Unicode.Scalar(number) else { throw malformed }
            return String(Character(scalar))
        }
    }

    private static func starts(_ text: ArraySlice<UInt8>, with prefix: String) -> Bool {
        text.starts(with: prefix.utf8)
    }

    private static func behind(_ mark: String, in text: ArraySlice<UInt8>) throws(AWSError) -> ArraySlice<UInt8> {
        guard let range = text.firstRange(of: Array(mark.utf8)) else { throw malformed }
        return text[range.upperBound...]
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private static var malformed: AWSError {
        AWSError(.malformedAnswer, "AWS answered with XML that isn't well-formed, or is too large.")
    }
}
