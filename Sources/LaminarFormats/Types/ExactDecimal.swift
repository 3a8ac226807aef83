/// A decimal number without loss, up to 38 digits: what a DECIMAL column holds.
///
///     let price = ExactDecimal("1234567890123456789.50")!     // 20 digits and more stay exact
///     print(price, price.unscaled, price.scale)                // 1234567890123456789.50 123456789012345678950 2
///
/// Equality and order are the numbers': 1.5 equals 1.50.
public struct ExactDecimal: Sendable {
    /// The number times ten to the power of `scale`.
    public let unscaled: Int128
    /// Digits after the point, 0 to 38.
    public let scale: Int

    /// - Parameters:
    ///   - unscaled: at most 38 digits.
    ///   - scale: 0 to 38; clamped to that.
    public init(unscaled: Int128, scale: Int) {
        self.unscaled = unscaled
        self.scale = min(max(scale, 0), 38)
    }

    /// Digits with a sign, a point and an exponent as JSON allows them, and also `+1`, `.5` and `1.`; nil for other text
    /// and for a number that needs more than 38 digits.
    public init?(_ text: String) {
        var reader = DecimalDigits()
        var text = text
        let isRead = text.withUTF8 { reader.read($0) }
        guard isRead, let value = reader.value() else { return nil }
        self = value
    }

    /// The same number with `scale` digits after the point; nil when that would lose digits or need more than 38.
    public func rescaled(to scale: Int) -> ExactDecimal? {
        guard (0...38).contains(scale) else { return nil }
        if scale == self.scale { return self }
        if scale > self.scale {
            let (product, overflow) = unscaled.multipliedReportingOverflow(by: Self.power(scale - self.scale))
            return overflow || product.magnitude > Self.limit ? nil : ExactDecimal(unscaled: product, scale: scale)
        }
        let (quotient, remainder) = unscaled.quotientAndRemainder(dividingBy: Self.power(self.scale - scale))
        return remainder == 0 ? ExactDecimal(unscaled: quotient, scale: scale) : nil
    }

    /// The nearest Double.
    public var doubleValue: Double { Double(description) ?? 0 }

    /// The largest magnitude: 38 nines.
    static let limit: UInt128 = UInt128(Self.power(38)) - 1

    private static let powers: [Int128] = {
        var powers: [Int128] = [1]
        for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    /// Ten to the power of `exponent`, 0 to 38.
    static func power(_ exponent: Int) -> Int128 { powers[min(max(exponent, 0), 38)] }

    private var normalized: (unscaled: Int128, scale: Int) {
        var value = unscaled
        var scale = scale
        while scale > 0 {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { break }
            value = quotient
            scale -= 1
        }
        return (value, scale)
    }
}

extension ExactDecimal: Hashable, Comparable {
    /// Whether the numbers are equal, whatever their scales.
    public static func == (left: ExactDecimal, right: ExactDecimal) -> Bool { left.normalized == right.normalized }

    /// Equal numbers hash alike.
    public func hash(into hasher: inout Hasher) {
        let (unscaled, scale) = normalized
        hasher.combine(unscaled)
        hasher.combine(scale)
    }

    /// By value: whole parts first, then fractions at a common scale, so that nothing overflows.
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        let (leftWhole, leftRest) = left.unscaled.quotientAndRemainder(dividingBy: power(left.scale))
        let (rightWhole, rightRest) = right.unscaled.quotientAndRemainder(dividingBy: power(right.scale))
        if leftWhole != rightWhole { return leftWhole < rightWhole }
        let scale = max(left.scale, right.scale)
        return leftRest * power(scale - left.scale) < rightRest * power(scale - right.scale)
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// All digits, `scale` of them after the point.
    public var description: String {
        let digits = String(unscaled.magnitude)
        let sign = unscaled < 0 ? "-" : ""
        if scale == 0 { return sign + digits }
        let padded =
            digits.utf8.count > scale ? digits : String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
}

/// The digits of a decimal number as text, without rounding.
struct DecimalDigits {
    private var magnitude: UInt128 = 0
    private var isNegative = false
    /// Digits after the point minus the exponent; may be negative.
    private var scale = 0
    /// The same as it was written, with the zeros at the end.
    private var writtenScale = 0

    /// The whole buffer must be one number. False for other text and for more than 38 significant digits.
    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var at = 0
        if at < bytes.count, bytes[at] == 45 || bytes[at] == 43 {
            isNegative = bytes[at] == 45
            at += 1
        }
        var seen = 0
        var isFraction = false
        // Zeros at the end are counted first and multiplied in only when a digit follows: 1000…0 e-40 stays exact.
        var zeros = 0
        while at < bytes.count {
            let byte = bytes[at]
            let digit = byte &- 48
            if digit <= 9 {
                seen += 1
                if isFraction { scale += 1 }
                if digit == 0 {
                    zeros += 1
                } else {
                    guard push(digit, after: zeros) else { return false }
                    zeros = 0
                }
            } else if byte == 46, !isFraction {
                isFraction = true
            } else {
                break
            }
            at += 1
        }
        if seen == 0 { return false }
        writtenScale = scale
        scale -= zeros
        if at < bytes.count {
            guard bytes[at] | 0x20 == 0x65 else { return false }
            guard let exponent = exponent(bytes, at + 1) else { return false }
            scale -= exponent
            writtenScale -= exponent
        }
        if magnitude == 0 { scale = 0 }
        return true
    }

    private mutating func push(_ digit: UInt8, after zeros: Int) -> Bool {
        if magnitude == 0 {
            magnitude = UInt128(digit)
            return true
        }
        guard zeros < 38 else { return false }
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: UInt128(ExactDecimal.power(zeros + 1)))
        let (sum, carry) = product.addingReportingOverflow(UInt128(digit))
        magnitude = sum
        return !overflow && !carry && sum <= ExactDecimal.limit
    }

    private func exponent(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        var at = start
        var isMinus = false
        if at < bytes.count, bytes[at] == 45 || bytes[at] == 43 {
            isMinus = bytes[at] == 45
            at += 1
        }
        if at == bytes.count { return nil }
        var value = 0
        while at < bytes.count {
            let digit = bytes[at] &- 48
            if digit > 9 { return nil }
            if value < 1_000_000 { value = value * 10 + Int(digit) }
            at += 1
        }
        return isMinus ? -value : value
    }

    /// With the digits after the point that were written, or without the zeros at the end where only that fits into 38
    /// digits; nil beyond them.
    func value() -> ExactDecimal? {
        let written = max(writtenScale, 0)
        if written <= 38, let unscaled = unscaled(scale: written) {
            return ExactDecimal(unscaled: unscaled, scale: written)
        }
        let scale = max(self.scale, 0)
        guard scale <= 38, let unscaled = unscaled(scale: scale) else { return nil }
        return ExactDecimal(unscaled: unscaled, scale: scale)
    }

    /// The number times ten to the power of `wanted`; nil when it has more digits after the point, or 39 digits.
    func unscaled(scale wanted: Int) -> Int128? {
        if magnitude == 0 { return 0 }
        let shift = wanted - scale
        guard shift >= 0, shift <= 38 else { return nil }
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: UInt128(ExactDecimal.power(shift)))
        guard !overflow, product <= ExactDecimal.limit else { return nil }
        return isNegative ? -Int128(product) : Int128(product)
    }
    /// The same, digits beyond `wanted` cut off; nil only past 39 digits.
    func truncated(scale wanted: Int) -> Int128? {
        let surplus = scale - wanted
        if surplus <= 0 { return unscaled(scale: wanted) }
        let magnitude = surplus > 38 ? 0 : magnitude / UInt128(ExactDecimal.power(surplus))
        return isNegative ? -Int128(magnitude) : Int128(magnitude)
    }
}
