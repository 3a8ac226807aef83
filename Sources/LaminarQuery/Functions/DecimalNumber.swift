/// A DECIMAL in the middle of a computation: exact, at most 38 digits, never through a floating-point number.
///
///     let price = DecimalNumber(unscaled: 999, scale: 2)
///     try price.multiplied(by: DecimalNumber(3), scaleLimit: 30)        // 29.97
struct DecimalNumber: Sendable, Equatable {
    var unscaled: Int128
    /// Digits after the point, 0 to 38.
    var scale: Int

    init(unscaled: Int128, scale: Int) {
        self.unscaled = unscaled
        self.scale = scale
    }

    init(_ integer: Int64) { self.init(unscaled: Int128(integer), scale: 0) }

    static let zero = DecimalNumber(0)

    /// Ten to the power of 38: no magnitude reaches it.
    static let limit: UInt128 = UInt128(powers[38])

    private static let powers: [Int128] = {
        var powers: [Int128] = [1]
        for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    /// Ten to the power of `exponent`, 0 to 38.
    @inline(__always)
    static func power(_ exponent: Int) -> Int128 { powers[min(max(exponent, 0), 38)] }

    static let overflow = QueryError(.outOfRange, "numeric field overflow: a DECIMAL has at most 38 digits")

    // MARK: Scales

    /// The number at another scale, rounded half away from zero where digits go.
    func rescaled(to wanted: Int) throws(QueryError) -> Int128 {
        if wanted == scale { return unscaled }
        if wanted > scale {
            if unscaled == 0 { return 0 }
            guard wanted - scale <= 38 else { throw Self.overflow }
            let (product, overflow) = unscaled.multipliedReportingOverflow(by: Self.power(wanted - scale))
            if overflow || product.magnitude >= Self.limit { throw Self.overflow }
            return product
        }
        let surplus = scale - wanted
        if surplus > 38 { return 0 }
        return Self.divided(unscaled, by: Self.power(surplus))
    }

    /// The quotient rounded half away from zero; `divisor` is positive.
    static func divided(_ number: Int128, by divisor: Int128) -> Int128 {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        if remainder.magnitude >= divisor.magnitude - remainder.magnitude { return quotient + (number < 0 ? -1 : 1) }
        return quotient
    }

    /// The same number at this scale or, where it has fewer digits after the point, as it is.
    func rounded(to wanted: Int) throws(QueryError) -> DecimalNumber {
        if wanted >= scale { return self }
        return DecimalNumber(unscaled: try rescaled(to: wanted), scale: wanted)
    }

    /// Rounded to `digits` after the point, or before it where that is negative.
    func rounded(digits: Int64) throws(QueryError) -> DecimalNumber {
        if digits >= 0 { return try rounded(to: Int(min(digits, 38))) }
        let places = -max(digits, -100)
        guard places + Int64(scale) <= 38 else { return .zero }
        let quotient = Self.divided(unscaled, by: Self.power(Int(places) + scale))
        let (product, overflow) = quotient.multipliedReportingOverflow(by: Self.power(Int(places)))
        if overflow || product.magnitude >= Self.limit { throw Self.overflow }
        return DecimalNumber(unscaled: product, scale: 0)
    }

    /// Cut to `digits` after the point, or before it where that is negative.
    func truncated(digits: Int64) -> DecimalNumber {
        if digits >= Int64(scale) { return self }
        if digits >= 0 {
            return DecimalNumber(unscaled: unscaled / Self.power(scale - Int(digits)), scale: Int(digits))
        }
        let places = -max(digits, -100)
        guard places + Int64(scale) <= 38 else { return .zero }
        let power = Self.power(Int(places))
        return DecimalNumber(unscaled: unscaled / Self.power(scale) / power * power, scale: 0)
    }

    /// The greatest whole number that isn't above (false) or the least one that isn't below (true).
    func whole(up: Bool) -> DecimalNumber {
        let (quotient, remainder) = unscaled.quotientAndRemainder(dividingBy: Self.power(scale))
        let step: Int128 = up ? (remainder > 0 ? 1 : 0) : (remainder < 0 ? -1 : 0)
        return DecimalNumber(unscaled: quotient + step, scale: 0)
    }

    // MARK: Arithmetic

    func adding(_ other: DecimalNumber) throws(QueryError) -> DecimalNumber {
        let common = max(scale, other.scale)
        let (sum, overflow) = try rescaled(to: common).addingReportingOverflow(other.rescaled(to: common))
        if overflow || sum.magnitude >= Self.limit { throw Self.overflow }
        return DecimalNumber(unscaled: sum, scale: common)
    }

    var negated: DecimalNumber { DecimalNumber(unscaled: -unscaled, scale: scale) }

    /// The product, rounded where it has more than `scaleLimit` digits after the point.
    func multiplied(by other: DecimalNumber, scaleLimit: Int) throws(QueryError) -> DecimalNumber {
        let exact = scale + other.scale
        let surplus = max(exact - scaleLimit, 0)
        let isNegative = (unscaled < 0) != (other.unscaled < 0)
        let (high, low) = unscaled.magnitude.multipliedFullWidth(by: other.unscaled.magnitude)
        var magnitude = low
        if high != 0 || surplus > 0 {
            guard surplus <= 38 else { return .zero }
            let divisor = UInt128(Self.power(surplus))
            guard high < divisor else { throw Self.overflow }
            let (quotient, remainder) = divisor.dividingFullWidth((high, low))
            magnitude = remainder >= divisor - remainder && divisor > 1 ? quotient + 1 : quotient
        }
        guard magnitude < Self.limit else { throw Self.overflow }
        let product = Int128(magnitude)
        return DecimalNumber(unscaled: isNegative ? -product : product, scale: exact - surplus)
    }

    /// The quotient with `wanted` digits after the point, rounded half away from zero.
    func divided(by other: DecimalNumber, scale wanted: Int) throws(QueryError) -> DecimalNumber {
        if other.unscaled == 0 { throw .divisionByZero }
        let isNegative = (unscaled < 0) != (other.unscaled < 0)
        let divisor = other.unscaled.magnitude
        var (quotient, remainder) = unscaled.magnitude.quotientAndRemainder(dividingBy: divisor)
        var digits = wanted + other.scale - scale
        if digits < 0 {
            // More digits than are wanted: what is dropped rounds the last one.
            let power = UInt128(Self.power(-digits))
            let (kept, dropped) = quotient.quotientAndRemainder(dividingBy: power)
            quotient = dropped >= power - dropped ? kept + 1 : kept
        } else {
            while digits > 0 {
                let step = min(digits, 18)
                let power = UInt128(Self.power(step))
                let (part, rest) = divisor.dividingFullWidth(remainder.multipliedFullWidth(by: power))
                let (shifted, overflow) = quotient.multipliedReportingOverflow(by: power)
                guard !overflow, shifted < Self.limit else { throw Self.overflow }
                quotient = shifted + part
                remainder = rest
                digits -= step
            }
            if remainder >= divisor - remainder { quotient += 1 }
        }
        guard quotient < Self.limit else { throw Self.overflow }
        return DecimalNumber(unscaled: isNegative ? -Int128(quotient) : Int128(quotient), scale: wanted)
    }

    /// The remainder, with the dividend's sign.
    func remainder(dividingBy other: DecimalNumber) throws(QueryError) -> DecimalNumber {
        if other.unscaled == 0 { throw .divisionByZero }
        let common = max(scale, other.scale)
        // A divisor that is too large for the common scale is larger than the dividend, too.
        guard let divisor = try? other.rescaled(to: common) else { return self }
        if let number = try? rescaled(to: common) {
            return DecimalNumber(unscaled: number % divisor, scale: common)
        }
        // The dividend is too large: its remainder digit by digit.
        var rest = unscaled.magnitude % divisor.magnitude
        for _ in 0..<(common - scale) {
            rest = divisor.magnitude.dividingFullWidth(rest.multipliedFullWidth(by: 10)).remainder
        }
        return DecimalNumber(unscaled: unscaled < 0 ? -Int128(rest) : Int128(rest), scale: common)
    }

    /// -1, 0 or 1.
    var sign: Int { unscaled == 0 ? 0 : unscaled < 0 ? -1 : 1 }
}
