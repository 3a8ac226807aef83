/// How a URL that is written relative to another is completed, as far as `$ref` and `$id` need it.
///
///     URLReference.resolve("item.json", against: "https://example.com/schemas/order.json")
///     // https://example.com/schemas/item.json
///
/// - Note: RFC 3986, section 5.2. Texts are compared as they are: no case is folded and no escape resolved.
enum URLReference {
    /// What stands before and after the first `#`.
    static func split(_ url: String) -> (url: String, fragment: String) {
        guard let mark = url.firstIndex(of: "#") else { return (url, "") }
        return (String(url[..<mark]), String(url[url.index(after: mark)...]))
    }

    static func resolve(_ reference: String, against base: String) -> String {
        if reference.isEmpty { return base }
        if scheme(reference) != nil { return reference }
        let base = parts(base)
        if reference.hasPrefix("//") { return base.scheme + reference }
        let origin = base.scheme + base.authority
        if reference.hasPrefix("/") { return origin + withoutDots(reference) }
        if reference.hasPrefix("?") { return origin + base.path + reference }
        let folder = base.path.lastIndex(of: "/").map { base.path[...$0] } ?? (base.authority.isEmpty ? "" : "/")
        return origin + withoutDots(folder + reference)
    }

    /// With its colon.
    private static func scheme(_ url: String) -> String? {
        guard let first = url.utf8.first, isLetter(first) else { return nil }
        var length = 0
        for byte in url.utf8 {
            length += 1
            if byte == 0x3A { return String(url.prefix(length)) }
            guard isLetter(byte) || byte &- 48 < 10 || byte == 0x2B || byte == 0x2D || byte == 0x2E else { return nil }
        }
        return nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) &- 97 < 26 }

    private static func parts(_ url: String) -> (scheme: String, authority: String, path: String) {
        let scheme = scheme(url) ?? ""
        var rest = url.dropFirst(scheme.count)
        var authority = ""
        if rest.hasPrefix("//") {
            let end = rest.dropFirst(2).firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            authority = String(rest[..<end])
            rest = rest[end...]
        }
        let end = rest.firstIndex(of: "?") ?? rest.endIndex
        return (scheme, authority, String(rest[..<end]))
    }

    /// A path without `.` and `..`; what follows a `?` stays.
    private static func withoutDots(_ text: some StringProtocol) -> String {
        let mark = text.firstIndex(of: "?") ?? text.endIndex
        var kept: [Substring] = []
        let segments = String(text[..<mark]).split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            switch segment {
            case ".": if index == segments.count - 1 { kept.append("") }
            case "..":
                if kept.count > 1 || kept.first.map({ !$0.isEmpty }) == true { kept.removeLast() }
                if index == segments.count - 1 { kept.append("") }
            default: kept.append(segment)
            }
        }
        return kept.joined(separator: "/") + text[mark...]
    }

    /// With its `%XX` resolved; as it is where they make no UTF-8.
    static func decoded(_ text: String) -> String {
        guard text.utf8.contains(0x25) else { return text }
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var at = 0
        while at < source.count {
            if source[at] == 0x25, at + 2 < source.count, let high = digit(source[at + 1]),
                let low = digit(source[at + 2])
            {
                bytes.append(high << 4 | low)
                at += 3
            } else {
                bytes.append(source[at])
                at += 1
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        if byte &- 48 < 10 { return byte &- 48 }
        let letter = byte | 32
        return letter &- 97 < 6 ? letter &- 87 : nil
    }
}
