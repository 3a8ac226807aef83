/// The bytes of a message that is being written.
///
/// - Note: Protocol Buffers documentation, "Encoding".
struct ProtobufOutput {
    var bytes: [UInt8]

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func tag(_ number: Int32, _ wireType: UInt32) {
        varint(UInt64(UInt32(bitPattern: number)) << 3 | UInt64(wireType))
    }

    mutating func fixed32(_ value: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }

    mutating func fixed64(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }

    mutating func data(_ content: UnsafeRawBufferPointer) {
        varint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    mutating func text(_ content: String) {
        varint(UInt64(content.utf8.count))
        bytes.append(contentsOf: content.utf8)
    }

    /// Begins something whose length comes before it; give what this returns to ``end(_:)``.
    mutating func begin() -> Int {
        bytes.append(0)
        return bytes.count
    }

    /// Writes the length of what came since ``begin()``, making room where it needs more than one byte.
    mutating func end(_ start: Int) {
        let count = bytes.count - start
        if count < 0x80 {
            bytes[start - 1] = UInt8(count)
            return
        }
        var length = ProtobufOutput(bytes: [])
        length.varint(UInt64(count))
        bytes.replaceSubrange(start - 1..<start, with: length.bytes)
    }

    /// `number = value` as a variable-length number, unless it is 0.
    mutating func unlessZero(_ number: Int32, _ value: Int64) {
        if value == 0 { return }
        tag(number, 0)
        varint(UInt64(bitPattern: value))
    }
}
