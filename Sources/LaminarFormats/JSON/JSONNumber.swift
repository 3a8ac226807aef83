/// Numbers out of a payload: exact integers, correctly rounded floating point, exact decimals.
///
/// Hot-path file: raw memory. Eight digits are read at once after `at <= wide`, single ones after `at < end`.
extension JSONScanner {
    /// Eight ASCII digits as a number, or nil when one of them is none.
    @inline(__always)
    static func eightDigits(_ word: UInt64) -> UInt64? {
        let high = word & 0xF0F0_F0F0_F0F0_F0F0
        let carried = ((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) &>> 4
        if high | carried != 0x3333_3333_3333_3333 { return nil }
        var value = ((word & 0x0F0F_0F0F_0F0F_0F0F) &* 2561) &>> 8
        value = ((value & 0x00FF_00FF_00FF_00FF) &* 6_553_601) &>> 16
        return ((value & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) &>> 32
    }

    /// An integer within 64 bits; `1.0` and `1e3` are integers, `1.5` isn't (as PostgreSQL reads a JSON number).
    @inline(__always)
    func integer(
        _ from: UnsafePointer<UInt8>, _ type: @autoclosure () -> ColumnType, _ value: inout Int64
    ) -> UnsafePointer<UInt8>? {
        var at = from
        let isNegative = at.pointee == 0x2D
        if isNegative { at += 1 }
        let first = at
        var magnitude: UInt64 = 0
        if at <= wide, let eight = Self.eightDigits(Self.word(at)) {
            magnitude = eight
            at += 8
            if let more = Self.eightDigits(Self.word(at)) {
                magnitude = magnitude &* 100_000_000 &+ more
                at += 8
            }
        }
        while at < end {
            let digit = at.pointee &- 48
            if digit > 9 { break }
            magnitude = magnitude &* 10 &+ UInt64(digit)
            at += 1
        }
        let count = at - first
        // 19 digits fit into 64 bits without a sign, so that nothing has wrapped around up to there.
        if count == 0 || count > 19 || count > 1 && first.pointee == 48
            || magnitude > 0x7FFF_FFFF_FFFF_FFFF || at < end && (at.pointee == 0x2E || at.pointee | 0x20 == 0x65)
        {
            return integerSlow(from, type(), &value)
        }
        value = isNegative ? 0 &- Int64(bitPattern: magnitude) : Int64(bitPattern: magnitude)
        return at
    }

    @inline(never)
    private func integerSlow(
        _ from: UnsafePointer<UInt8>, _ type: ColumnType, _ value: inout Int64
    ) -> UnsafePointer<UInt8>? {
        guard isNumber(from) else { return fail(.mismatch, from, type) }
        guard let after = skipNumber(from) else { return nil }
        guard let digits = decimalDigits(from, after), let exact = digits.unscaled(scale: 0),
            let fits = Int64(exactly: exact)
        else { return fail(.range, from, type) }
        value = fits
        return after
    }

    @inline(__always)
    func isNumber(_ at: UnsafePointer<UInt8>) -> Bool { at < end && (at.pointee == 0x2D || at.pointee &- 48 <= 9) }

    /// The digits of a number that was checked before; nil past 38 significant ones.
    func decimalDigits(_ from: UnsafePointer<UInt8>, _ after: UnsafePointer<UInt8>) -> DecimalDigits? {
        var digits = DecimalDigits()
        return digits.read(UnsafeBufferPointer(start: from, count: after - from)) ? digits : nil
    }

    /// A Double, correctly rounded. Infinite ones are out of range.
    @inline(__always)
    func double(
        _ from: UnsafePointer<UInt8>, _ type: @autoclosure () -> ColumnType, _ value: inout Double
    ) -> UnsafePointer<UInt8>? {
        var at = from
        let isNegative = at.pointee == 0x2D
        if isNegative { at += 1 }
        let first = at
        var mantissa: UInt64 = 0
        while at < end {
            let digit = at.pointee &- 48
            if digit > 9 { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            at += 1
        }
        var count = at - first
        if count == 0 || count > 1 && first.pointee == 48 { return doubleSlow(from, type(), &value) }
        var exponent = 0
        if at < end, at.pointee == 0x2E {
            at += 1
            let point = at
            if at <= wide, let eight = Self.eightDigits(Self.word(at)) {
                mantissa = mantissa &* 100_000_000 &+ eight
                at += 8
            }
            while at < end {
                let digit = at.pointee &- 48
                if digit > 9 { break }
                mantissa = mantissa &* 10 &+ UInt64(digit)
                at += 1
            }
            if at == point { return doubleSlow(from, type(), &value) }
            exponent = point - at
            count &+= at - point
        }
        if at < end, at.pointee | 0x20 == 0x65 { return doubleSlow(from, type(), &value) }
        // Up to 19 digits nothing wraps around. Both parts are exact Doubles below 2^53 and 10^22, so that one division
        // rounds correctly.
        if count <= 19, mantissa <= 1 &<< 53, exponent >= -22 {
            let quotient = Double(Int64(bitPattern: mantissa)) / PowersOfTen.exact[0 &- exponent]
            value = isNegative ? -quotient : quotient
            return at
        }
        if count <= 19, let rounded = EiselLemire.double(mantissa: mantissa, exponent: exponent) {
            value = isNegative ? -rounded : rounded
            return at
        }
        return doubleSlow(from, type(), &value)
    }

    /// Any number, by the C library's conversion in the C locale.
    @inline(never)
    private func doubleSlow(
        _ from: UnsafePointer<UInt8>, _ type: ColumnType, _ value: inout Double
    ) -> UnsafePointer<UInt8>? {
        guard isNumber(from) else { return fail(.mismatch, from, type) }
        guard let after = skipNumber(from) else { return nil }
        guard let number = Double(numberText(from, after)), number.isFinite else { return fail(.range, from, type) }
        value = number
        return after
    }

    /// A Float, rounded once. Infinite ones are out of range.
    @inline(never)
    func float(
        _ from: UnsafePointer<UInt8>, _ type: ColumnType, _ value: inout Float
    ) -> UnsafePointer<UInt8>? {
        guard isNumber(from) else { return fail(.mismatch, from, type) }
        guard let after = skipNumber(from) else { return nil }
        guard let number = Float(numberText(from, after)), number.isFinite else { return fail(.range, from, type) }
        value = number
        return after
    }

    private func numberText(_ from: UnsafePointer<UInt8>, _ after: UnsafePointer<UInt8>) -> String {
        String(decoding: UnsafeBufferPointer(start: from, count: after - from), as: UTF8.self)
    }
}

/// 10^0 to 10^22: the powers of ten that are exact Doubles.
enum PowersOfTen {
    /// Never freed and never written after it is made.
    nonisolated(unsafe) static let exact: UnsafePointer<Double> = {
        let table = UnsafeMutablePointer<Double>.allocate(capacity: 32)
        table.initialize(repeating: 0, count: 32)
        var power = 1.0
        for exponent in 0...22 {
            table[exponent] = power
            power *= 10
        }
        return UnsafePointer(table)
    }()
}
