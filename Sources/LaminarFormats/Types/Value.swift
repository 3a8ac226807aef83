#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One cell with its type, for places that don't know the schema at compile time: SHOW, the command line, JSON output.
///
///     switch row.value(at: 0) {
///     case .null: print("nothing")
///     case .bigint(let id): print(id)
///     case let other: print(other)
///     }
public indirect enum Value: Hashable, Sendable {
    /// NULL of any type.
    case null
    /// BOOLEAN.
    case boolean(Bool)
    /// SMALLINT.
    case smallint(Int16)
    /// INT.
    case int(Int32)
    /// BIGINT.
    case bigint(Int64)
    /// REAL.
    case real(Float)
    /// DOUBLE.
    case double(Double)
    /// DECIMAL.
    case decimal(ExactDecimal)
    /// TEXT.
    case text(String)
    /// BYTEA.
    case bytea([UInt8])
    /// DATE.
    case date(CalendarDate)
    /// TIME.
    case time(TimeOfDay)
    /// TIMESTAMP.
    case timestamp(Timestamp)
    /// INTERVAL.
    case interval(CalendarInterval)
    /// UUID.
    case uuid(UUID)
    /// JSON, as it was written.
    case json(String)
    /// A list.
    case array([Value])
    /// Named fields in the schema's order.
    case structure([NamedValue])
    /// Text keys in the record's order.
    case map([NamedValue])

    /// Whether this is NULL.
    public var isNull: Bool { self == .null }
}

/// A field of a STRUCT or an entry of a MAP.
public struct NamedValue: Hashable, Sendable {
    /// The field's name or the entry's key.
    public let name: String
    /// What it holds.
    public let value: Value

    /// A name with its value.
    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}
