/// A payload in somebody else's memory, borrowed for the length of one call.
///
/// Null and empty are different: `start` is nil for a tombstone, and `count` is 0 with a pointer for an empty value.
@frozen public struct PayloadSlice {
    /// The first byte; nil for a null payload.
    public let start: UnsafeRawPointer?
    /// In bytes; 0 for a null payload.
    public let count: Int

    /// - Parameters:
    ///   - start: `count` readable bytes, or nil for null.
    ///   - count: in bytes.
    @inlinable public init(start: UnsafeRawPointer?, count: Int) {
        self.start = start
        self.count = start == nil ? 0 : count
    }

    /// A null payload.
    @inlinable public static var null: PayloadSlice { PayloadSlice(start: nil, count: 0) }

    /// Whether the payload is null (a tombstone).
    @inlinable public var isNull: Bool { start == nil }

    /// The bytes; nothing for null and for empty.
    @inlinable public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }
}
