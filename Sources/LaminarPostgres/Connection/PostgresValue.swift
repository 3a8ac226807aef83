public import Foundation
public import LaminarFormats

/// A value as it is sent to PostgreSQL, which takes the type from the statement.
public enum PostgresValue: Sendable, Hashable {
    /// NULL.
    case null
    /// A boolean.
    case bool(Bool)
    /// An integer of at most 64 bits.
    case integer(Int64)
    /// A double; NaN and the infinities are values to PostgreSQL.
    case real(Double)
    /// Text, or the text form of any other type: a number, a date, JSON.
    case text(String)
    /// Bytes, for `bytea`.
    case bytes([UInt8])
}

/// What can be bound to a parameter of a statement.
///
///     try db.run("INSERT INTO orders VALUES ($1, $2, $3)", order.id, order.amount, nil)
///
/// A host's own type joins by returning one of these values; of many types that is their text form.
public protocol PostgresBindable {
    /// The value to send.
    var postgresValue: PostgresValue { get }
}

extension PostgresValue: PostgresBindable {
    /// Itself.
    public var postgresValue: PostgresValue { self }
}

extension Bool: PostgresBindable {
    /// A boolean.
    public var postgresValue: PostgresValue { .bool(self) }
}

extension Int64: PostgresBindable {
    /// An integer.
    public var postgresValue: PostgresValue { .integer(self) }
}

extension Int: PostgresBindable {
    /// An integer.
    public var postgresValue: PostgresValue { .integer(Int64(self)) }
}

extension Int32: PostgresBindable {
    /// An integer.
    public var postgresValue: PostgresValue { .integer(Int64(self)) }
}

extension Int16: PostgresBindable {
    /// An integer.
    public var postgresValue: PostgresValue { .integer(Int64(self)) }
}

extension UInt32: PostgresBindable {
    /// An integer.
    public var postgresValue: PostgresValue { .integer(Int64(self)) }
}

extension Double: PostgresBindable {
    /// A double.
    public var postgresValue: PostgresValue { .real(self) }
}

extension Float: PostgresBindable {
    /// A float, with the shortest text that reads back as it.
    public var postgresValue: PostgresValue { isFinite ? .text(description) : .real(Double(self)) }
}

extension String: PostgresBindable {
    /// Text. PostgreSQL's text holds no NUL character: binding one fails with `binding`.
    public var postgresValue: PostgresValue { .text(self) }
}

extension Substring: PostgresBindable {
    /// Text.
    public var postgresValue: PostgresValue { .text(String(self)) }
}

extension [UInt8]: PostgresBindable {
    /// Bytes.
    public var postgresValue: PostgresValue { .bytes(self) }
}

extension ArraySlice<UInt8>: PostgresBindable {
    /// Bytes.
    public var postgresValue: PostgresValue { .bytes(Array(self)) }
}

extension Timestamp: PostgresBindable {
    /// RFC 3339 in UTC, for `timestamptz` and `timestamp`.
    public var postgresValue: PostgresValue { .text(description) }
}

extension CalendarDate: PostgresBindable {
    /// `YYYY-MM-DD`, for `date`.
    public var postgresValue: PostgresValue { .text(description) }
}

extension TimeOfDay: PostgresBindable {
    /// `HH:MM:SS.ffffff`, for `time`.
    public var postgresValue: PostgresValue { .text(description) }
}

extension ExactDecimal: PostgresBindable {
    /// All digits, for `numeric`.
    public var postgresValue: PostgresValue { .text(description) }
}

extension UUID: PostgresBindable {
    /// For `uuid`.
    public var postgresValue: PostgresValue { .text(uuidString) }
}

extension PostgresValue {
    /// The text that the server reads; nil for NULL and for bytes, which go as they are.
    var wireText: String? {
        switch self {
        case .null, .bytes: nil
        case .bool(let value): value ? "t" : "f"
        case .integer(let value): String(value)
        case .real(let value):
            value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : value.description
        case .text(let value): value
        }
    }
}
