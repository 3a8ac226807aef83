/// A column while it is being filled: plain memory that grows, with a rollback to any row.
///
/// Hot-path file: raw memory. Every append first makes room (`count < capacity`, `used + n + 16 <= byteCapacity`); a
/// value is complete only when `count` is raised, so that what was written past `count` doesn't exist.
///
/// Whether a column has its value for the row being read is `count == row + 1`: no set of seen columns is kept, so that
/// 64 columns are no limit and the check is one compare.
struct ColumnBuilder: ~Copyable {
    enum Layout: UInt8 { case bits, fixed, bytes, list, structure }

    let type: ColumnType
    let layout: Layout
    /// Bytes of a value with layout `.fixed`.
    let width: Int
    let childCount: Int
    let children: UnsafeMutablePointer<ColumnBuilder>

    var count = 0
    private(set) var capacity = 0
    /// Values for `.bits` and `.fixed`, the rows' bytes for `.bytes`.
    private(set) var values: UnsafeMutableRawPointer
    /// Int32, `capacity + 1` of them, for `.bytes` and `.list`.
    private(set) var offsets: UnsafeMutablePointer<Int32>
    /// Bytes written, up to the last complete row or beyond it while one is being written.
    var used = 0
    private(set) var byteCapacity = 0
    /// One bit a row, 1 for a value, made at the first NULL; bits at and after `count` are 1.
    private(set) var validity: UnsafeMutablePointer<UInt8>?

    /// No column grows past this, so that its offsets stay 32 bits wide.
    static let byteLimit = Int(Int32.max) - 64

    init(_ type: ColumnType) {
        self.type = type
        var nested: [ColumnType] = []
        switch type {
        case .boolean: layout = .bits
        case .text, .bytea, .json: layout = .bytes
        case .array(let element):
            layout = .list
            nested = [element]
        case .map(let value):
            layout = .list
            nested = [.text, value]
        case .structure(let fields):
            layout = .structure
            nested = fields.map(\.type)
        default: layout = .fixed
        }
        width = type.fixedWidth ?? 0
        childCount = nested.count
        children = .allocate(capacity: max(nested.count, 1))
        for (index, child) in nested.enumerated() { (children + index).initialize(to: ColumnBuilder(child)) }
        values = Self.nothing
        offsets = Self.nothing.assumingMemoryBound(to: Int32.self)
    }

    deinit {
        release()
        for index in 0..<childCount { (children + index).deinitialize(count: 1) }
        children.deallocate()
    }

    /// Stands for memory that isn't there yet; never read or written, since capacities are zero then.
    private static var nothing: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped }

    private func release() {
        if capacity > 0 {
            if layout == .bits || layout == .fixed { values.deallocate() }
            if layout == .bytes || layout == .list { offsets.deallocate() }
        }
        if byteCapacity > 0 { values.deallocate() }
        validity?.deallocate()
    }

    private mutating func forget() {
        values = Self.nothing
        offsets = Self.nothing.assumingMemoryBound(to: Int32.self)
        validity = nil
        capacity = 0
        byteCapacity = 0
        used = 0
        count = 0
    }

    // MARK: Room

    /// Makes room for one more row.
    @inline(__always)
    mutating func reserveRow() { if count == capacity { growRows() } }

    @inline(never)
    private mutating func growRows() { reserveRows(max(capacity * 2, 64)) }

    /// Makes room for this many rows in all.
    mutating func reserveRows(_ wanted: Int) {
        guard wanted > capacity else { return }
        let rows = (wanted + 63) & ~63
        switch layout {
        case .bits: values = Self.moved(values, used: capacity / 8, to: rows / 8, had: capacity)
        case .fixed: values = Self.moved(values, used: count * width, to: rows * width, had: capacity)
        case .bytes, .list:
            let memory = Self.moved(
                UnsafeMutableRawPointer(offsets), used: capacity == 0 ? 0 : (count + 1) * 4, to: (rows + 16) * 4,
                had: capacity)
            offsets = memory.assumingMemoryBound(to: Int32.self)
            if capacity == 0 { offsets[0] = 0 }
        case .structure: break
        }
        if layout == .bits {
            let bytes = values.assumingMemoryBound(to: UInt8.self)
            (bytes + capacity / 8).update(repeating: 0, count: (rows - capacity) / 8)
        }
        if let old = validity {
            let bits = UnsafeMutablePointer<UInt8>.allocate(capacity: rows / 8)
            bits.update(from: old, count: capacity / 8)
            (bits + capacity / 8).update(repeating: 0xFF, count: (rows - capacity) / 8)
            old.deallocate()
            validity = bits
        }
        capacity = rows
    }

    private static func moved(
        _ old: UnsafeMutableRawPointer, used: Int, to size: Int, had capacity: Int
    ) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        if capacity > 0 {
            memory.copyMemory(from: old, byteCount: used)
            old.deallocate()
        }
        return memory
    }

    /// Makes room for that many more bytes and 16 that a wide store may touch; false past the 2 GiB limit.
    @inline(__always)
    mutating func reserveBytes(_ more: Int) -> Bool {
        if used &+ more &+ 16 <= byteCapacity { return true }
        return growBytes(more)
    }

    @inline(never)
    private mutating func growBytes(_ more: Int) -> Bool {
        guard used + more <= Self.byteLimit else { return false }
        let size = min(max((used + more + 16) * 2, 1024), Self.byteLimit + 64)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        if byteCapacity > 0 {
            memory.copyMemory(from: values, byteCount: used)
            values.deallocate()
        }
        values = memory
        byteCapacity = size
        return true
    }

    // MARK: Values

    /// A fixed-width value; `Element` has the layout's width.
    @inline(__always)
    mutating func append<Element: BitwiseCopyable>(_ value: Element) {
        reserveRow()
        values.storeBytes(of: value, toByteOffset: count &* MemoryLayout<Element>.stride, as: Element.self)
        count &+= 1
    }

    /// A BOOLEAN.
    @inline(__always)
    mutating func append(bit: Bool) {
        reserveRow()
        let byte = values.assumingMemoryBound(to: UInt8.self) + count >> 3
        let mask = 1 as UInt8 &<< UInt8(truncatingIfNeeded: count & 7)
        byte.pointee = bit ? byte.pointee | mask : byte.pointee & ~mask
        count &+= 1
    }

    /// Bytes from elsewhere; false past the 2 GiB limit.
    mutating func append(bytes: UnsafeRawBufferPointer) -> Bool {
        guard reserveBytes(bytes.count) else { return false }
        if let start = bytes.baseAddress { (values + used).copyMemory(from: start, byteCount: bytes.count) }
        used += bytes.count
        endBytes()
        return true
    }

    /// The bytes from the last row's end to `used` are the next row.
    @inline(__always)
    mutating func endBytes() {
        reserveRow()
        count &+= 1
        offsets[count] = Int32(truncatingIfNeeded: used)
    }

    /// The elements since the last row's end are the next row; false when there are too many for 32-bit offsets.
    mutating func endList() -> Bool {
        let end = children[0].count
        guard end <= Self.byteLimit else { return false }
        reserveRow()
        count += 1
        offsets[count] = Int32(truncatingIfNeeded: end)
        return true
    }

    /// The fields all have their value for the next row.
    @inline(__always)
    mutating func endStructure() {
        reserveRow()
        count &+= 1
    }

    /// NULL: a cleared validity bit over a zero.
    mutating func appendNull() {
        reserveRow()
        switch layout {
        case .bits:
            append(bit: false)
            count -= 1
        case .fixed: (values + count * width).initializeMemory(as: UInt8.self, repeating: 0, count: width)
        case .bytes, .list:
            offsets[count + 1] = offsets[count]
            if layout == .bytes { used = Int(offsets[count]) }
        case .structure:
            for index in 0..<childCount where children[index].count == count { children[index].appendNull() }
        }
        let bits: UnsafeMutablePointer<UInt8>
        if let validity {
            bits = validity
        } else {
            bits = .allocate(capacity: capacity / 8)
            bits.update(repeating: 0xFF, count: capacity / 8)
            validity = bits
        }
        bits[count >> 3] &= ~(1 << UInt8(count & 7))
        count += 1
    }

    /// Forgets what came after the first `rows` rows, a half-written one too.
    mutating func truncate(to rows: Int) {
        if layout == .structure {
            for index in 0..<childCount { children[index].truncate(to: min(rows, children[index].count)) }
        }
        if let validity { for row in rows..<max(count, rows) { validity[row >> 3] |= 1 << UInt8(row & 7) } }
        count = min(count, rows)
        if layout == .bytes { used = capacity == 0 ? 0 : Int(offsets[count]) }
        if layout == .list {
            let end = capacity == 0 ? 0 : Int(offsets[count])
            for index in 0..<childCount { children[index].truncate(to: min(end, children[index].count)) }
        }
    }

    // MARK: The end

    /// Hands the memory over as a column and starts again with as much room as this one needed.
    mutating func finish() -> Column {
        let rows = count
        let bytes = used
        // A column without rows still has one offset, as Arrow wants it.
        reserveRows(1)
        var nulls = 0
        var validityBuffer: ColumnBuffer?
        if let bits = validity {
            let size = (rows + 7) / 8
            if rows & 7 != 0 { bits[size - 1] &= (1 << UInt8(rows & 7)) &- 1 }
            for index in 0..<size { nulls += bits[index].nonzeroBitCount }
            nulls = rows - nulls
            validityBuffer = ColumnBuffer(adopting: UnsafeMutableRawPointer(bits), byteCount: size)
        }
        var valueBuffer: ColumnBuffer?
        var offsetBuffer: ColumnBuffer?
        switch layout {
        case .bits:
            if rows & 7 != 0 {
                values.assumingMemoryBound(to: UInt8.self)[rows >> 3] &= (1 << UInt8(rows & 7)) &- 1
            }
            valueBuffer = ColumnBuffer(adopting: values, byteCount: (rows + 7) / 8)
        case .fixed: valueBuffer = ColumnBuffer(adopting: values, byteCount: rows * width)
        case .bytes:
            if byteCapacity == 0 { _ = growBytes(0) }
            valueBuffer = ColumnBuffer(adopting: values, byteCount: bytes)
            fallthrough
        case .list:
            offsetBuffer = ColumnBuffer(adopting: UnsafeMutableRawPointer(offsets), byteCount: (rows + 1) * 4)
        case .structure: break
        }
        var nested: [Column] = []
        for index in 0..<childCount { nested.append(children[index].finish()) }
        forget()
        reserveRows(rows)
        if layout == .bytes, bytes > 0 { _ = growBytes(bytes / 2) }
        return Column(
            type: type, count: rows, nullCount: nulls, validity: validityBuffer, values: valueBuffer,
            offsets: offsetBuffer, children: nested)
    }
}
