#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Floating-point numbers as PostgreSQL writes and reads them: the fewest digits that read back to the same number.
enum FloatText {
    /// `0.1`, `100000`, `1e+15`, `Infinity`.
    static func text(_ value: Double) -> String {
        text(value.description, isFinite: value.isFinite, isNegative: value < 0, fixedBelow: 15)
    }

    /// The same of a REAL, whose fixed notation ends at a million.
    static func text(_ value: Float) -> String {
        text(value.description, isFinite: value.isFinite, isNegative: value < 0, fixedBelow: 6)
    }

    private static func text(_ shortest: String, isFinite: Bool, isNegative: Bool, fixedBelow: Int) -> String {
        guard isFinite else { return shortest == "nan" ? "NaN" : isNegative ? "-Infinity" : "Infinity" }
        var digits: [UInt8] = []
        var point = 0
        var exponent = 0
        var hasPoint = false
        var sign = ""
        var bytes = Array(shortest.utf8)[...]
        if bytes.first == 0x2D {
            sign = "-"
            bytes = bytes.dropFirst()
        }
        while let byte = bytes.first, byte | 0x20 != 0x65 {
            if byte == 0x2E {
                hasPoint = true
            } else {
                digits.append(byte)
                if !hasPoint { point += 1 }
            }
            bytes = bytes.dropFirst()
        }
        if !bytes.isEmpty { exponent = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)) ?? 0 }
        let leading = digits.prefix { $0 == 0x30 }.count
        digits.removeFirst(leading)
        while digits.last == 0x30 { digits.removeLast() }
        if digits.isEmpty { return sign + "0" }
        // The number is 0.digits times ten to the power of `place`.
        let place = point - leading + exponent
        return sign + written(String(decoding: digits, as: UTF8.self), place: place, fixedBelow: fixedBelow)
    }

    private static func written(_ digits: String, place: Int, fixedBelow: Int) -> String {
        let count = digits.utf8.count
        let power = place - 1
        if power < -4 || power >= fixedBelow {
            let fraction = count > 1 ? "." + digits.dropFirst() : ""
            let magnitude = String(power.magnitude)
            return
                "\(digits.prefix(1))\(fraction)e\(power < 0 ? "-" : "+")\(magnitude.count < 2 ? "0" : "")\(magnitude)"
        }
        if place <= 0 { return "0." + String(repeating: "0", count: -place) + digits }
        if place >= count { return digits + String(repeating: "0", count: place - count) }
        return digits.prefix(place) + "." + digits.dropFirst(place)
    }

    /// A number rounded to so many significant digits, as DECIMAL takes it over: 15 of a DOUBLE, 6 of a REAL.
    static func decimal(_ value: Double, significantDigits: Int) throws(QueryError) -> DecimalNumber {
        guard value.isFinite else {
            throw QueryError(.outOfRange, "an infinite number is out of range for type numeric")
        }
        var buffer = [CChar](repeating: 0, count: 64)
        let written = withVaList([Int32(significantDigits - 1), value]) { vsnprintf(&buffer, buffer.count, "%.*e", $0) }
        guard written > 0, written < buffer.count else { throw .outOfRange(named: "numeric") }
        let text = String(decoding: buffer.prefix(Int(written)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let number = DecimalText.parse(text) else { throw DecimalNumber.overflow }
        return number
    }

    /// What PostgreSQL takes as a DOUBLE: a decimal number, `Infinity` or `inf`; NaN isn't stored here.
    static func parse(_ text: String, isReal: Bool) throws(QueryError) -> Double {
        let name = isReal ? "real" : "double precision"
        let trimmed = TrimmedText.trimmed(text)
        let lowered = trimmed.lowercased()
        switch lowered {
        case "infinity", "+infinity", "inf", "+inf": return .infinity
        case "-infinity", "-inf": return -.infinity
        case "nan": throw QueryError(.outOfRange, "NaN can't be a value of type \(name) here")
        default: break
        }
        let isNumber = lowered.utf8.allSatisfy { $0 &- 48 < 10 || [0x2B, 0x2D, 0x2E, 0x65].contains($0) }
        guard isNumber, let value = Double(lowered) else {
            throw QueryError(.invalidText, "invalid input syntax for type \(name)")
        }
        let result = isReal ? Double(Float(value)) : value
        let isZero = !lowered.prefix { $0 != "e" }.contains { ("1"..."9").contains($0) }
        guard result.isFinite, result != 0 || isZero else {
            throw QueryError(.outOfRange, "value out of range for type \(name)")
        }
        return result
    }
}

/// Text without the white space around it.
enum TrimmedText {
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value)
    }
}
