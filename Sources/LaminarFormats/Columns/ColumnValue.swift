#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A Swift type that a column's rows can be read as.
///
/// | Swift | columns |
/// |---|---|
/// | `Bool` | BOOLEAN |
/// | `Int16`, `Int32`, `Int64`, `Int` | SMALLINT, INT, BIGINT where the number fits |
/// | `Float`, `Double` | REAL, DOUBLE; `Double` also SMALLINT and INT |
/// | ``ExactDecimal`` | DECIMAL, SMALLINT, INT, BIGINT |
/// | `String` | TEXT, JSON |
/// | `[UInt8]` | BYTEA, TEXT, JSON |
/// | arrays, dictionaries with text keys | `T[]`, MAP |
/// | ``CalendarDate``, ``TimeOfDay``, ``Timestamp``, ``CalendarInterval`` | DATE, TIME, TIMESTAMP, INTERVAL |
/// | `UUID` | UUID |
/// | ``Value`` | every column |
/// | `Optional` of these | the same, NULL is nil |
///
/// A type of one's own reads a STRUCT by ``Column/field(_:row:as:)``, which `laminar generate swift` writes.
public protocol ColumnValue {
    /// Reads one row.
    ///
    /// - Throws: ``DecodeFailure`` with code `.missing`, `.type` or `.range`, its path still empty.
    init(_ column: Column, row: Int) throws(DecodeFailure)

    /// Reads one row of an array column; there by default. `UInt8` reads bytes with it.
    static func elements(of column: Column, row: Int) throws(DecodeFailure) -> [Self]
}

extension Column {
    /// NULL where a value is needed.
    @usableFromInline static var missing: DecodeFailure {
        DecodeFailure(.missing, "The value is NULL: read it as an optional, or declare the column NOT NULL.")
    }

    @usableFromInline func mismatch(_ wanted: String) -> DecodeFailure {
        DecodeFailure(.type, "The column is \(type), which \(wanted) can't hold.")
    }

    /// The row as a 64-bit number, for SMALLINT, INT and BIGINT.
    @inlinable func integer(_ row: Int, _ wanted: String) throws(DecodeFailure) -> Int64 {
        if isNull(row) { throw Column.missing }
        switch type {
        case .bigint: return fixed(row, as: Int64.self)
        case .int: return Int64(fixed(row, as: Int32.self))
        case .smallint: return Int64(fixed(row, as: Int16.self))
        default: throw mismatch(wanted)
        }
    }

    @usableFromInline func uuid(_ row: Int) -> UUID { UUID(uuid: fixed(row, as: uuid_t.self)) }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    /// nil for NULL.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        self = column.isNull(row) ? nil : try Wrapped(column, row: row)
    }
}

extension Bool: ColumnValue {
    /// From BOOLEAN.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        guard column.type == .boolean else { throw column.mismatch("Bool") }
        self = column.bit(row)
    }
}

extension Int64: ColumnValue {
    /// From SMALLINT, INT and BIGINT.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        self = try column.integer(row, "Int64")
    }
}

extension Int: ColumnValue {
    /// From SMALLINT, INT and BIGINT.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        self = Int(truncatingIfNeeded: try column.integer(row, "Int"))
    }
}

extension Int32: ColumnValue {
    /// From SMALLINT, INT and BIGINT where it fits.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        guard let value = Int32(exactly: try column.integer(row, "Int32")) else {
            throw DecodeFailure(.range, "The number doesn't fit into Int32.")
        }
        self = value
    }
}

extension Int16: ColumnValue {
    /// From SMALLINT, INT and BIGINT where it fits.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        guard let value = Int16(exactly: try column.integer(row, "Int16")) else {
            throw DecodeFailure(.range, "The number doesn't fit into Int16.")
        }
        self = value
    }
}

extension Double: ColumnValue {
    /// From DOUBLE, REAL, SMALLINT and INT, all of them exact.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        switch column.type {
        case .double: self = column.fixed(row, as: Double.self)
        case .real: self = Double(column.fixed(row, as: Float.self))
        case .int: self = Double(column.fixed(row, as: Int32.self))
        case .smallint: self = Double(column.fixed(row, as: Int16.self))
        default: throw column.mismatch("Double")
        }
    }
}

extension Float: ColumnValue {
    /// From REAL, and from DOUBLE rounded.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        switch column.type {
        case .real: self = column.fixed(row, as: Float.self)
        case .double: self = Float(column.fixed(row, as: Double.self))
        default: throw column.mismatch("Float")
        }
    }
}

extension ExactDecimal: ColumnValue {
    /// From DECIMAL, SMALLINT, INT and BIGINT.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        guard case .decimal(_, let scale) = column.type else {
            self = ExactDecimal(unscaled: Int128(try column.integer(row, "ExactDecimal")), scale: 0)
            return
        }
        if column.isNull(row) { throw Column.missing }
        self = ExactDecimal(unscaled: column.fixed(row, as: Int128.self), scale: scale)
    }
}

extension String: ColumnValue {
    /// From TEXT and JSON.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        switch column.type {
        case .text, .json: self = String(decoding: column.bytes(row), as: UTF8.self)
        default: throw column.mismatch("String")
        }
    }
}

extension Timestamp: ColumnValue {
    /// From TIMESTAMP.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        guard column.type == .timestamp else { throw column.mismatch("Timestamp") }
        self.init(microseconds: column.fixed(row, as: Int64.self))
    }
}

extension CalendarDate: ColumnValue {
    /// From DATE.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        guard column.type == .date else { throw column.mismatch("CalendarDate") }
        self.init(daysSinceEpoch: column.fixed(row, as: Int32.self))
    }
}

extension TimeOfDay: ColumnValue {
    /// From TIME.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        guard column.type == .time else { throw column.mismatch("TimeOfDay") }
        self.init(microseconds: column.fixed(row, as: Int64.self))
    }
}

extension CalendarInterval: ColumnValue {
    /// From INTERVAL.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        guard column.type == .interval else { throw column.mismatch("CalendarInterval") }
        self = column.fixed(row, as: CalendarInterval.self)
    }
}

extension UUID: ColumnValue {
    /// From UUID.
    @inlinable public init(_ column: Column, row: Int) throws(DecodeFailure) {
        if column.isNull(row) { throw Column.missing }
        guard column.type == .uuid else { throw column.mismatch("UUID") }
        self = column.uuid(row)
    }
}

extension Value: ColumnValue {
    /// From every column.
    public init(_ column: Column, row: Int) throws(DecodeFailure) { self = column.value(at: row) }
}
