#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
package import LaminarFormats
package import LaminarStore

/// A value as it is inside SQLite: constants, parameters and the rows of local tables.
///
///     StoredValue.stored(.timestamp(moment))                      // .integer(1_717_236_000_000_000)
///     try StoredValue.value(.integer(19_782), of: .date)          // .date(2024-02-29)
///
/// | type | SQLite |
/// |---|---|
/// | BOOLEAN | INTEGER 0 or 1 |
/// | SMALLINT, INT, BIGINT | INTEGER |
/// | REAL, DOUBLE | REAL; NaN is NULL |
/// | DECIMAL | BLOB, see ``StoredDecimal`` |
/// | TEXT, JSON | TEXT |
/// | BYTEA, UUID | BLOB |
/// | DATE | INTEGER, days from 1970-01-01 |
/// | TIME, TIMESTAMP | INTEGER, microseconds |
/// | INTERVAL | BLOB, see ``StoredInterval`` |
/// | `T[]`, STRUCT, MAP | TEXT, JSON |
package enum StoredValue {
    /// The stored form of a value.
    package static func stored(_ value: Value) -> SQLiteValue {
        switch value {
        case .null: .null
        case .boolean(let value): .integer(value ? 1 : 0)
        case .smallint(let value): .integer(Int64(value))
        case .int(let value): .integer(Int64(value))
        case .bigint(let value): .integer(value)
        case .real(let value): value.isNaN ? .null : .real(Double(value))
        case .double(let value): value.isNaN ? .null : .real(value)
        case .decimal(let value): .blob(StoredDecimal.encode(value.unscaled, scale: value.scale))
        case .text(let value), .json(let value): .text(value)
        case .bytea(let value): .blob(value)
        case .date(let value): .integer(Int64(value.daysSinceEpoch))
        case .time(let value): .integer(value.microseconds)
        case .timestamp(let value): .integer(value.microseconds)
        case .interval(let value): .blob(StoredInterval.encode(value))
        case .uuid(let value): .blob(withUnsafeBytes(of: value.uuid) { Array($0) })
        case .array, .structure, .map: .text(value.json)
        }
    }

    /// The value of a stored form, NULL for NULL.
    ///
    /// - Throws: ``QueryError`` where the stored form isn't the type's.
    package static func value(_ stored: SQLiteValue, of type: ColumnType) throws -> Value {
        if stored == .null { return .null }
        let column = ResultColumn(type)
        try column.append(stored)
        return column.finish().value(at: 0)
    }
}
