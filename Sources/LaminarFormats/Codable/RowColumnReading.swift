#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How a column's values become Swift's: the rules of ``RowDecoder``.
///
/// Hot-path file: called with an unretained column, since retains were a fifth of the time.
extension RowColumn {
    func decode(_ type: Bool.Type, _ row: Int) throws -> Bool { try Bool(column, row: row) }

    func decode(_ type: String.Type, _ row: Int) throws -> String {
        if kind == .text { return try text(row) }
        switch column.type {
        case .text, .json: return try String(column, row: row)
        case .uuid, .decimal, .date, .time, .timestamp, .interval:
            if column.isNull(row) { throw Column.missing }
            return column.value(at: row).description
        default: throw column.mismatch("String")
        }
    }

    /// A TEXT column's, whose bytes were checked when it was filled.
    @inline(__always)
    func text(_ row: Int) throws -> String {
        if isNull(row) { throw Column.missing }
        return String(decoding: bytes(row), as: UTF8.self)
    }

    func decode(_ type: Double.Type, _ row: Int) throws -> Double {
        if kind == .double, !isNull(row) { return fixed(row, as: Double.self) }
        switch column.type {
        case .bigint:
            guard let value = Double(exactly: try column.integer(row, "Double")) else {
                throw DecodeFailure(.range, "the number has more digits than Double keeps")
            }
            return value
        case .decimal: return try ExactDecimal(column, row: row).doubleValue
        default: return try Double(column, row: row)
        }
    }

    func decode(_ type: Float.Type, _ row: Int) throws -> Float { try Float(column, row: row) }
    func decode(_ type: Int.Type, _ row: Int) throws -> Int { try integer(type, row) }
    func decode(_ type: Int8.Type, _ row: Int) throws -> Int8 { try integer(type, row) }
    func decode(_ type: Int16.Type, _ row: Int) throws -> Int16 { try integer(type, row) }
    func decode(_ type: Int32.Type, _ row: Int) throws -> Int32 { try integer(type, row) }
    func decode(_ type: Int64.Type, _ row: Int) throws -> Int64 { try integer(type, row) }
    func decode(_ type: UInt.Type, _ row: Int) throws -> UInt { try integer(type, row) }
    func decode(_ type: UInt8.Type, _ row: Int) throws -> UInt8 { try integer(type, row) }
    func decode(_ type: UInt16.Type, _ row: Int) throws -> UInt16 { try integer(type, row) }
    func decode(_ type: UInt32.Type, _ row: Int) throws -> UInt32 { try integer(type, row) }
    func decode(_ type: UInt64.Type, _ row: Int) throws -> UInt64 { try integer(type, row) }

    @inline(__always)
    private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type, _ row: Int) throws -> Integer {
        if kind == .bigint, !isNull(row), let value = Integer(exactly: fixed(row, as: Int64.self)) {
            return value
        }
        if kind == .decimal {
            let exact = try ExactDecimal(column, row: row)
            guard let value = exact.rescaled(to: 0).flatMap({ Integer(exactly: $0.unscaled) }) else {
                throw DecodeFailure(.range, "the number doesn't fit into \(type)")
            }
            return value
        }
        guard let value = Integer(exactly: try column.integer(row, "an integer")) else {
            throw DecodeFailure(.range, "the number doesn't fit into \(type)")
        }
        return value
    }

    /// Any `Decodable` type: those that a column's type stands for first, then JSON cells, then the type's own reading.
    func decode<T: Decodable>(_ type: T.Type, _ row: Int) throws -> T {
        let id = ObjectIdentifier(type)
        let known = context.known
        if kind == .structure { return try T(from: RowNodeDecoder(source: .cell(self), row: row)) }
        if id == known.date { return unsafeBitCast(try date(row), to: T.self) }
        if id == known.timestamp { return unsafeBitCast(try Timestamp(column, row: row), to: T.self) }
        if id == known.uuid { return unsafeBitCast(try UUID(column, row: row), to: T.self) }
        if id == known.bytes, isVariableWidth {
            return unsafeBitCast(try [UInt8](column, row: row), to: T.self)
        }
        if id == known.strings, isTexts { return unsafeBitCast(try strings(row), to: T.self) }
        if kind == .json, id != known.string {
            if column.isNull(row) { throw Column.missing }
            return try context.json(column.bytes(row), as: type)
        }
        if id == known.calendarDate { return unsafeBitCast(try CalendarDate(column, row: row), to: T.self) }
        if id == known.timeOfDay { return unsafeBitCast(try TimeOfDay(column, row: row), to: T.self) }
        if id == known.interval { return unsafeBitCast(try CalendarInterval(column, row: row), to: T.self) }
        if id == known.exactDecimal { return unsafeBitCast(try ExactDecimal(column, row: row), to: T.self) }
        if id == known.decimal { return unsafeBitCast(Decimal(try ExactDecimal(column, row: row)), to: T.self) }
        if id == known.data { return unsafeBitCast(Data(try [UInt8](column, row: row)), to: T.self) }
        if id == known.url { return unsafeBitCast(try url(row), to: T.self) }
        return try T(from: RowNodeDecoder(source: .cell(self), row: row))
    }

    private func url(_ row: Int) throws -> URL {
        guard let url = URL(string: try String(column, row: row)) else {
            throw DecodeFailure(.value, "the text isn't a URL")
        }
        return url
    }

    private func date(_ row: Int) throws -> Date {
        column.type == .date
            ? Date(try CalendarDate(column, row: row).midnight) : Date(try Timestamp(column, row: row))
    }

    private func strings(_ row: Int) throws -> [String] {
        if column.isNull(row) { throw Column.missing }
        let elements = column.children[0]
        let range = column.range(row)
        var strings: [String] = []
        strings.reserveCapacity(range.count)
        for element in range { strings.append(try String(elements, row: element)) }
        return strings
    }
}
