/// A value as SQLite stores it.
public enum SQLiteValue: Sendable, Hashable {
    /// NULL.
    case null
    /// A signed integer of 64 bits; a `Bool` is 0 or 1.
    case integer(Int64)
    /// A double; SQLite turns NaN into NULL.
    case real(Double)
    /// UTF-8 text.
    case text(String)
    /// Bytes.
    case blob([UInt8])
}

/// What can be bound to a parameter of a statement.
///
///     try connection.run("INSERT INTO orders VALUES (?, ?, ?)", order.id, order.amount, nil)
///
/// A host's own type joins by returning one of SQLite's values.
public protocol SQLiteBindable {
    /// The value to store.
    var sqliteValue: SQLiteValue { get }
}

extension SQLiteValue: SQLiteBindable {
    /// Itself.
    public var sqliteValue: SQLiteValue { self }
}

extension Int64: SQLiteBindable {
    /// An integer.
    public var sqliteValue: SQLiteValue { .integer(self) }
}

extension Int: SQLiteBindable {
    /// An integer.
    public var sqliteValue: SQLiteValue { .integer(Int64(self)) }
}

extension Int32: SQLiteBindable {
    /// An integer.
    public var sqliteValue: SQLiteValue { .integer(Int64(self)) }
}

extension Int16: SQLiteBindable {
    /// An integer.
    public var sqliteValue: SQLiteValue { .integer(Int64(self)) }
}

extension UInt32: SQLiteBindable {
    /// An integer.
    public var sqliteValue: SQLiteValue { .integer(Int64(self)) }
}

extension Bool: SQLiteBindable {
    /// 1 or 0.
    public var sqliteValue: SQLiteValue { .integer(self ? 1 : 0) }
}

extension Double: SQLiteBindable {
    /// A double; NaN is stored as NULL.
    public var sqliteValue: SQLiteValue { .real(self) }
}

extension Float: SQLiteBindable {
    /// A double; NaN is stored as NULL.
    public var sqliteValue: SQLiteValue { .real(Double(self)) }
}

extension String: SQLiteBindable {
    /// Text.
    public var sqliteValue: SQLiteValue { .text(self) }
}

extension Substring: SQLiteBindable {
    /// Text.
    public var sqliteValue: SQLiteValue { .text(String(self)) }
}

extension [UInt8]: SQLiteBindable {
    /// Bytes.
    public var sqliteValue: SQLiteValue { .blob(self) }
}

extension ArraySlice<UInt8>: SQLiteBindable {
    /// Bytes.
    public var sqliteValue: SQLiteValue { .blob(Array(self)) }
}
