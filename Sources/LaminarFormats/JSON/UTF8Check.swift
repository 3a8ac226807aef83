import CLaminarSIMD

/// Whether bytes are UTF-8: no overlong form, no surrogate, nothing past U+10FFFF.
///
/// Hot-path file: raw memory. Each read is within `start ..< start + count`; 16 bytes at once only where that many remain.
///
/// - Note: Table 3-7 of the Unicode Standard, "Well-Formed UTF-8 Byte Sequences".
enum UTF8Check {
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        return isValid(start.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    @inline(never)
    static func isValid(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var at = start
        let end = start + count
        while at < end {
            if end - at >= 16, laminar_is_ascii16(at) != 0 {
                at += 16
                continue
            }
            let lead = at.pointee
            if lead < 0x80 {
                at += 1
                continue
            }
            let left = end - at
            if lead < 0xE0 {
                guard lead >= 0xC2, left >= 2, at[1] & 0xC0 == 0x80 else { return false }
                at += 2
            } else if lead < 0xF0 {
                guard left >= 3, at[1] & 0xC0 == 0x80, at[2] & 0xC0 == 0x80 else { return false }
                if lead == 0xE0 && at[1] < 0xA0 || lead == 0xED && at[1] > 0x9F { return false }
                at += 3
            } else {
                guard lead <= 0xF4, left >= 4, at[1] & 0xC0 == 0x80, at[2] & 0xC0 == 0x80, at[3] & 0xC0 == 0x80 else {
                    return false
                }
                if lead == 0xF0 && at[1] < 0x90 || lead == 0xF4 && at[1] > 0x8F { return false }
                at += 4
            }
        }
        return true
    }
}
