/// Walks one Protobuf payload in place.
///
/// Hot-path file: raw memory. Nothing at or after a message's `end` is used, and nothing at or after the payload's end is
/// read: eight or sixteen bytes at once only at or before `wide`, which is the payload's end less 16. Functions take the
/// place to read at and return the place after what they read, or nil after they noted a fault.
///
/// - Note: Protocol Buffers documentation, "Encoding".
struct ProtobufWire {
    typealias Place = UnsafePointer<UInt8>

    let start: Place
    /// The last place with 16 readable bytes.
    let wide: Place
    let fault: UnsafeMutablePointer<ProtobufFault>

    @inline(__always)
    init(start: Place, count: Int, fault: UnsafeMutablePointer<ProtobufFault>) {
        self.start = start
        wide = start + (count &- 16)
        self.fault = fault
    }

    // MARK: Faults

    @inline(never)
    func fail(_ reason: ProtobufFault.Reason, _ at: Place, _ type: ColumnType? = nil) -> Place? {
        fault.pointee.reason = reason
        fault.pointee.offset = max(at - start, 0)
        fault.pointee.type = type
        fault.pointee.path.removeAll(keepingCapacity: true)
        return nil
    }

    /// Adds a name to the fault's path on the way out; always nil.
    @inline(never)
    func within(_ name: String) -> Place? {
        fault.pointee.path.append(name)
        return nil
    }

    // MARK: Numbers

    @inline(__always)
    static func word(_ at: Place) -> UInt64 { UnsafeRawPointer(at).loadUnaligned(as: UInt64.self) }

    /// A variable-length number. Bits past 64 are dropped, as Google's parsers do.
    @inline(__always)
    func varint(_ at: Place, _ end: Place, _ value: inout UInt64) -> Place? {
        if at < end, at.pointee < 0x80 {
            value = UInt64(at.pointee)
            return at + 1
        }
        return longVarint(at, end, &value)
    }

    /// The same where more than one byte is the rule: eight bytes at once.
    @inline(__always)
    func wideVarint(_ at: Place, _ end: Place, _ value: inout UInt64) -> Place? {
        if at <= wide {
            let word = Self.word(at)
            let stop = ~word & 0x8080_8080_8080_8080
            if stop != 0 {
                // The bytes up to the first without a continuation bit, then their sevens put together by twos.
                var bits = word & (stop ^ (stop &- 1)) & 0x7F7F_7F7F_7F7F_7F7F
                bits = (bits & 0x7F00_7F00_7F00_7F00) &>> 1 | bits & 0x007F_007F_007F_007F
                bits = (bits & 0x3FFF_0000_3FFF_0000) &>> 2 | bits & 0x0000_3FFF_0000_3FFF
                value = (bits & 0x0FFF_FFFF_0000_0000) &>> 4 | bits & 0x0000_0000_0FFF_FFFF
                let after = at + (stop.trailingZeroBitCount &>> 3 &+ 1)
                return after <= end ? after : fail(.truncated, end)
            }
        }
        return longVarint(at, end, &value)
    }

    @inline(__always)
    private func longVarint(_ at: Place, _ end: Place, _ value: inout UInt64) -> Place? {
        let (bits, next) = varintByBytes(at, end)
        value = bits
        return next
    }

    /// Returns its results, as `longTag` below does: a number whose address is taken lives in memory, and what follows
    /// waits for it to be stored and loaded.
    @inline(never)
    private func varintByBytes(_ from: Place, _ end: Place) -> (bits: UInt64, next: Place?) {
        var at = from
        var bits: UInt64 = 0
        var shift: UInt64 = 0
        while at < end {
            let byte = at.pointee
            at += 1
            bits |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return (bits, at) }
            shift &+= 7
            if shift == 70 { return (0, fail(.varint, from)) }
        }
        return (0, fail(.truncated, end))
    }

    /// A tag of more than one byte: at most five, a number of 32 bits.
    @inline(__always)
    func longTag(_ at: Place, _ end: Place, _ tag: inout UInt32) -> Place? {
        let (number, next) = tagByBytes(at, end)
        tag = number
        return next
    }

    @inline(never)
    private func tagByBytes(_ at: Place, _ end: Place) -> (tag: UInt32, next: Place?) {
        let (value, after) = varintByBytes(at, end)
        guard let after else { return (0, nil) }
        guard after - at <= 5, value <= UInt64(UInt32.max) else { return (0, fail(.tag, at)) }
        return (UInt32(truncatingIfNeeded: value), after)
    }

    /// A length that the message has; `after` is behind the bytes that it counts.
    @inline(__always)
    func length(_ at: Place, _ end: Place, _ after: inout Place) -> Place? {
        var count: UInt64 = 0
        guard let content = varint(at, end, &count) else { return nil }
        guard count <= UInt64(truncatingIfNeeded: end - content) else { return fail(.truncated, at) }
        after = content + Int(truncatingIfNeeded: count)
        return content
    }

    @inline(__always)
    static func zigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value &>> 1) ^ (0 &- Int64(bitPattern: value & 1))
    }

    // MARK: What isn't wanted

    /// Reads over the value of a tag.
    @inline(__always)
    func skip(_ tag: UInt32, _ at: Place, _ end: Place, _ depth: Int) -> Place? {
        if tag & 7 == 2 {
            var after = at
            guard length(at, end, &after) != nil else { return nil }
            return after
        }
        return skipOther(tag, at, end, depth)
    }

    @inline(never)
    private func skipOther(_ tag: UInt32, _ at: Place, _ end: Place, _ depth: Int) -> Place? {
        switch tag & 7 {
        case 0:
            var value: UInt64 = 0
            return varint(at, end, &value)
        case 1: return end - at >= 8 ? at + 8 : fail(.truncated, end)
        case 5: return end - at >= 4 ? at + 4 : fail(.truncated, end)
        case 3: return skipGroup(tag, at, end, depth + 1)
        case 4: return fail(.groupEnd, at)
        default: return fail(.wireType, at)
        }
    }

    private func skipGroup(_ begin: UInt32, _ from: Place, _ end: Place, _ depth: Int) -> Place? {
        if depth > ProtobufFault.depthLimit { return fail(.depth, from) }
        var at = from
        while at < end {
            var tag = UInt32(at.pointee)
            if tag < 0x80 {
                at += 1
            } else {
                guard let next = longTag(at, end, &tag) else { return nil }
                at = next
            }
            if tag < 8 { return fail(.tag, at) }
            if tag & 7 == 4 { return tag &>> 3 == begin &>> 3 ? at : fail(.groupEnd, at) }
            guard let next = skip(tag, at, end, depth) else { return nil }
            at = next
        }
        return fail(.truncated, end)
    }

    // MARK: Text

    /// Checked text into a column.
    @inline(__always)
    func text(_ at: Place, _ count: Int, _ builder: UnsafeMutablePointer<ColumnBuilder>) -> Place? {
        switch builder.pointee.append(text: at, count, in: start, wide + 16) {
        case .appended: return at + count
        case .notUTF8: return fail(.utf8, at)
        case .tooLarge: return fail(.tooLarge, at)
        }
    }
}
