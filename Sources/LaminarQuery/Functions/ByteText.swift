import LaminarFormats

/// Bytes as hexadecimal digits.
enum HexText {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { target in
            for (index, byte) in bytes.enumerated() {
                target[index * 2] = digits[Int(byte >> 4)]
                target[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }

    /// Pairs of digits in either case, white space between pairs; nil for other text.
    static func parse(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for byte in text {
            if byte == 0x20 || (0x09...0x0D).contains(byte) {
                if high != nil { return nil }
                continue
            }
            guard let digit = value(byte) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil ? bytes : nil
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

/// BYTEA as PostgreSQL reads it: `\x` and hexadecimal digits, or text in which `\\` is a backslash and `\ooo` a byte.
enum ByteText {
    static func parse(_ text: UnsafeRawBufferPointer) throws(QueryError) -> [UInt8] {
        if text.count >= 2, text[0] == 0x5C, text[1] == 0x78 {
            guard let bytes = HexText.parse(text.dropFirst(2)) else {
                throw QueryError(.invalidText, "invalid hexadecimal digits for type bytea")
            }
            return bytes
        }
        return try unescaped(text)
    }

    /// Backslash escapes of PostgreSQL's older form.
    static func unescaped(_ text: UnsafeRawBufferPointer) throws(QueryError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var at = 0
        while at < text.count {
            let byte = text[at]
            if byte != 0x5C {
                bytes.append(byte)
                at += 1
            } else if at + 1 < text.count, text[at + 1] == 0x5C {
                bytes.append(0x5C)
                at += 2
            } else {
                guard at + 3 < text.count, text[at + 1] &- 48 < 4, text[at + 2] &- 48 < 8, text[at + 3] &- 48 < 8 else {
                    throw .invalidText(.bytea)
                }
                bytes.append((text[at + 1] - 48) << 6 | (text[at + 2] - 48) << 3 | (text[at + 3] - 48))
                at += 4
            }
        }
        return bytes
    }

    /// The older form: bytes that aren't ASCII or are zero as `\ooo`, a backslash twice.
    static func escaped(_ bytes: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x5C: text += [0x5C, 0x5C]
            case 0, 0x80...: text += [0x5C, 0x30 + (byte >> 6), 0x30 + (byte >> 3 & 7), 0x30 + (byte & 7)]
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
