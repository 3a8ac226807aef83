import CLaminarSIMD

/// Strings out of a payload.
///
/// Hot-path file: raw memory. Reads as in `JSONScanner`; a column's bytes have room for what is left of the payload plus
/// 16 before the first store, and a string never gets longer by resolving its escapes.
extension JSONScanner {
    /// A string's content as the column's next row; `from` is after the opening quote.
    @inline(__always)
    func text(
        _ from: UnsafePointer<UInt8>, _ builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> UnsafePointer<UInt8>? {
        guard builder.pointee.reserveBytes(end - from) else { return fail(.tooLarge, from) }
        let target = (builder.pointee.values + builder.pointee.used).assumingMemoryBound(to: UInt8.self)
        var at = from
        var write = target
        var high: UInt64 = 0
        while at <= wide {
            let plain = Int(laminar_copy_plain16(at, write, &high))
            at += plain
            write += plain
            if plain == 16 { continue }
            if at.pointee != 0x22 { break }
            if high != 0, !UTF8Check.isValid(target, write - target) { return fail(.utf8, from) }
            builder.pointee.used &+= write - target
            builder.pointee.endBytes()
            return at + 1
        }
        return textSlow(from, builder)
    }

    @inline(never)
    private func textSlow(
        _ from: UnsafePointer<UInt8>, _ builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> UnsafePointer<UInt8>? {
        let target = (builder.pointee.values + builder.pointee.used).assumingMemoryBound(to: UInt8.self)
        var count = 0
        guard let after = unescape(from, target, &count) else { return nil }
        builder.pointee.used += count
        builder.pointee.endBytes()
        return after
    }

    /// Copies a string's content with its escapes resolved and its UTF-8 checked. `target` has room for `end - from + 16`.
    @inline(never)
    func unescape(
        _ from: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: inout Int
    ) -> UnsafePointer<UInt8>? {
        var at = from
        var write = target
        var high: UInt64 = 0
        while true {
            if at <= wide {
                let plain = Int(laminar_copy_plain16(at, write, &high))
                at += plain
                write += plain
                if plain == 16 { continue }
            }
            guard at < end else { return fail(.endsEarly, at) }
            let byte = at.pointee
            if byte == 0x22 { break }
            if byte == 0x5C {
                var scalar: UInt32 = 0
                guard let next = escape(at, &scalar) else { return nil }
                write = Self.encode(scalar, write)
                at = next
            } else if byte < 0x20 {
                return fail(.control, at)
            } else {
                high |= UInt64(byte & 0x80)
                write.pointee = byte
                write += 1
                at += 1
            }
        }
        count = write - target
        if high != 0, !UTF8Check.isValid(target, count) { return fail(.utf8, from) }
        return at + 1
    }

    /// A scalar value as UTF-8.
    @inline(__always)
    private static func encode(_ scalar: UInt32, _ write: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        if scalar < 0x80 {
            write[0] = UInt8(truncatingIfNeeded: scalar)
            return write + 1
        }
        let last = UInt8(truncatingIfNeeded: 0x80 | scalar & 63)
        if scalar < 0x800 {
            write[0] = UInt8(truncatingIfNeeded: 0xC0 | scalar &>> 6)
            write[1] = last
            return write + 2
        }
        let third = UInt8(truncatingIfNeeded: 0x80 | (scalar &>> 6) & 63)
        if scalar < 0x10000 {
            write[0] = UInt8(truncatingIfNeeded: 0xE0 | scalar &>> 12)
            write[1] = third
            write[2] = last
            return write + 3
        }
        write[0] = UInt8(truncatingIfNeeded: 0xF0 | scalar &>> 18)
        write[1] = UInt8(truncatingIfNeeded: 0x80 | (scalar &>> 12) & 63)
        write[2] = third
        write[3] = last
        return write + 4
    }

    /// A string's content for a conversion: in the payload where it has no escapes, else resolved in the scratch memory.
    /// `from` is after the opening quote.
    @inline(__always)
    func content(
        _ from: UnsafePointer<UInt8>, _ scratch: JSONScratch, _ bytes: inout UnsafePointer<UInt8>, _ count: inout Int
    ) -> UnsafePointer<UInt8>? {
        var at = from
        var high: UInt64 = 0
        while at <= wide {
            let plain = laminar_plain16(at, &high)
            at += Int(plain)
            if plain == 16 { continue }
            if at.pointee != 0x22 || high != 0 { break }
            bytes = from
            count = at - from
            return at + 1
        }
        return contentSlow(from, scratch, &bytes, &count)
    }

    @inline(never)
    private func contentSlow(
        _ from: UnsafePointer<UInt8>, _ scratch: JSONScratch, _ bytes: inout UnsafePointer<UInt8>, _ count: inout Int
    ) -> UnsafePointer<UInt8>? {
        let target = scratch.room(end - from + 16)
        bytes = UnsafePointer(target)
        return unescape(from, target, &count)
    }
}

/// Memory for strings on their way to another type, kept from record to record.
final class JSONScratch {
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 16)

    deinit { memory.deallocate() }

    /// At least that many bytes, whose content is anything.
    func room(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        if memory.count < count {
            memory.deallocate()
            memory = .allocate(byteCount: count * 2, alignment: 16)
        }
        return memory.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    }
}
