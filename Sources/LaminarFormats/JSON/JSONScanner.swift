import CLaminarSIMD

/// Walks one JSON payload in place and checks all that it passes: structure, numbers, escapes, UTF-8, depth.
///
/// Hot-path file: raw memory. `end` is one past the payload's last byte and nothing at or after it is read: a single byte
/// is read after `at < end`, eight or sixteen at once after `at <= wide`, where `wide` is `end - 16`. Functions take the
/// place to read at and return the place after what they read, or nil after they noted a fault.
///
/// - Note: RFC 8259. A byte order mark is refused, as its section 8.1 allows.
struct JSONScanner {
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    /// The last place with 16 readable bytes.
    let wide: UnsafePointer<UInt8>
    let fault: UnsafeMutablePointer<JSONFault>

    static let depthLimit = 128

    @inline(__always)
    init(start: UnsafePointer<UInt8>, count: Int, fault: UnsafeMutablePointer<JSONFault>) {
        self.start = start
        end = start + count
        wide = start + (count &- 16)
        self.fault = fault
    }

    // MARK: Faults

    @inline(never)
    func fail(_ reason: JSONFault.Reason, _ at: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        fault.pointee.reason = at >= end && reason != .tooLarge && reason != .notNull ? .endsEarly : reason
        fault.pointee.offset = min(at - start, end - start)
        fault.pointee.path.removeAll(keepingCapacity: true)
        return nil
    }

    /// A value that the column can't take.
    @inline(never)
    func fail(_ reason: JSONFault.Reason, _ at: UnsafePointer<UInt8>, _ type: ColumnType) -> UnsafePointer<UInt8>? {
        fault.pointee.type = type
        if at < end { fault.pointee.found = JSONFault.kind(of: at.pointee) }
        return fail(reason, at)
    }

    /// Adds a field's name to the fault's path on the way out; always nil.
    @inline(never)
    func within(_ name: String) -> UnsafePointer<UInt8>? {
        fault.pointee.path.append(name)
        return nil
    }

    // MARK: Loads

    @inline(__always)
    static func word(_ at: UnsafePointer<UInt8>) -> UInt64 { UnsafeRawPointer(at).loadUnaligned(as: UInt64.self) }

    @inline(__always)
    static func half(_ at: UnsafePointer<UInt8>) -> UInt32 { UnsafeRawPointer(at).loadUnaligned(as: UInt32.self) }

    /// How many of 16 bytes need no look: see `laminar_plain16`.
    @inline(__always)
    static func plain(_ at: UnsafePointer<UInt8>, _ high: inout UInt64) -> UInt32 { laminar_plain16(at, &high) }

    // MARK: White space

    @inline(__always)
    func space(_ at: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        if at < end, at.pointee > 0x20 { return at }
        return spaceSlow(at)
    }

    @inline(never)
    func spaceSlow(_ from: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var at = from
        while at < end, at.pointee == 0x20 || at.pointee == 0x0A || at.pointee == 0x0D || at.pointee == 0x09 { at += 1 }
        return at
    }

    // MARK: What isn't wanted

    /// Passes a value; `depth` containers are open around it.
    func skip(_ at: UnsafePointer<UInt8>, _ depth: Int) -> UnsafePointer<UInt8>? {
        guard at < end else { return fail(.endsEarly, at) }
        switch at.pointee {
        case 0x22: return skipString(at + 1)
        case 0x7B: return skipObject(at, depth &+ 1)
        case 0x5B: return skipArray(at, depth &+ 1)
        case 0x74, 0x66, 0x6E: return skipLiteral(at)
        default: return skipNumber(at)
        }
    }

    private func skipArray(_ open: UnsafePointer<UInt8>, _ depth: Int) -> UnsafePointer<UInt8>? {
        if depth > Self.depthLimit { return fail(.depth, open) }
        var at = space(open + 1)
        guard at < end else { return fail(.endsEarly, at) }
        if at.pointee == 0x5D { return at + 1 }
        while true {
            guard let next = skip(at, depth) else { return nil }
            at = space(next)
            guard at < end else { return fail(.endsEarly, at) }
            if at.pointee == 0x2C {
                at = space(at + 1)
                continue
            }
            return at.pointee == 0x5D ? at + 1 : fail(.expectedCommaOrEnd, at)
        }
    }

    private func skipObject(_ open: UnsafePointer<UInt8>, _ depth: Int) -> UnsafePointer<UInt8>? {
        if depth > Self.depthLimit { return fail(.depth, open) }
        var at = space(open + 1)
        guard at < end else { return fail(.endsEarly, at) }
        if at.pointee == 0x7D { return at + 1 }
        while true {
            guard at < end, at.pointee == 0x22 else { return fail(.expectedKey, at) }
            guard let afterKey = skipString(at + 1) else { return nil }
            at = space(afterKey)
            guard at < end, at.pointee == 0x3A else { return fail(.expectedColon, at) }
            guard let next = skip(space(at + 1), depth) else { return nil }
            at = space(next)
            guard at < end else { return fail(.endsEarly, at) }
            if at.pointee == 0x2C {
                at = space(at + 1)
                continue
            }
            return at.pointee == 0x7D ? at + 1 : fail(.expectedCommaOrEnd, at)
        }
    }

    @inline(__always)
    func skipLiteral(_ at: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        if end - at >= 4 {
            let word = Self.half(at)
            if word == 0x6575_7274 || word == 0x6C6C_756E { return at + 4 }
            if word == 0x736C_6166, end - at >= 5, at[4] == 0x65 { return at + 5 }
        }
        return fail(.literal, at)
    }

    /// `null` in full; the place after it.
    @inline(__always)
    func null(_ at: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        if end - at >= 4, Self.half(at) == 0x6C6C_756E { return at + 4 }
        return fail(.literal, at)
    }

    /// Passes a string's content and its closing quote; `from` is after the opening one.
    @inline(__always)
    func skipString(_ from: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var at = from
        var high: UInt64 = 0
        while at <= wide {
            let plain = laminar_plain16(at, &high)
            at += Int(plain)
            if plain == 16 { continue }
            if at.pointee != 0x22 { break }
            if high != 0, !UTF8Check.isValid(from, at - from) { return fail(.utf8, from) }
            return at + 1
        }
        return skipStringSlow(from, at)
    }

    /// The rest of it from `reached` on: escapes, the payload's last bytes, and the check of what isn't ASCII.
    @inline(never)
    private func skipStringSlow(
        _ from: UnsafePointer<UInt8>, _ reached: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard let content = stringEnd(from, reached) else { return nil }
        if !UTF8Check.isValid(from, content - from) { return fail(.utf8, from) }
        return content + 1
    }

    /// The closing quote's place, escapes checked on the way, UTF-8 not; `reached` is known to be within the string.
    @inline(never)
    func stringEnd(_ from: UnsafePointer<UInt8>, _ reached: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var at = reached
        while true {
            if at <= wide {
                var high: UInt64 = 0
                let plain = laminar_plain16(at, &high)
                at += Int(plain)
                if plain == 16 { continue }
            }
            guard at < end else { return fail(.endsEarly, at) }
            let byte = at.pointee
            if byte == 0x22 { return at }
            if byte == 0x5C {
                var ignored: UInt32 = 0
                guard let next = escape(at, &ignored) else { return nil }
                at = next
            } else if byte < 0x20 {
                return fail(.control, at)
            } else {
                at += 1
            }
        }
    }

    /// One escape, at its backslash: the character, and the place after it. A surrogate pair is one character.
    func escape(_ at: UnsafePointer<UInt8>, _ scalar: inout UInt32) -> UnsafePointer<UInt8>? {
        guard end - at >= 2 else { return fail(.endsEarly, end) }
        switch at[1] {
        case 0x22, 0x5C, 0x2F: scalar = UInt32(at[1])
        case 0x6E: scalar = 0x0A
        case 0x74: scalar = 0x09
        case 0x72: scalar = 0x0D
        case 0x62: scalar = 0x08
        case 0x66: scalar = 0x0C
        case 0x75:
            guard let first = hexadecimal(at + 2) else { return fail(.escape, at) }
            if first &- 0xD800 >= 0x800 {
                scalar = first
                return at + 6
            }
            guard first < 0xDC00, end - at >= 12, at[6] == 0x5C, at[7] == 0x75, let second = hexadecimal(at + 8),
                second &- 0xDC00 < 0x400
            else { return fail(.surrogate, at) }
            scalar = 0x10000 &+ ((first &- 0xD800) &<< 10) &+ (second &- 0xDC00)
            return at + 12
        default: return fail(.escape, at)
        }
        return at + 2
    }

    private func hexadecimal(_ at: UnsafePointer<UInt8>) -> UInt32? {
        guard end - at >= 4 else { return nil }
        var value: UInt32 = 0
        for place in 0..<4 {
            let byte = at[place]
            let digit = byte &- 48 <= 9 ? byte &- 48 : (byte | 32) &- 97 <= 5 ? (byte | 32) &- 87 : 255
            if digit == 255 { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// Passes a number, all of its grammar checked.
    @inline(never)
    func skipNumber(_ from: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var at = from
        if at < end, at.pointee == 0x2D { at += 1 }
        guard at < end else { return fail(.endsEarly, at) }
        let first = at.pointee &- 48
        if first > 9 { return fail(at == from ? .expectedValue : .number, at) }
        at = digits(at + 1)
        if first == 0, at - from > (from.pointee == 0x2D ? 2 : 1) { return fail(.number, from) }
        if at < end, at.pointee == 0x2E {
            let point = at
            at = digits(at + 1)
            if at == point + 1 { return fail(.number, at) }
        }
        if at < end, at.pointee | 0x20 == 0x65 {
            at += 1
            if at < end, at.pointee == 0x2B || at.pointee == 0x2D { at += 1 }
            let exponent = at
            at = digits(at)
            if at == exponent { return fail(.number, at) }
        }
        return at
    }

    @inline(__always)
    func digits(_ from: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var at = from
        while at < end, at.pointee &- 48 <= 9 { at += 1 }
        return at
    }
}

/// Whether bytes are one JSON value with nothing but white space around it.
enum JSONText {
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        var fault = JSONFault()
        return withUnsafeMutablePointer(to: &fault) { fault in
            let scanner = JSONScanner(
                start: start.assumingMemoryBound(to: UInt8.self), count: bytes.count, fault: fault)
            guard let after = scanner.skip(scanner.space(scanner.start), 0) else { return false }
            return scanner.space(after) == scanner.end
        }
    }
}
