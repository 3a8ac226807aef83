internal import LaminarFormats

/// A place in a frame, which moves over varints.
struct FrameCursor {
    private let slice: PayloadSlice
    private(set) var position: Int

    /// - Parameter position: within the slice.
    @inline(__always)
    init(_ slice: PayloadSlice, at position: Int) {
        self.slice = slice
        self.position = position
    }

    /// What is left; a pointer even where it is empty, since an empty body isn't a null one.
    @inline(__always)
    var rest: PayloadSlice {
        PayloadSlice(start: slice.start.map { $0 + position }, count: slice.count - position)
    }

    /// Up to 32 bits in at most five bytes; nil where it is longer or cut off.
    @inline(__always)
    mutating func varint() -> UInt32? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 35 {
            guard position < slice.count, let start = slice.start else { return nil }
            let byte = start.load(fromByteOffset: position, as: UInt8.self)
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return UInt32(exactly: value) }
            shift += 7
        }
        return nil
    }

    @inline(__always)
    mutating func zigZag() -> Int32? {
        guard let value = varint() else { return nil }
        return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
    }
}
