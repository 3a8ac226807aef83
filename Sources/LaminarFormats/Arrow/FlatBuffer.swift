/// Writes a FlatBuffer from front to back: a table comes before what it points to, and its offsets are filled in when the
/// target is written. Only what Arrow's messages need.
///
///     var buffer = FlatBuffer()
///     let slots = buffer.table([.int64(7), .offset], at: buffer.root)
///     buffer.string("name", at: slots[1])
///
/// - Note: Format: "FlatBuffers Internals". All offsets point forward, which readers allow and verifiers check.
struct FlatBuffer {
    /// A table's field, in the order of the schema's ids.
    enum Field {
        /// Not written: the reader takes the default.
        case absent
        case boolean(Bool)
        case byte(UInt8)
        case int16(Int16)
        case int32(Int32)
        case int64(Int64)
        /// Filled in later, by what is written at its slot.
        case offset

        var size: Int {
            switch self {
            case .absent: 0
            case .boolean, .byte: 1
            case .int16: 2
            case .int32, .offset: 4
            case .int64: 8
            }
        }
    }

    private(set) var bytes: [UInt8] = [0, 0, 0, 0]
    /// The slot of the root table.
    let root = 0

    /// Zeros up to a multiple of `alignment`.
    mutating func align(_ alignment: Int, plus lead: Int = 0) {
        while (bytes.count + lead) % alignment != 0 { bytes.append(0) }
    }

    private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func point(_ slot: Int) {
        let distance = UInt32(bytes.count - slot).littleEndian
        withUnsafeBytes(of: distance) { for (place, byte) in $0.enumerated() { bytes[slot + place] = byte } }
    }

    /// A table; returns the place of each field, for the offsets among them.
    mutating func table(_ fields: [Field], at slot: Int) -> [Int] {
        // The table starts at a multiple of 8, so that a field's place in it says how the field is aligned.
        var places: [Int] = []
        var size = 4
        for field in fields {
            if field.size > 0 { size = (size + field.size - 1) / field.size * field.size }
            places.append(field.size > 0 ? size : 0)
            size += field.size
        }
        let directory = 4 + 2 * fields.count
        align(8, plus: directory)
        append(UInt16(directory))
        append(UInt16(size))
        for place in places { append(UInt16(place)) }
        let start = bytes.count
        point(slot)
        append(Int32(directory))
        for (field, place) in zip(fields, places) where field.size > 0 {
            while bytes.count < start + place { bytes.append(0) }
            switch field {
            case .absent: break
            case .boolean(let value): append(value ? 1 as UInt8 : 0)
            case .byte(let value): append(value)
            case .int16(let value): append(value)
            case .int32(let value): append(value)
            case .int64(let value): append(value)
            case .offset: append(0 as UInt32)
            }
        }
        return places.map { start + $0 }
    }

    mutating func string(_ text: String, at slot: Int) {
        align(4)
        point(slot)
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    /// A vector of tables or strings; returns the slot of each.
    mutating func offsets(_ count: Int, at slot: Int) -> [Int] {
        align(4)
        point(slot)
        append(UInt32(count))
        let first = bytes.count
        for _ in 0..<count { append(0 as UInt32) }
        return (0..<count).map { first + 4 * $0 }
    }

    /// A vector of structures of two 64-bit numbers.
    mutating func pairs(_ values: [(Int64, Int64)], at slot: Int) {
        align(8, plus: 4)
        point(slot)
        append(UInt32(values.count))
        for (first, second) in values {
            append(first)
            append(second)
        }
    }
}
