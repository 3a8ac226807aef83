/// A JSON number of any size as its significant digits, for comparisons that round nothing.
///
/// The value is 0.d₁d₂… × 10^`lead`, with d₁ and the last digit not zero; zero has no digits. Exponents beyond a thousand
/// million count as that. It points into the text that it was read from, which must have been checked to be a number.
struct JSONQuantity {
    let isNegative: Bool
    let lead: Int
    /// Significant digits.
    let count: Int
    private let first: UnsafePointer<UInt8>?
    private let end: UnsafePointer<UInt8>?

    private static let exponentLimit = 1_000_000_000

    init(_ text: UnsafeBufferPointer<UInt8>) {
        var negative = false
        var ordinal = 0
        var pointOrdinal: Int?
        var firstOrdinal = 0
        var lastOrdinal = -1
        var first: UnsafePointer<UInt8>?
        var last: UnsafePointer<UInt8>?
        var exponent = 0
        var at = 0
        if let byte = text.first, byte == 0x2D {
            negative = true
            at = 1
        }
        while at < text.count {
            let byte = text[at]
            if byte &- 48 < 10 {
                if byte != 48 {
                    let place = text.baseAddress.map { $0 + at }
                    if first == nil {
                        first = place
                        firstOrdinal = ordinal
                    }
                    last = place
                    lastOrdinal = ordinal
                }
                ordinal += 1
            } else if byte == 0x2E {
                pointOrdinal = ordinal
            } else {
                exponent = Self.exponent(text, from: at + 1)
                break
            }
            at += 1
        }
        isNegative = negative && first != nil
        count = first == nil ? 0 : lastOrdinal - firstOrdinal + 1
        lead = first == nil ? 0 : (pointOrdinal ?? ordinal) - firstOrdinal + exponent
        self.first = first
        end = last.map { $0 + 1 }
    }

    private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var at = start
        var isMinus = false
        if at < text.count, text[at] == 0x2D || text[at] == 0x2B {
            isMinus = text[at] == 0x2D
            at += 1
        }
        var value = 0
        while at < text.count {
            if value < exponentLimit { value = value * 10 + Int(text[at] &- 48) }
            at += 1
        }
        value = min(value, exponentLimit)
        return isMinus ? -value : value
    }

    var isInteger: Bool { count <= lead || count == 0 }

    /// Every significant digit, until the function says no.
    @inline(__always)
    func forEachDigit(_ body: (UInt8) -> Void) {
        guard var at = first, let end else { return }
        while at < end {
            if at.pointee != 0x2E { body(at.pointee &- 48) }
            at += 1
        }
    }

    /// -1, 0 or 1, as this one is less, equal or greater.
    func compare(_ other: JSONQuantity) -> Int {
        if count == 0 || other.count == 0 || isNegative != other.isNegative {
            return sign - other.sign < 0 ? -1 : sign == other.sign ? 0 : 1
        }
        let larger = isNegative ? -1 : 1
        if lead != other.lead { return lead > other.lead ? larger : -larger }
        guard var left = first, let leftEnd = end, var right = other.first, let rightEnd = other.end else { return 0 }
        while true {
            if left < leftEnd, left.pointee == 0x2E { left += 1 }
            if right < rightEnd, right.pointee == 0x2E { right += 1 }
            if left >= leftEnd || right >= rightEnd { break }
            if left.pointee != right.pointee { return left.pointee > right.pointee ? larger : -larger }
            left += 1
            right += 1
        }
        return left < leftEnd ? larger : right < rightEnd ? -larger : 0
    }

    private var sign: Int { count == 0 ? 0 : isNegative ? -1 : 1 }

    /// Whether this is a whole multiple of another, which isn't zero and has few digits; nil where it has more than 37.
    func isMultiple(of other: JSONQuantity) -> Bool? {
        guard other.count > 0, other.count <= 37 else { return nil }
        if count == 0 { return true }
        // This is v × 10^-a and the other n × 10^-b, neither v nor n ending in a zero.
        var shift = (other.count - other.lead) - (count - lead)
        if shift < 0 { return false }
        // Beyond so many tens, n has no factor of two or five left that one more could cancel.
        shift = min(shift, 128)
        var divisor: UInt128 = 0
        other.forEachDigit { divisor = divisor * 10 + UInt128($0) }
        if divisor <= 1 << 59 {
            let small = UInt64(divisor)
            var rest: UInt64 = 0
            forEachDigit { rest = (rest &* 10 &+ UInt64($0)) % small }
            for _ in 0..<shift { rest = rest &* 10 % small }
            return rest == 0
        }
        var rest: UInt128 = 0
        forEachDigit { rest = (rest * 10 + UInt128($0)) % divisor }
        for _ in 0..<shift { rest = rest * 10 % divisor }
        return rest == 0
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(isNegative)
        hasher.combine(lead)
        forEachDigit { hasher.combine($0) }
    }
}
