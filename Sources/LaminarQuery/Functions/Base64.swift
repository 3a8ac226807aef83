/// Base64 as PostgreSQL has it: lines of 76 characters, white space ignored.
///
/// - Note: RFC 2045, section 6.8.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 3 * 4 + 4)
        var column = 0
        for start in stride(from: 0, to: bytes.count, by: 3) {
            // A line ends where another character follows.
            if column == 76 {
                text.append(0x0A)
                column = 0
            }
            let rest = bytes.count - start
            let group =
                UInt32(bytes[start]) << 16 | (rest > 1 ? UInt32(bytes[start + 1]) << 8 : 0)
                | (rest > 2 ? UInt32(bytes[start + 2]) : 0)
            for index in 0..<4 {
                text.append(index <= rest ? digits[Int(group >> (18 - 6 * UInt32(index)) & 63)] : 0x3D)
            }
            column += 4
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil for characters that aren't base64's, and for an end in the middle.
    static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        var padding = 0
        for byte in text {
            if byte == 0x20 || (0x09...0x0D).contains(byte) { continue }
            if byte == 0x3D {
                padding += 1
                group <<= 6
            } else {
                guard padding == 0, let digit = value(byte) else { return nil }
                group = group << 6 | digit
            }
            count += 1
            if count % 4 == 0 {
                guard padding <= 2 else { return nil }
                for index in 0..<3 - padding {
                    bytes.append(UInt8(truncatingIfNeeded: group >> (16 - 8 * UInt32(index))))
                }
                group = 0
            }
        }
        return count % 4 == 0 && padding <= 2 ? bytes : nil
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte - 0x41)
        case 0x61...0x7A: UInt32(byte - 0x61 + 26)
        case 0x30...0x39: UInt32(byte - 0x30 + 52)
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }
}
