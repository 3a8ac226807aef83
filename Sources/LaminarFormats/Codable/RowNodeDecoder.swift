#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What `Decodable` types see of a row, a STRUCT or a cell.
struct RowNodeDecoder: Decoder {
    enum Source {
        case fields(RowFields, [Column])
        case cell(Column, RowFields?)
    }

    let context: RowContext
    let source: Source
    let row: Int

    var userInfo: [CodingUserInfoKey: Any] { context.userInfo }

    var codingPath: [any CodingKey] {
        switch source {
        case .fields(let fields, _): fields.path
        case .cell(_, let fields): fields?.path ?? []
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        switch source {
        case .fields(let fields, let columns):
            return KeyedDecodingContainer(RowKeyedContainer<Key>(context, fields, columns, row))
        case .cell(let column, let fields):
            if column.isNull(row) { throw Column.missing }
            if case .map = column.type {
                return KeyedDecodingContainer(RowMapContainer<Key>(context, column, fields, row))
            }
            guard case .structure = column.type, let fields else { throw column.mismatch("a type with properties") }
            return KeyedDecodingContainer(RowKeyedContainer<Key>(context, fields, column.children, row))
        }
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .cell(let column, let fields) = source else {
            throw DecodeFailure(.type, "a row can't be an array: read it as a type with properties")
        }
        if column.isNull(row) { throw Column.missing }
        guard case .array = column.type else { throw column.mismatch("an array") }
        return RowUnkeyedContainer(context, column, fields, row)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        switch source {
        case .cell(let column, let fields): return RowCell(context: context, column: column, fields: fields, row: row)
        case .fields(let fields, let columns):
            guard columns.count == 1 else {
                throw DecodeFailure(.type, "a row of \(columns.count) columns can't be a single value")
            }
            return RowCell(context: context, column: columns[0], fields: fields.nested[0], row: row)
        }
    }
}

/// One column at one row.
struct RowCell: SingleValueDecodingContainer {
    let context: RowContext
    let column: Column
    let fields: RowFields?
    let row: Int

    var codingPath: [any CodingKey] { fields?.path ?? [] }
    func decodeNil() -> Bool { column.isNull(row) }
    func decode(_ type: Bool.Type) throws -> Bool { try Bool(column, row: row) }

    func decode(_ type: String.Type) throws -> String {
        switch column.type {
        case .text, .json: return try String(column, row: row)
        case .uuid, .decimal, .date, .time, .timestamp, .interval:
            if column.isNull(row) { throw Column.missing }
            return column.value(at: row).description
        default: throw column.mismatch("String")
        }
    }

    func decode(_ type: Double.Type) throws -> Double {
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

    func decode(_ type: Float.Type) throws -> Float { try Float(column, row: row) }
    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    @inline(__always)
    private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
        if case .decimal = column.type {
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
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let id = ObjectIdentifier(type)
        let known = context.known
        if id == known.date { return unsafeBitCast(try date(), to: T.self) }
        if id == known.timestamp { return unsafeBitCast(try Timestamp(column, row: row), to: T.self) }
        if id == known.uuid { return unsafeBitCast(try UUID(column, row: row), to: T.self) }
        if id == known.bytes, column.type.isVariableWidth {
            return unsafeBitCast(try [UInt8](column, row: row), to: T.self)
        }
        if id == known.strings, column.type == .array(.text) { return unsafeBitCast(try strings(), to: T.self) }
        if column.type == .json, id != known.string {
            if column.isNull(row) { throw Column.missing }
            return try context.json(column.bytes(row), as: type)
        }
        if id == known.calendarDate { return unsafeBitCast(try CalendarDate(column, row: row), to: T.self) }
        if id == known.timeOfDay { return unsafeBitCast(try TimeOfDay(column, row: row), to: T.self) }
        if id == known.interval { return unsafeBitCast(try CalendarInterval(column, row: row), to: T.self) }
        if id == known.exactDecimal { return unsafeBitCast(try ExactDecimal(column, row: row), to: T.self) }
        if id == known.decimal { return unsafeBitCast(Decimal(try ExactDecimal(column, row: row)), to: T.self) }
        if id == known.data { return unsafeBitCast(Data(try [UInt8](column, row: row)), to: T.self) }
        if id == known.url { return unsafeBitCast(try url(), to: T.self) }
        return try T(from: RowNodeDecoder(context: context, source: .cell(column, fields), row: row))
    }

    private func url() throws -> URL {
        guard let url = URL(string: try String(column, row: row)) else {
            throw DecodeFailure(.value, "the text isn't a URL")
        }
        return url
    }

    private func date() throws -> Date {
        column.type == .date
            ? Date(try CalendarDate(column, row: row).midnight) : Date(try Timestamp(column, row: row))
    }

    private func strings() throws -> [String] {
        if column.isNull(row) { throw Column.missing }
        let elements = column.children[0]
        return try column.range(row).map { element throws in try String(elements, row: element) }
    }
}

/// A row's columns, or a STRUCT's fields, by key.
struct RowKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let context: RowContext
    private let fields: RowFields
    private let columns: [Column]
    private let row: Int

    init(_ context: RowContext, _ fields: RowFields, _ columns: [Column], _ row: Int) {
        self.context = context
        self.fields = fields
        self.columns = columns
        self.row = row
        fields.begin()
    }

    var codingPath: [any CodingKey] { fields.path }
    var allKeys: [Key] { fields.names.compactMap { Key(stringValue: $0) } }
    func contains(_ key: Key) -> Bool { fields.find(key.stringValue) >= 0 }

    private func cell(_ column: Int) -> RowCell {
        RowCell(context: context, column: columns[column], fields: fields.nested[column], row: row)
    }

    /// Reads a column that must be there.
    @inline(__always)
    private func required<T>(_ key: Key, _ body: (RowCell) throws -> T) throws -> T {
        let name = key.stringValue
        let column = fields.find(name)
        guard column >= 0 else {
            throw DecodeFailure(.missing, "there is no such column, and the property isn't optional", path: name)
        }
        do {
            return try body(cell(column))
        } catch {
            throw DecodeFailure.from(error).within(name)
        }
    }

    /// Reads a column if it is there and not NULL.
    @inline(__always)
    private func optional<T>(_ key: Key, _ body: (RowCell) throws -> T) throws -> T? {
        let name = key.stringValue
        let column = fields.find(name)
        if column < 0 || columns[column].isNull(row) { return nil }
        do {
            return try body(cell(column))
        } catch {
            throw DecodeFailure.from(error).within(name)
        }
    }

    func decodeNil(forKey key: Key) throws -> Bool { try required(key) { $0.decodeNil() } }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try required(key) { try $0.decode(type) } }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try required(key) { try $0.decode(type) } }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try required(key) { try $0.decode(type) } }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try required(key) { try $0.decode(type) } }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try required(key) { try $0.decode(type) } }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try required(key) { try $0.decode(type) } }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
        try optional(key) { try $0.decode(type) }
    }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
        try optional(key) { try $0.decode(type) }
    }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try required(key) { try $0.decode(type) } }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try optional(key) { try $0.decode(type) }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try superDecoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try superDecoder(forKey: key).unkeyedContainer()
    }

    /// A superclass reads the same row.
    func superDecoder() throws -> any Decoder {
        RowNodeDecoder(context: context, source: .fields(fields, columns), row: row)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try required(key) { RowNodeDecoder(context: context, source: .cell($0.column, $0.fields), row: row) }
    }
}
