/// A column's memory as Arrow orders it: validity, offsets, values, then the children. It points into the column's own
/// buffers and keeps them alive; INTERVAL alone is copied, since Arrow counts nanoseconds.
struct ArrowColumn {
    /// Memory of the column or of `converted`; no memory stands for no validity.
    struct Buffer {
        let start: UnsafeRawPointer?
        let byteCount: Int
    }

    let count: Int
    let nullCount: Int
    let buffers: [Buffer]
    let children: [ArrowColumn]
    /// Keeps the buffers alive.
    let column: Column?
    private let converted: ColumnBuffer?

    /// - Parameters:
    ///   - column: any column.
    ///   - rows: only its first ones, at most `column.count`; nil for all.
    ///   - name: for the error.
    /// - Throws: ``EncodeFailure`` with code `.range` for an INTERVAL whose microseconds are past Arrow's nanoseconds,
    ///   292 years.
    init(_ column: Column, rows: Int? = nil, name: String) throws(EncodeFailure) {
        let count = min(rows ?? column.count, column.count)
        // The pointers live as long as the column, which is kept.
        let (validity, offsets, values) = column.withBuffers { ($0, $1, $2) }
        var buffers = [Buffer(start: nil, byteCount: 0)]
        if let start = validity?.baseAddress { buffers = [Buffer(start: start, byteCount: (count + 7) / 8)] }
        var converted: ColumnBuffer?
        var children: [ArrowColumn] = []
        if let start = offsets?.baseAddress { buffers.append(Buffer(start: start, byteCount: (count + 1) * 4)) }
        // Where the bytes, elements or entries of the first `count` rows end.
        let end = offsets.map { Int($0.loadUnaligned(fromByteOffset: count * 4, as: Int32.self)) } ?? 0
        switch column.type {
        case .boolean: buffers.append(Buffer(start: values?.baseAddress, byteCount: (count + 7) / 8))
        case .text, .json, .bytea: buffers.append(Buffer(start: values?.baseAddress, byteCount: end))
        case .interval:
            let buffer = try Self.nanoseconds(column, count, name)
            converted = buffer
            buffers.append(Buffer(start: buffer.base, byteCount: count * 16))
        case .array: children = [try ArrowColumn(column.children[0], rows: end, name: name + "[]")]
        case .map:
            let key = try ArrowColumn(column.children[0], rows: end, name: name)
            let value = try ArrowColumn(column.children[1], rows: end, name: name + "[]")
            children = [ArrowColumn(structure: [key, value], count: end)]
        case .structure(let fields):
            for (field, child) in zip(fields, column.children) {
                children.append(try ArrowColumn(child, rows: count, name: "\(name).\(field.name)"))
            }
        case .smallint, .int, .bigint, .real, .double, .decimal, .date, .time, .timestamp, .uuid:
            buffers.append(Buffer(start: values?.baseAddress, byteCount: count * (column.type.fixedWidth ?? 0)))
        }
        self.count = count
        nullCount = count == column.count ? column.nullCount : Self.nulls(validity, count)
        self.buffers = buffers
        self.children = children
        self.column = column
        self.converted = converted
    }

    /// A structure without NULLs: a record batch, or a map's entries.
    private init(structure children: [ArrowColumn], count: Int) {
        self.count = count
        nullCount = 0
        buffers = [Buffer(start: nil, byteCount: 0)]
        self.children = children
        column = nil
        converted = nil
    }

    /// The batch's first rows, or all.
    init(_ batch: RecordBatch, rows: Int? = nil) throws(EncodeFailure) {
        var columns: [ArrowColumn] = []
        for (schema, column) in zip(batch.schema.columns, batch.columns) {
            columns.append(try ArrowColumn(column, rows: rows, name: schema.name))
        }
        self.init(structure: columns, count: min(rows ?? batch.count, batch.count))
    }

    private static func nulls(_ validity: UnsafeRawBufferPointer?, _ count: Int) -> Int {
        guard let validity else { return 0 }
        var valid = 0
        for byte in 0..<(count / 8) { valid += validity[byte].nonzeroBitCount }
        if count & 7 != 0 { valid += (validity[count / 8] & ((1 << UInt8(count & 7)) - 1)).nonzeroBitCount }
        return count - valid
    }

    private static func nanoseconds(
        _ column: Column, _ count: Int, _ name: String
    ) throws(EncodeFailure) -> ColumnBuffer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count * 16, 16), alignment: 16)
        let buffer = ColumnBuffer(adopting: memory, byteCount: count * 16)
        for row in 0..<count {
            let interval = column.fixed(row, as: CalendarInterval.self)
            let (nanoseconds, overflow) = interval.microseconds.multipliedReportingOverflow(by: 1000)
            if overflow {
                throw EncodeFailure(
                    .range,
                    "Row \(row) holds more hours than Arrow's interval, which counts 64 bits of nanoseconds (292 years): "
                        + "write such a span in days.", path: name)
            }
            let scaled = CalendarInterval(months: interval.months, days: interval.days, microseconds: nanoseconds)
            memory.storeBytes(of: scaled, toByteOffset: row * 16, as: CalendarInterval.self)
        }
        return buffer
    }
}
