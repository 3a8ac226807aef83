#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One value between the wire and its column; which part counts is what its conversion says.
struct AvroScalar {
    var integer: Int64 = 0
    var real = 0.0
    var float: Float = 0
    /// In the datum.
    var bytes = UnsafeRawBufferPointer(start: nil, count: 0)

    // MARK: Into a column

    /// Appends the value to its column; the reason when it doesn't fit.
    func store(
        _ conversion: UnsafeMutablePointer<AvroConversion>, _ builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> AvroFault.Reason? {
        switch conversion.pointee.target {
        case .boolean: builder.pointee.append(bit: integer != 0)
        case .smallint:
            guard let value = Int16(exactly: integer) else { return .range }
            builder.pointee.append(value)
        case .int:
            guard let value = Int32(exactly: integer) else { return .range }
            builder.pointee.append(value)
        case .bigint: builder.pointee.append(integer)
        case .real:
            let isFloat = conversion.pointee.wire == .float && conversion.pointee.via == .float
            builder.pointee.append(isFloat ? float : Float(real))
        case .double: builder.pointee.append(real)
        case .decimal: return storeDecimal(conversion, builder)
        case .text:
            if conversion.pointee.wire == .fixed { return storeText(uuidText, builder) }
            guard UTF8Check.isValid(bytes) else { return .utf8 }
            return builder.pointee.append(bytes: bytes) ? nil : .tooLarge
        case .bytea: return builder.pointee.append(bytes: bytes) ? nil : .tooLarge
        case .date:
            guard let value = Int32(exactly: integer) else { return .range }
            builder.pointee.append(value)
        case .time:
            guard let value = timeOfDay(conversion) else { return .timeOfDay }
            builder.pointee.append(value)
        case .timestamp:
            guard let value = instant(conversion) else { return .range }
            builder.pointee.append(value)
        case .interval:
            guard let value = interval else { return .range }
            builder.pointee.append(value)
        case .uuid:
            guard let value = uuid(conversion) else { return .uuid }
            builder.pointee.append(value.uuid)
        case .json: return .unresolved
        }
        return nil
    }

    private func storeText(_ text: String, _ builder: UnsafeMutablePointer<ColumnBuilder>) -> AvroFault.Reason? {
        var text = text
        return text.withUTF8 { builder.pointee.append(bytes: UnsafeRawBufferPointer($0)) } ? nil : .tooLarge
    }

    private func storeDecimal(
        _ conversion: UnsafeMutablePointer<AvroConversion>, _ builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> AvroFault.Reason? {
        var unscaled = Int128(integer)
        if conversion.pointee.meaning == .decimal {
            guard let value = AvroDecimal.unscaled(bytes) else { return .digits }
            unscaled = value
        }
        let scale = Int(conversion.pointee.scale)
        let wanted = Int(conversion.pointee.targetScale)
        if scale != wanted {
            guard let value = AvroDecimal.rescaled(unscaled, from: scale, to: wanted) else { return .digits }
            unscaled = value
        }
        guard unscaled.magnitude < UInt128(ExactDecimal.power(Int(conversion.pointee.targetPrecision))) else {
            return .digits
        }
        builder.pointee.append(unscaled)
        return nil
    }

    // MARK: Into JSON

    /// Appends the value as JSON text, the way `JSONWriter` has it.
    func write(
        _ conversion: UnsafeMutablePointer<AvroConversion>, into text: inout [UInt8]
    ) -> AvroFault.Reason? {
        switch conversion.pointee.meaning {
        case .decimal:
            return AvroDecimal.write(bytes, scale: Int(conversion.pointee.scale), into: &text) ? nil : .digits
        case .uuid:
            guard let value = uuid(conversion) else {
                // Text that isn't a UUID is still text.
                JSONQuoting.quote(bytes, into: &text)
                return nil
            }
            quote(value.uuidString.lowercased(), into: &text)
        case .date:
            guard let value = Int32(exactly: integer) else { return .range }
            quote(CalendarDate(daysSinceEpoch: value).description, into: &text)
        case .timeMillis, .timeMicros:
            guard let value = timeOfDay(conversion) else { return .timeOfDay }
            quote(TimeOfDay(microseconds: value).description, into: &text)
        case .millis, .micros, .nanos:
            guard let value = instant(conversion) else { return .range }
            quote(Timestamp(microseconds: value).description, into: &text)
        case .duration:
            guard let value = interval else { return .range }
            quote(value.description, into: &text)
        case .json:
            guard JSONText.isValid(bytes) else { return .json }
            text.append(contentsOf: bytes)
        case .plain: writePlain(conversion.pointee.via, isFloat: conversion.pointee.wire == .float, into: &text)
        }
        return nil
    }

    private func writePlain(_ via: AvroConversion.Wire, isFloat: Bool, into text: inout [UInt8]) {
        switch via {
        case .boolean: text.append(contentsOf: (integer != 0 ? "true" : "false").utf8)
        case .int, .long: text.append(contentsOf: String(integer).utf8)
        case .float:
            let value = isFloat ? float : Float(real)
            number(value.description, Double(value), into: &text)
        case .double: number(real.description, real, into: &text)
        case .string: JSONQuoting.quote(bytes, into: &text)
        case .bytes, .fixed, .rest: quote(Base64Text.encode(bytes), into: &text)
        }
    }

    private func number(_ digits: String, _ value: Double, into text: inout [UInt8]) {
        if value.isFinite { return text.append(contentsOf: digits.utf8) }
        quote(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity", into: &text)
    }

    private func quote(_ value: String, into text: inout [UInt8]) {
        text.append(0x22)
        text.append(contentsOf: value.utf8)
        text.append(0x22)
    }

    // MARK: What a value means

    private func timeOfDay(_ conversion: UnsafeMutablePointer<AvroConversion>) -> Int64? {
        guard (0..<CivilTime.microsecondsPerDay).contains(integer) else { return nil }
        let value = conversion.pointee.meaning == .timeMillis ? integer * 1000 : integer
        return value < CivilTime.microsecondsPerDay ? value : nil
    }

    /// Microseconds; nanoseconds are cut towards the past, so that order stays.
    private func instant(_ conversion: UnsafeMutablePointer<AvroConversion>) -> Int64? {
        switch conversion.pointee.meaning {
        case .millis:
            let (value, overflow) = integer.multipliedReportingOverflow(by: 1000)
            return overflow ? nil : value
        case .nanos:
            let (quotient, remainder) = integer.quotientAndRemainder(dividingBy: 1000)
            return remainder < 0 ? quotient - 1 : quotient
        default: return integer
        }
    }

    /// Three unsigned numbers: months, days, milliseconds.
    private var interval: CalendarInterval? {
        guard bytes.count == 12 else { return nil }
        let parts = [0, 4, 8].map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self).littleEndian }
        guard let months = Int32(exactly: parts[0]), let days = Int32(exactly: parts[1]) else { return nil }
        return CalendarInterval(months: months, days: days, microseconds: Int64(parts[2]) * 1000)
    }

    private func uuid(_ conversion: UnsafeMutablePointer<AvroConversion>) -> UUID? {
        if conversion.pointee.wire == .fixed {
            guard bytes.count == 16 else { return nil }
            return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
        }
        guard let start = bytes.baseAddress,
            let value = UUIDText.parse(start.assumingMemoryBound(to: UInt8.self), bytes.count)
        else { return nil }
        return withUnsafeBytes(of: value) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    private var uuidText: String {
        bytes.count == 16 ? UUID(uuid: bytes.loadUnaligned(as: uuid_t.self)).uuidString.lowercased() : ""
    }
}
