import LaminarFormats
import LaminarStore

/// One column of a batch as SQLite reads it: straight from the column's memory into SQLite's, without a `Value` or a
/// `String` between them.
///
/// Hot-path file: raw memory, read as ``Column`` lays it out. Whoever holds a reader holds the column's batch, and asks for
/// rows of it only; the reader itself holds nothing, so that copying it costs no reference count.
struct CellReader {
    private let kind: TypeKind
    private let scale: Int
    private let validity: UnsafePointer<UInt8>?
    private let values: UnsafeRawPointer
    private let offsets: UnsafePointer<Int32>?
    private let column: Unmanaged<Column>

    init(_ column: Column) {
        kind = column.type.kind
        scale = column.type.decimalScale
        validity = column.validityBits
        values = column.valueBytes ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped
        offsets = column.offsetValues
        self.column = .passUnretained(column)
    }

    /// Sets the value of a row, 0 up to the column's count.
    @inline(__always)
    func read(_ row: Int, _ result: SQLiteResult) {
        if let validity, validity[row >> 3] & (1 << UInt8(truncatingIfNeeded: row & 7)) == 0 {
            return result.setNull()
        }
        switch kind {
        case .bigint, .timestamp, .time: result.set(load(row, Int64.self))
        case .int, .date: result.set(Int64(load(row, Int32.self)))
        case .double: result.set(load(row, Double.self))
        case .text, .json: result.set(text: bytes(row))
        default: readOther(row, result)
        }
    }

    private func readOther(_ row: Int, _ result: SQLiteResult) {
        switch kind {
        case .boolean:
            let byte = values.load(fromByteOffset: row >> 3, as: UInt8.self)
            result.set(byte & (1 << UInt8(truncatingIfNeeded: row & 7)) != 0)
        case .smallint: result.set(Int64(load(row, Int16.self)))
        case .real: result.set(Double(load(row, Float.self)))
        case .bytea: result.set(blob: bytes(row))
        case .uuid: result.set(blob: UnsafeRawBufferPointer(start: values + row * 16, count: 16))
        case .decimal:
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: StoredDecimal.capacity) { room in
                guard let start = room.baseAddress else { return }
                let count = StoredDecimal.encode(load(row, Int128.self), scale: scale, into: start)
                result.set(blob: UnsafeRawBufferPointer(start: start, count: count))
            }
        case .interval:
            withUnsafeTemporaryAllocation(byteCount: StoredInterval.count, alignment: 16) { room in
                guard let start = room.baseAddress else { return }
                StoredInterval.encode(load(row, CalendarInterval.self), into: start)
                result.set(blob: UnsafeRawBufferPointer(start: start, count: StoredInterval.count))
            }
        default:
            var writer = JSONWriter()
            column._withUnsafeGuaranteedRef { writer.write($0, row: row) }
            writer.bytes.withUnsafeBytes { result.set(text: $0) }
        }
    }

    @inline(__always)
    private func load<Element: BitwiseCopyable>(_ row: Int, _ type: Element.Type) -> Element {
        values.loadUnaligned(fromByteOffset: row &* MemoryLayout<Element>.stride, as: Element.self)
    }

    @inline(__always)
    private func bytes(_ row: Int) -> UnsafeRawBufferPointer {
        guard let offsets else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let start = Int(offsets[row])
        return UnsafeRawBufferPointer(start: values + start, count: Int(offsets[row + 1]) - start)
    }
}
