/// The values of one column of a batch, in Arrow's memory layout; immutable, shared between threads freely.
///
///     let ids = batch.columns[0]
///     ids.withValues(of: Int64.self) { values in values.reduce(0, &+) }    // where nothing is NULL
///
/// | type | values | offsets | children |
/// |---|---|---|---|
/// | BOOLEAN | one bit a row, lowest bit first | | |
/// | SMALLINT, INT, DATE, REAL | 2, 4, 4, 4 bytes | | |
/// | BIGINT, DOUBLE, TIME, TIMESTAMP | 8 bytes | | |
/// | DECIMAL | 16 bytes, the unscaled number | | |
/// | UUID | 16 bytes in the order of its text | | |
/// | INTERVAL | months Int32, days Int32, microseconds Int64 | | |
/// | TEXT, JSON, BYTEA | the bytes of all rows | count + 1 Int32 | |
/// | `T[]` | | count + 1 Int32 into the child | the elements |
/// | MAP | | count + 1 Int32 into the children | keys, values |
/// | STRUCT | | | one a field, each as long as the column |
///
/// Validity is one bit a row, lowest bit first, 1 for a value; there is none when no row is NULL. A NULL row's value is
/// zero, or empty.
///
/// - Note: Format: Apache Arrow columnar format 1.4, "Physical Memory Layout". An Arrow map's child is a struct of the
///   two children here.
public final class Column: Sendable {
    /// What it holds.
    public let type: ColumnType
    /// How many rows.
    public let count: Int
    /// How many of them are NULL.
    public let nullCount: Int
    /// The elements of an array, the keys and values of a map, the fields of a structure; else empty.
    public let children: [Column]
    private let validity: ColumnBuffer?
    private let values: ColumnBuffer?
    private let offsets: ColumnBuffer?

    /// Trusts its caller: the buffers have the sizes that `type` and `count` need.
    init(
        type: ColumnType, count: Int, nullCount: Int, validity: ColumnBuffer?, values: ColumnBuffer?,
        offsets: ColumnBuffer?, children: [Column]
    ) {
        self.type = type
        self.count = count
        self.nullCount = nullCount
        self.validity = nullCount == 0 ? nil : validity
        self.values = values
        self.offsets = offsets
        self.children = children
        validityBits = self.validity.map { $0.base.assumingMemoryBound(to: UInt8.self) }
        valueBytes = values?.base ?? UnsafeRawPointer(bitPattern: 16)
        offsetValues = offsets.map { $0.base.assumingMemoryBound(to: Int32.self) }
    }

    // The same buffers as plain pointers, so that a read is one load; they live as long as the column does.
    @usableFromInline package nonisolated(unsafe) let validityBits: UnsafePointer<UInt8>?
    @usableFromInline package nonisolated(unsafe) let valueBytes: UnsafeRawPointer?
    @usableFromInline package nonisolated(unsafe) let offsetValues: UnsafePointer<Int32>?

    /// Whether the row is NULL.
    ///
    /// - Parameter row: 0 up to `count`; another one stops the program, as an array's index does.
    @inlinable public func isNull(_ row: Int) -> Bool {
        precondition(row >= 0 && row < count, "row out of range")
        guard let validityBits else { return false }
        return validityBits[row >> 3] & (1 << UInt8(truncatingIfNeeded: row & 7)) == 0
    }

    /// The fixed-width value of a row, without asking for NULL; zero for NULL.
    @inlinable func fixed<Element: BitwiseCopyable>(_ row: Int, as type: Element.Type) -> Element {
        precondition(row >= 0 && row < count, "row out of range")
        return valueBytes.unsafelyUnwrapped.loadUnaligned(
            fromByteOffset: row &* MemoryLayout<Element>.stride, as: Element.self)
    }

    /// A row's bit, for BOOLEAN.
    @inlinable func bit(_ row: Int) -> Bool {
        precondition(row >= 0 && row < count, "row out of range")
        let byte = valueBytes.unsafelyUnwrapped.load(fromByteOffset: row >> 3, as: UInt8.self)
        return byte & (1 << UInt8(truncatingIfNeeded: row & 7)) != 0
    }

    /// Where a row's bytes, elements or entries lie.
    @inlinable func range(_ row: Int) -> Range<Int> {
        precondition(row >= 0 && row < count, "row out of range")
        guard let offsetValues else { return 0..<0 }
        return Range(uncheckedBounds: (Int(offsetValues[row]), Int(offsetValues[row + 1])))
    }

    /// A row's bytes in place, for TEXT, JSON and BYTEA; valid while the column lives.
    @inlinable func bytes(_ row: Int) -> UnsafeRawBufferPointer {
        let range = range(row)
        return UnsafeRawBufferPointer(start: valueBytes.unsafelyUnwrapped + range.lowerBound, count: range.count)
    }
}

extension Column {
    /// All values of a fixed-width column in place: Int16, Int32, Int64, Float, Double or Int128, whichever the type's
    /// width is; nil for another width, for BOOLEAN and for types without fixed width. NULL rows hold zero.
    ///
    /// The buffer is valid for the length of the call.
    public func withValues<Element: BitwiseCopyable, Result>(
        of type: Element.Type, _ body: (UnsafeBufferPointer<Element>) throws -> Result
    ) rethrows -> Result? {
        guard let width = self.type.fixedWidth, width == MemoryLayout<Element>.size,
            MemoryLayout<Element>.size == MemoryLayout<Element>.stride, let valueBytes
        else { return nil }
        return try body(
            UnsafeBufferPointer(start: valueBytes.assumingMemoryBound(to: Element.self), count: count))
    }

    /// The bytes of one row in place, for TEXT, JSON and BYTEA; nil for NULL and for other types. Valid for the call.
    public func withBytes<Result>(
        _ row: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result? {
        guard type.isVariableWidth, !isNull(row) else { return nil }
        return try body(bytes(row))
    }

    /// The buffers as Arrow has them: validity (nil when nothing is NULL), offsets and values (nil where the type has
    /// none). Valid for the length of the call.
    public func withBuffers<Result>(
        _ body: (
            _ validity: UnsafeRawBufferPointer?, _ offsets: UnsafeRawBufferPointer?, _ values: UnsafeRawBufferPointer?
        ) throws -> Result
    ) rethrows -> Result {
        func raw(_ buffer: ColumnBuffer?) -> UnsafeRawBufferPointer? {
            buffer.map { UnsafeRawBufferPointer(start: $0.base, count: $0.byteCount) }
        }
        return try body(raw(validity), raw(offsets), raw(values))
    }
}

extension ColumnType {
    /// Bytes of one value, for types whose values lie side by side; nil for BOOLEAN, variable and nested types.
    var fixedWidth: Int? {
        switch self {
        case .smallint: 2
        case .int, .real, .date: 4
        case .bigint, .double, .time, .timestamp: 8
        case .decimal, .interval, .uuid: 16
        case .boolean, .text, .bytea, .json, .array, .structure, .map: nil
        }
    }

    /// TEXT, JSON and BYTEA.
    var isVariableWidth: Bool {
        switch self {
        case .text, .bytea, .json: true
        default: false
        }
    }
}
