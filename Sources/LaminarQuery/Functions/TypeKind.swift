package import LaminarFormats

/// A type without its parameters: what overloads and casts are looked up by.
package enum TypeKind: String, Sendable, Hashable, CaseIterable {
    case boolean, smallint, int, bigint, real, double, decimal, text, bytea, date, time, timestamp, interval, uuid
    case json, array, structure, map

    /// SMALLINT, INT and BIGINT.
    package var isInteger: Bool { self == .smallint || self == .int || self == .bigint }

    /// Integers, DECIMAL, REAL and DOUBLE.
    package var isNumeric: Bool { isInteger || self == .decimal || self == .real || self == .double }

    /// The type, where the kind says all of it; nil for DECIMAL and nested types.
    var type: ColumnType? {
        switch self {
        case .boolean: .boolean
        case .smallint: .smallint
        case .int: .int
        case .bigint: .bigint
        case .real: .real
        case .double: .double
        case .text: .text
        case .bytea: .bytea
        case .date: .date
        case .time: .time
        case .timestamp: .timestamp
        case .interval: .interval
        case .uuid: .uuid
        case .json: .json
        case .decimal, .array, .structure, .map: nil
        }
    }
}

extension ColumnType {
    /// The type without its parameters.
    package var kind: TypeKind {
        switch self {
        case .boolean: .boolean
        case .smallint: .smallint
        case .int: .int
        case .bigint: .bigint
        case .real: .real
        case .double: .double
        case .decimal: .decimal
        case .text: .text
        case .bytea: .bytea
        case .date: .date
        case .time: .time
        case .timestamp: .timestamp
        case .interval: .interval
        case .uuid: .uuid
        case .json: .json
        case .array: .array
        case .structure: .structure
        case .map: .map
        }
    }

    /// The DECIMAL that holds every value of an integer type, or the type itself where it is one; nil for other types.
    package var asDecimal: ColumnType? {
        switch self {
        case .smallint: .decimal(precision: 5, scale: 0)
        case .int: .decimal(precision: 10, scale: 0)
        case .bigint: .decimal(precision: 19, scale: 0)
        case .decimal: self
        default: nil
        }
    }

    /// Digits after the point of a DECIMAL; 0 for other types.
    var decimalScale: Int {
        if case .decimal(_, let scale) = self { return scale }
        return 0
    }
}
