/// DECIMAL as bytes whose order is the numbers', and which are the same for equal numbers whatever their scales.
///
///     StoredDecimal.encode(15, scale: 1) == StoredDecimal.encode(1500, scale: 3)     // both 1.5
///
/// A number is written in pairs of decimal digits on both sides of its point. Zero is `80`. A positive number begins with
/// `81` + 20 + how many pairs stand before the point (negative where zeros follow it); then each pair is a byte, 1 to 100,
/// without the pairs of zeros at both ends. A negative one is the same with every bit turned, and `FF` at its end, so that
/// the longer of two equal beginnings is the smaller number. At most 22 bytes.
///
/// Hot-path file: the work is in 64 bits wherever the digits fit.
enum StoredDecimal {
    /// Room for the longest encoding and for the digits on the way.
    static let capacity = 24
    private static let zero: UInt8 = 0x80
    private static let bias = 20

    /// Writes the number's bytes and says how many there are.
    ///
    /// - Parameters:
    ///   - unscaled: at most 38 digits.
    ///   - scale: 0 to 38.
    ///   - target: room for ``capacity`` bytes.
    static func encode(_ unscaled: Int128, scale: Int, into target: UnsafeMutablePointer<UInt8>) -> Int {
        if unscaled == 0 {
            target[0] = zero
            return 1
        }
        let magnitude = unscaled.magnitude
        // Pairs from the last one on, written backwards into the room's end.
        var at = capacity
        var rest = magnitude
        if scale & 1 == 1 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            at -= 1
            target[at] = UInt8(truncatingIfNeeded: digit) * 10
            rest = quotient
        }
        while rest > UInt128(UInt64.max) {
            let (quotient, low) = rest.quotientAndRemainder(dividingBy: 10_000_000_000_000_000)
            var pairs = UInt64(truncatingIfNeeded: low)
            for _ in 0..<8 {
                at -= 1
                target[at] = UInt8(truncatingIfNeeded: pairs % 100)
                pairs /= 100
            }
            rest = quotient
        }
        var low = UInt64(truncatingIfNeeded: rest)
        while low != 0 {
            at -= 1
            target[at] = UInt8(truncatingIfNeeded: low % 100)
            low /= 100
        }
        var end = capacity
        while target[end - 1] == 0 { end -= 1 }
        while target[at] == 0 { at += 1 }
        let count = end - at
        let pairsBeforePoint = capacity - at - (scale + 1) / 2
        let first = UInt8(truncatingIfNeeded: 0x81 + bias + pairsBeforePoint)
        if unscaled > 0 {
            target[0] = first
            for index in 0..<count { target[1 + index] = target[at + index] + 1 }
            return count + 1
        }
        target[0] = ~first
        for index in 0..<count { target[1 + index] = ~(target[at + index] + 1) }
        target[count + 1] = 0xFF
        return count + 2
    }

    /// The bytes as an array.
    static func encode(_ unscaled: Int128, scale: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            if let start = buffer.baseAddress { count = encode(unscaled, scale: scale, into: start) }
        }
    }

    /// The number with as few digits after the point as it needs; nil for bytes that are no number.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> (unscaled: Int128, scale: Int)? {
        guard let first = bytes.first else { return nil }
        if first == zero { return bytes.count == 1 ? (0, 0) : nil }
        let isNegative = first < zero
        let mask: UInt8 = isNegative ? 0xFF : 0
        let pairsBeforePoint = Int(first ^ mask) - 0x81 - bias
        let end = bytes.count - (isNegative ? 1 : 0)
        guard end > 1, end <= 21, !isNegative || bytes[end] == 0xFF else { return nil }
        let last = (bytes[end - 1] ^ mask) &- 1
        var magnitude: UInt128
        var low: UInt64 = 0
        let split = min(end - 1, 10)
        for index in 1..<split { low = low &* 100 &+ UInt64((bytes[index] ^ mask) &- 1) }
        magnitude = UInt128(low)
        if end - 1 > split {
            for index in split..<end - 1 { magnitude = magnitude &* 100 &+ UInt128((bytes[index] ^ mask) &- 1) }
        }
        var scale = (end - 1 - pairsBeforePoint) * 2
        // A zero at the end of a fraction only fills its pair, and could be the 39th digit.
        let isFilled = scale > 0 && last % 10 == 0
        let (product, isTooLarge) = magnitude.multipliedReportingOverflow(by: isFilled ? 10 : 100)
        magnitude = product &+ UInt128(isFilled ? last / 10 : last)
        if isFilled { scale -= 1 }
        if scale < 0 {
            guard -scale <= 38, magnitude < DecimalNumber.limit / UInt128(DecimalNumber.power(-scale)) + 1 else {
                return nil
            }
            magnitude = magnitude &* UInt128(DecimalNumber.power(-scale))
            scale = 0
        }
        guard !isTooLarge, magnitude < DecimalNumber.limit, scale <= 38 else { return nil }
        return (isNegative ? -Int128(magnitude) : Int128(magnitude), scale)
    }
}
