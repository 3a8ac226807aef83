/// JSON's string literals, written.
enum JSONQuoting {
    /// Appends a string in quotes; what needs no escape is copied in runs.
    ///
    /// - Note: RFC 8259, section 7. Only `"`, `\` and control characters are escaped.
    static func quote(_ text: UnsafeRawBufferPointer, into bytes: inout [UInt8]) {
        bytes.append(0x22)
        var run = 0
        for (index, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
            if index > run { bytes.append(contentsOf: text[run..<index]) }
            escape(byte, into: &bytes)
            run = index + 1
        }
        if run < text.count { bytes.append(contentsOf: text[run...]) }
        bytes.append(0x22)
    }

    private static func escape(_ byte: UInt8, into bytes: inout [UInt8]) {
        bytes.append(0x5C)
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x0A: bytes.append(0x6E)
        case 0x0D: bytes.append(0x72)
        case 0x09: bytes.append(0x74)
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(byte < 0x10 ? 0x30 : 0x31)
            bytes.append(byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
        }
    }
}
