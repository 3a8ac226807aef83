/// Finds a column by its exact name: for `row["id", as: Int64.self]`, where a dictionary's hash was half of the time.
///
/// Hot-path file. A name's first and last eight bytes and its length are its key; only longer names are compared in full.
struct NameTable: Sendable {
    private struct Key: Equatable {
        var first: UInt64
        var last: UInt64
        var count: Int

        @inline(__always)
        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            let raw = UnsafeRawBufferPointer(bytes)
            count = raw.count
            if count >= 8 {
                first = raw.loadUnaligned(as: UInt64.self)
                last = raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            } else if count >= 4 {
                first = UInt64(raw.loadUnaligned(as: UInt32.self))
                last = UInt64(raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            } else {
                first = 0
                last = 0
                for byte in bytes { first = first &<< 8 | UInt64(byte) }
            }
        }

        @inline(__always)
        var hash: UInt64 {
            let word = first ^ last &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: count)
            let mixed = word &* 0xD6E8_FEB8_6659_FD93
            return mixed ^ mixed &>> 32
        }
    }

    private let names: [String]
    private let keys: [Key]
    /// A name's place plus one, at its hash or after; as long as a power of two, at most half full.
    private let slots: [Int32]

    /// - Parameter names: all different.
    init(_ names: [String]) {
        var size = 8
        while size < names.count * 2 { size *= 2 }
        var slots = [Int32](repeating: 0, count: size)
        var keys: [Key] = []
        for (place, name) in names.enumerated() {
            var name = name
            let key = name.withUTF8 { Key($0) }
            keys.append(key)
            var slot = Int(truncatingIfNeeded: key.hash) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(truncatingIfNeeded: place + 1)
        }
        self.names = names
        self.keys = keys
        self.slots = slots
    }

    /// The name's place; nil when no name is the same byte for byte.
    func place(of name: String) -> Int? {
        var name = name
        let key = name.withUTF8 { Key($0) }
        var slot = Int(truncatingIfNeeded: key.hash) & (slots.count &- 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) &- 1
            if keys[place] == key, key.count <= 16 || names[place] == name { return place }
            slot = (slot &+ 1) & (slots.count &- 1)
        }
        return nil
    }
}
