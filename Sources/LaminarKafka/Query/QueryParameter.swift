public import LaminarFormats

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What can stand for a `?` or `$1` of a query.
///
///     try await laminar.query("SELECT * FROM orders WHERE id = ? AND at > ?", 7, Date(timeIntervalSinceNow: -3600))
///
/// A host's own type joins by returning a `Value`. nil is NULL.
public protocol QueryParameter: Sendable {
    /// The value with its type; the query converts it to what its place needs.
    var queryValue: Value { get }
}

extension Value: QueryParameter {
    /// Itself.
    public var queryValue: Value { self }
}

extension Bool: QueryParameter {
    /// BOOLEAN.
    public var queryValue: Value { .boolean(self) }
}

extension Int: QueryParameter {
    /// BIGINT.
    public var queryValue: Value { .bigint(Int64(self)) }
}

extension Int64: QueryParameter {
    /// BIGINT.
    public var queryValue: Value { .bigint(self) }
}

extension Int32: QueryParameter {
    /// INT.
    public var queryValue: Value { .int(self) }
}

extension Int16: QueryParameter {
    /// SMALLINT.
    public var queryValue: Value { .smallint(self) }
}

extension Double: QueryParameter {
    /// DOUBLE.
    public var queryValue: Value { .double(self) }
}

extension Float: QueryParameter {
    /// REAL.
    public var queryValue: Value { .real(self) }
}

extension String: QueryParameter {
    /// TEXT.
    public var queryValue: Value { .text(self) }
}

extension [UInt8]: QueryParameter {
    /// BYTEA.
    public var queryValue: Value { .bytea(self) }
}

extension UUID: QueryParameter {
    /// UUID.
    public var queryValue: Value { .uuid(self) }
}

extension Date: QueryParameter {
    /// TIMESTAMP, to the microsecond.
    public var queryValue: Value { .timestamp(Timestamp(self)) }
}

extension Timestamp: QueryParameter {
    /// TIMESTAMP.
    public var queryValue: Value { .timestamp(self) }
}

extension CalendarDate: QueryParameter {
    /// DATE.
    public var queryValue: Value { .date(self) }
}

extension ExactDecimal: QueryParameter {
    /// DECIMAL.
    public var queryValue: Value { .decimal(self) }
}

extension CalendarInterval: QueryParameter {
    /// INTERVAL.
    public var queryValue: Value { .interval(self) }
}
