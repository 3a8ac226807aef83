// Scalars in all their pairs of field and column, and the messages that are one value.
//
// Hot-path file: raw memory, read as in `ProtobufWire`.
extension ProtobufReader {
    /// One scalar of the slot's kind into row `row` of its builder.
    @inline(never)
    func scalar(_ slot: Slot, _ at: Place, _ end: Place, _ row: Int, _ seen: inout Int) -> Place? {
        let builder = slot.pointee.builder
        switch slot.pointee.kind {
        case .string, .bytes:
            var after = at
            guard let content = wire.length(at, end, &after) else { return nil }
            begin(builder, row, &seen)
            return bytes(slot, content, after - content) == nil ? nil : after
        case .double, .float:
            var value = 0.0
            let isDouble = slot.pointee.kind == .double
            let width = isDouble ? 8 : 4
            guard end - at >= width else { return wire.fail(.truncated, end) }
            if isDouble {
                value = Double(bitPattern: ProtobufWire.word(at))
            } else {
                let bits = UnsafeRawPointer(at).loadUnaligned(as: UInt32.self)
                value = Double(Float(bitPattern: bits))
                if slot.pointee.store == .real {
                    begin(builder, row, &seen)
                    builder.pointee.append(bits)
                    return at + 4
                }
            }
            begin(builder, row, &seen)
            if slot.pointee.store == .real {
                builder.pointee.append(Float(value))
            } else {
                builder.pointee.append(value)
            }
            return at + width
        default:
            var value: Int64 = 0
            var isLarge = false
            guard let after = integer(slot.pointee.kind, at, end, &value, &isLarge) else { return nil }
            if let names = slot.pointee.names {
                let number = Int32(truncatingIfNeeded: value)
                // A closed enum's parser keeps such a number among the unknown fields.
                if names.pointee.isClosed, !names.pointee.isKnown(number) { return after }
                if slot.pointee.store == .name {
                    begin(builder, row, &seen)
                    return names.pointee.append(number, to: builder) ? after : wire.fail(.tooLarge, at)
                }
            }
            begin(builder, row, &seen)
            return store(value, isLarge: isLarge, slot, at) ? after : nil
        }
    }

    /// Whole numbers, bool and enums. `isLarge`: the value is the two's complement of a number past Int64.
    @inline(__always)
    func integer(
        _ kind: ProtoKind, _ at: Place, _ end: Place, _ value: inout Int64, _ isLarge: inout Bool
    ) -> Place? {
        switch kind {
        case .fixed64, .sfixed64:
            guard end - at >= 8 else { return wire.fail(.truncated, end) }
            value = Int64(bitPattern: ProtobufWire.word(at))
            isLarge = kind == .fixed64 && value < 0
            return at + 8
        case .fixed32, .sfixed32:
            guard end - at >= 4 else { return wire.fail(.truncated, end) }
            let bits = UnsafeRawPointer(at).loadUnaligned(as: UInt32.self)
            value = kind == .fixed32 ? Int64(bits) : Int64(Int32(bitPattern: bits))
            return at + 4
        default:
            var bits: UInt64 = 0
            guard let after = wire.varint(at, end, &bits) else { return nil }
            switch kind {
            case .int32, .enumeration: value = Int64(Int32(truncatingIfNeeded: bits))
            case .uint32: value = Int64(UInt32(truncatingIfNeeded: bits))
            case .sint32: value = ProtobufWire.zigzag(UInt64(UInt32(truncatingIfNeeded: bits)))
            case .sint64: value = ProtobufWire.zigzag(bits)
            case .bool: value = bits == 0 ? 0 : 1
            default:
                value = Int64(bitPattern: bits)
                isLarge = kind == .uint64 && value < 0
            }
            return after
        }
    }

    @inline(__always)
    private func store(_ value: Int64, isLarge: Bool, _ slot: Slot, _ at: Place) -> Bool {
        let builder = slot.pointee.builder
        switch slot.pointee.store {
        case .bigint where !isLarge: builder.pointee.append(value)
        case .int where !isLarge && value == Int64(Int32(truncatingIfNeeded: value)):
            builder.pointee.append(Int32(truncatingIfNeeded: value))
        case .smallint where !isLarge && value == Int64(Int16(truncatingIfNeeded: value)):
            builder.pointee.append(Int16(truncatingIfNeeded: value))
        case .boolean: builder.pointee.append(bit: value != 0)
        case .double: builder.pointee.append(Double(value))
        case .decimal:
            let exact = isLarge ? Int128(UInt64(bitPattern: value)) : Int128(value)
            return decimal(ExactDecimal(unscaled: exact, scale: 0), slot, at)
        case .key:
            var text =
                slot.pointee.kind == .bool
                ? (value != 0 ? "true" : "false") : isLarge ? String(UInt64(bitPattern: value)) : String(value)
            let isAppended = text.withUTF8 { builder.pointee.append(bytes: UnsafeRawBufferPointer($0)) }
            return isAppended || wire.fail(.tooLarge, at) != nil
        default: return wire.fail(.range, at, builder.pointee.type) != nil
        }
        return true
    }

    private func decimal(_ value: ExactDecimal, _ slot: Slot, _ at: Place) -> Bool {
        let builder = slot.pointee.builder
        guard builder.pointee.append(.decimal(value)) else {
            return wire.fail(.digits, at, builder.pointee.type) != nil
        }
        return true
    }

    @inline(__always)
    private func bytes(_ slot: Slot, _ content: Place, _ count: Int) -> Place? {
        let builder = slot.pointee.builder
        switch slot.pointee.store {
        case .text, .key: return wire.text(content, count, builder)
        case .bytea:
            return builder.pointee.append(bytes: UnsafeRawBufferPointer(start: content, count: count))
                ? content : wire.fail(.tooLarge, content)
        default: return parsed(slot, content, count)
        }
    }

    /// Text that is a value of the column's type.
    @inline(never)
    private func parsed(_ slot: Slot, _ content: Place, _ count: Int) -> Place? {
        let builder = slot.pointee.builder
        let type = builder.pointee.type
        guard UTF8Check.isValid(content, count) else { return wire.fail(.utf8, content) }
        guard count <= 256 else { return wire.fail(.text, content, type) }
        var text = String(decoding: UnsafeBufferPointer(start: content, count: count), as: UTF8.self)
        return TextCell.append(&text, to: &builder.pointee) == .appended ? content : wire.fail(.text, content, type)
    }

    // MARK: Messages that are one value

    /// A known message's fields, gathered over all of its occurrences, as the column's value.
    @inline(never)
    func known(_ slot: Slot, _ content: Place, _ end: Place, _ row: Int, _ seen: inout Int) -> Place? {
        let builder = slot.pointee.builder
        if builder.pointee.count == row || builder.pointee.isNull(row) { slot.pointee.state = (0, 0, 0, 0) }
        guard gather(slot, content, end) != nil else { return nil }
        begin(builder, row, &seen)
        let state = slot.pointee.state
        let type = builder.pointee.type
        switch slot.pointee.known {
        case .timestamp:
            guard (0..<1_000_000_000).contains(state.1), let value = Self.microseconds(state.0, state.1) else {
                return wire.fail(.range, content, type)
            }
            builder.pointee.append(value)
        case .duration:
            guard state.1.magnitude < 1_000_000_000, state.0 == 0 || state.1 == 0 || (state.0 < 0) == (state.1 < 0),
                let value = Self.microseconds(state.0, state.1)
            else { return wire.fail(.range, content, type) }
            builder.pointee.append(CalendarInterval(microseconds: value))
        case .date:
            guard (1...9999).contains(state.0), (1...12).contains(state.1), state.2 >= 1,
                state.2 <= CivilTime.daysInMonth(year: Int(state.0), month: Int(state.1))
            else { return wire.fail(.range, content, type) }
            let days = CivilTime.days(year: Int(state.0), month: Int(state.1), day: Int(state.2))
            builder.pointee.append(Int32(truncatingIfNeeded: days))
        case .timeOfDay:
            guard (0..<24).contains(state.0), (0..<60).contains(state.1), (0..<60).contains(state.2),
                (0..<1_000_000_000).contains(state.3)
            else { return wire.fail(.range, content, type) }
            builder.pointee.append(((state.0 * 60 + state.1) * 60 + state.2) * 1_000_000 + state.3 / 1000)
        default:
            // The unscaled number in two words, and its scale.
            let unscaled = Int128(state.0) << 64 | Int128(UInt64(bitPattern: state.1))
            guard let value = Self.exact(unscaled, scale: state.2), builder.pointee.append(.decimal(value)) else {
                return wire.fail(.digits, content, type)
            }
        }
        return end
    }

    private static func microseconds(_ seconds: Int64, _ nanos: Int64) -> Int64? {
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, carry) = whole.addingReportingOverflow(nanos / 1000)
        return overflow || carry ? nil : sum
    }

    private static func exact(_ unscaled: Int128, scale: Int64) -> ExactDecimal? {
        if (0...38).contains(scale) { return ExactDecimal(unscaled: unscaled, scale: Int(scale)) }
        guard (-38..<0).contains(scale) else { return unscaled == 0 ? ExactDecimal(unscaled: 0, scale: 0) : nil }
        let (product, overflow) = unscaled.multipliedReportingOverflow(by: ExactDecimal.power(Int(-scale)))
        return overflow ? nil : ExactDecimal(unscaled: product, scale: 0)
    }

    private func gather(_ slot: Slot, _ from: Place, _ end: Place) -> Place? {
        var at = from
        let isDecimal = slot.pointee.known == .decimal
        while at < end {
            var bits: UInt64 = 0
            var tag: UInt32 = 0
            guard let next = wire.longTag(at, end, &tag) else { return nil }
            if tag < 8 { return wire.fail(.tag, at) }
            at = next
            switch tag {
            case 8, 16, 24, 32:
                guard !isDecimal || tag >= 24 else {
                    guard let next = wire.varint(at, end, &bits) else { return nil }
                    at = next
                    continue
                }
                guard let next = wire.varint(at, end, &bits) else { return nil }
                at = next
                let isWide = tag == 8 && (slot.pointee.known == .timestamp || slot.pointee.known == .duration)
                let value = isWide ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits))
                switch tag {
                case 8: slot.pointee.state.0 = value
                case 16: slot.pointee.state.1 = value
                case 24: slot.pointee.state.2 = value
                default: slot.pointee.state.3 = value
                }
            case 10 where isDecimal:
                var after = at
                guard let content = wire.length(at, end, &after) else { return nil }
                guard let value = Self.bigEndian(content, after - content) else {
                    return wire.fail(.digits, at, slot.pointee.builder.pointee.type)
                }
                slot.pointee.state.0 = Int64(truncatingIfNeeded: value >> 64)
                slot.pointee.state.1 = Int64(truncatingIfNeeded: value)
                at = after
            default:
                guard let next = wire.skip(tag, at, end, 1) else { return nil }
                at = next
            }
        }
        return at
    }

    /// Two's complement, the highest byte first; nil past 128 bits.
    static func bigEndian(_ bytes: Place, _ count: Int) -> Int128? {
        guard count > 0 else { return 0 }
        let sign: UInt8 = bytes[0] >= 0x80 ? 0xFF : 0
        var value: Int128 = sign == 0 ? 0 : -1
        let surplus = max(count - 16, 0)
        for index in 0..<surplus where bytes[index] != sign { return nil }
        if surplus > 0, (bytes[surplus] >= 0x80) != (sign == 0xFF) { return nil }
        for index in surplus..<count { value = value << 8 | Int128(bytes[index]) }
        return value
    }
}
