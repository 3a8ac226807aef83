/// AWS's shared config or credentials file, as its own tools read it.
///
///     [profile ci]                                      # in the config file; [ci] in the credentials file
///     role_arn = arn:aws:iam::123456789012:role/ci      ; a comment needs white space before it
///     s3 =
///       max_concurrent_requests = 20                    # nested: belongs to s3, not to the profile
///
/// What can't be understood is skipped, as AWS's tools do. Names of settings are lower-cased; a section that comes twice is
/// one; the last of two settings counts. Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
struct SharedFile: Equatable {
    /// No larger file is read.
    static let limit = 1 << 20

    /// Settings by section, whose name is as it was written: `default`, `profile ci`, `sso-session x`.
    private(set) var sections: [String: [String: String]] = [:]

    init(parsing bytes: [UInt8]) {
        var section: String?
        var isAfterSetting = false
        let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
        for line in text.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            let isIndented = line.first == 0x20 || line.first == 0x09
            let content = Self.trimmed(line)
            guard let first = content.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            if first == UInt8(ascii: "["), !isIndented {
                section = Self.sectionName(content)
                if let section { sections[section, default: [:]].merge([:]) { $1 } }
                isAfterSetting = false
                continue
            }
            // An indented line goes on with the setting before it, or is nested in it: neither is used here.
            if isIndented && isAfterSetting { continue }
            guard let section, let equals = content.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: Self.trimmed(content[..<equals]), as: UTF8.self).lowercased()
            guard !name.isEmpty else { continue }
            let value = Self.trimmed(Self.withoutComment(content[content.index(after: equals)...]))
            sections[section, default: [:]][name] = String(decoding: value, as: UTF8.self)
            isAfterSetting = true
        }
    }

    /// The name between the brackets, with one space between its words and no quotes; nil without a closing bracket.
    private static func sectionName(_ line: ArraySlice<UInt8>) -> String? {
        guard let end = line.firstIndex(of: UInt8(ascii: "]")) else { return nil }
        let inside = trimmed(line[line.startIndex + 1..<end])
        guard let space = inside.firstIndex(where: isSpace) else { return unquoted(inside) }
        let name = trimmed(inside[space...])
        return String(decoding: inside[..<space], as: UTF8.self) + " " + unquoted(name)
    }

    private static func unquoted(_ name: ArraySlice<UInt8>) -> String {
        for quote in [UInt8(ascii: "\""), UInt8(ascii: "'")]
        where name.count >= 2 && name.first == quote && name.last == quote {
            return String(decoding: name.dropFirst().dropLast(), as: UTF8.self)
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static func withoutComment(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        for index in value.indices where value[index] == UInt8(ascii: "#") || value[index] == UInt8(ascii: ";") {
            if index > value.startIndex, isSpace(value[index - 1]) { return value[..<index] }
        }
        return value
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return text[first...last]
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
