/// Decimals as Avro writes them: the unscaled number in two's complement, highest byte first.
///
/// - Note: Format: Apache Avro 1.12 specification, "Logical Types › Decimal".
enum AvroDecimal {
    /// Longer numbers are refused: writing one takes time that grows with the square of its length.
    static let byteLimit = 256

    /// The unscaled number; nil when it needs more than 128 bits. No bytes are zero.
    static func unscaled(_ bytes: UnsafeRawBufferPointer) -> Int128? {
        guard let first = bytes.first else { return 0 }
        let sign: UInt8 = first & 0x80 == 0 ? 0 : 0xFF
        var start = 0
        // Bytes that only repeat the sign.
        if bytes.count > 16 {
            start = bytes.count - 16
            for index in 0..<start where bytes[index] != sign { return nil }
            if (bytes[start] ^ sign) & 0x80 != 0 { return nil }
        }
        var value: Int128 = sign == 0 ? 0 : -1
        for index in start..<bytes.count { value = value &<< 8 | Int128(bytes[index]) }
        return value
    }

    /// The same number with another number of digits after the point; nil where digits would be lost or don't fit.
    static func rescaled(_ value: Int128, from scale: Int, to wanted: Int) -> Int128? {
        if value == 0 { return 0 }
        let shift = wanted - scale
        guard (-38...38).contains(shift) else { return nil }
        if shift >= 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: ExactDecimal.power(shift))
            return overflow ? nil : product
        }
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: ExactDecimal.power(-shift))
        return remainder == 0 ? quotient : nil
    }

    /// The fewest bytes that hold a number.
    static func bytes(_ value: Int128) -> [UInt8] {
        var bytes = withUnsafeBytes(of: value.bigEndian) { Array($0) }
        while bytes.count > 1, bytes[0] == 0 && bytes[1] < 0x80 || bytes[0] == 0xFF && bytes[1] >= 0x80 {
            bytes.removeFirst()
        }
        return bytes
    }

    /// Appends all digits, `scale` of them after the point; false for a number that is too long.
    static func write(_ bytes: UnsafeRawBufferPointer, scale: Int, into text: inout [UInt8]) -> Bool {
        guard bytes.count <= byteLimit, scale <= 4 * byteLimit else { return false }
        var isNegative = false
        var digits: [UInt8]
        if let value = unscaled(bytes) {
            isNegative = value < 0
            digits = Array(String(value.magnitude).utf8)
        } else {
            isNegative = (bytes.first ?? 0) & 0x80 != 0
            digits = longDigits(bytes, isNegative: isNegative)
        }
        if digits.count <= scale {
            digits.insert(contentsOf: repeatElement(0x30, count: scale + 1 - digits.count), at: 0)
        }
        if isNegative { text.append(0x2D) }
        text.append(contentsOf: digits.dropLast(scale))
        if scale > 0 {
            text.append(0x2E)
            text.append(contentsOf: digits.suffix(scale))
        }
        return true
    }

    /// Schoolbook division by ten to the power of nine.
    private static func longDigits(_ bytes: UnsafeRawBufferPointer, isNegative: Bool) -> [UInt8] {
        var magnitude = Array(bytes)
        if isNegative {
            var carry: UInt16 = 1
            for index in magnitude.indices.reversed() {
                carry += UInt16(~magnitude[index])
                magnitude[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
        }
        var groups: [String] = []
        while magnitude.contains(where: { $0 != 0 }) {
            var rest: UInt64 = 0
            for index in magnitude.indices {
                rest = rest << 8 | UInt64(magnitude[index])
                magnitude[index] = UInt8(truncatingIfNeeded: rest / 1_000_000_000)
                rest %= 1_000_000_000
            }
            groups.append(String(rest))
        }
        var digits = Array((groups.last ?? "0").utf8)
        for group in groups.dropLast().reversed() {
            digits.append(contentsOf: repeatElement(0x30, count: 9 - group.utf8.count))
            digits.append(contentsOf: group.utf8)
        }
        return digits
    }
}
