#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// The types that JSON has no spelling of its own for: they come as strings, DECIMAL as a number too.
extension JSONColumnReader {
    func converted(_ at: UnsafePointer<UInt8>, _ target: JSONTarget) -> UnsafePointer<UInt8>? {
        let builder = target.builder
        if target.kind == .decimal, scanner.isNumber(at) {
            guard let after = scanner.skipNumber(at) else { return nil }
            return decimal(at, after - at, at, builder) ? after : nil
        }
        if target.kind == .real, at.pointee != 0x22 {
            var value: Float = 0
            guard let after = scanner.float(at, builder.pointee.type, &value) else { return nil }
            builder.pointee.append(value)
            return after
        }
        guard at.pointee == 0x22 else { return scanner.fail(.mismatch, at, builder.pointee.type) }
        var bytes = at
        var count = 0
        guard let after = scanner.content(at + 1, scratch, &bytes, &count) else { return nil }
        if target.kind == .decimal { return decimal(bytes, count, at, builder) ? after : nil }
        return append(bytes, count, target) ? after : scanner.fail(.text, at, builder.pointee.type)
    }

    /// A DECIMAL exactly as written: digits that its scale or precision can't keep make a bad record.
    private func decimal(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, _ at: UnsafePointer<UInt8>,
        _ builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> Bool {
        guard case .decimal(let precision, let scale) = builder.pointee.type else { return false }
        var digits = DecimalDigits()
        guard digits.read(UnsafeBufferPointer(start: bytes, count: count)) else {
            _ = scanner.fail(at.pointee == 0x22 ? .text : .digits, at, builder.pointee.type)
            return false
        }
        guard let unscaled = digits.unscaled(scale: scale), unscaled.magnitude < UInt128(ExactDecimal.power(precision))
        else {
            _ = scanner.fail(.digits, at, builder.pointee.type)
            return false
        }
        builder.pointee.append(unscaled)
        return true
    }

    private func append(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ target: JSONTarget) -> Bool {
        let builder = target.builder
        switch target.kind {
        case .date:
            guard let days = CivilTime.parseDate(bytes, count) else { return false }
            builder.pointee.append(Int32(truncatingIfNeeded: days))
        case .time:
            guard let microseconds = CivilTime.parseTime(bytes, count) else { return false }
            builder.pointee.append(microseconds)
        case .interval:
            guard let interval = CalendarInterval(text(bytes, count)) else { return false }
            builder.pointee.append(interval)
        case .uuid:
            guard let value = UUIDText.parse(bytes, count) else { return false }
            builder.pointee.append(value)
        case .bytea: return Base64Text.append(bytes, count, to: builder)
        case .double:
            guard let value = notFinite(text(bytes, count)) else { return false }
            builder.pointee.append(value)
        case .real:
            guard let value = notFinite(text(bytes, count)) else { return false }
            builder.pointee.append(Float(value))
        default: return false
        }
        return true
    }

    private func text(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// JSON has no numbers for these three; the strings are those of Protobuf's JSON.
    private func notFinite(_ text: String) -> Double? {
        switch text {
        case "NaN": .nan
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: nil
        }
    }
}

/// A UUID's 36 characters.
enum UUIDText {
    /// `8-4-4-4-12` hexadecimal digits in either case.
    static func parse(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt128? {
        guard count == 36 else { return nil }
        var value: UInt128 = 0
        for place in 0..<36 {
            let byte = bytes[place]
            if place == 8 || place == 13 || place == 18 || place == 23 {
                if byte != 0x2D { return nil }
                continue
            }
            let digit = byte &- 48 <= 9 ? byte &- 48 : (byte | 32) &- 97 <= 5 ? (byte | 32) &- 87 : 255
            if digit == 255 { return nil }
            value = value << 4 | UInt128(digit)
        }
        return value.bigEndian
    }
}

/// Base64 of either alphabet, its padding optional.
///
/// - Note: RFC 4648, sections 4 and 5.
enum Base64Text {
    /// Decodes into the column's next row; false when the text isn't base64 or there is no room.
    static func append(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, to builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> Bool {
        var digits = count
        while digits > 0, count - digits < 2, bytes[digits - 1] == 0x3D { digits -= 1 }
        guard digits & 3 != 1, digits == count || count & 3 == 0, builder.pointee.reserveBytes(digits) else {
            return false
        }
        let target = (builder.pointee.values + builder.pointee.used).assumingMemoryBound(to: UInt8.self)
        var written = 0
        var bits: UInt32 = 0
        var held = 0
        for index in 0..<digits {
            guard let digit = value(bytes[index]) else { return false }
            bits = bits &<< 6 | digit
            held += 6
            if held >= 8 {
                held -= 8
                target[written] = UInt8(truncatingIfNeeded: bits &>> UInt32(held))
                written += 1
            }
        }
        // Bits that belong to no byte must be zero, so that every value has one spelling.
        if bits & ((1 &<< UInt32(held)) &- 1) != 0 { return false }
        builder.pointee.used += written
        builder.pointee.endBytes()
        return true
    }

    /// The bytes by themselves; nil when the text isn't base64.
    static func decode(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> [UInt8]? {
        var builder = ColumnBuilder(.bytea)
        guard withUnsafeMutablePointer(to: &builder, { append(bytes, count, to: $0) }) else { return nil }
        let column = builder.finish()
        return withExtendedLifetime(column) { Array(column.bytes(0)) }
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte) - 0x41
        case 0x61...0x7A: UInt32(byte) - 0x61 + 26
        case 0x30...0x39: UInt32(byte) - 0x30 + 52
        case 0x2B, 0x2D: 62
        case 0x2F, 0x5F: 63
        default: nil
        }
    }

    /// With padding, in the standard alphabet.
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var held = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 6 {
                held -= 6
                text.append(alphabet[Int(bits >> UInt32(held) & 63)])
            }
            bits &= 0xFF
        }
        if held > 0 { text.append(alphabet[Int(bits << UInt32(6 - held) & 63)]) }
        while text.count & 3 != 0 { text.append(0x3D) }
        return String(decoding: text, as: UTF8.self)
    }
}
