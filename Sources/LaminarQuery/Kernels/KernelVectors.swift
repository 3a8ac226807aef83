import LaminarFormats

// What a kernel makes of some rows of a batch: one value a row, in the order of the rows.
//
// Rows are named by their numbers, ascending, so that what a predicate has ruled out is never computed: `b <> 0 AND a / b > 1`
// divides by no zero.

/// Numbers, one a row.
package struct NumberVector<Number: Numeric> {
    package var values: [Number]
    /// Whether each is NULL; nil where none is. The value of a NULL is anything.
    package var isNull: [Bool]?

    static func nulls(_ count: Int) -> NumberVector {
        NumberVector(values: Array(repeating: 0, count: count), isNull: Array(repeating: true, count: count))
    }
}

/// SMALLINT, INT, BIGINT, DATE, TIME and TIMESTAMP.
package typealias IntegerVector = NumberVector<Int64>
/// REAL and DOUBLE.
package typealias DoubleVector = NumberVector<Double>
/// DECIMAL of one scale, unscaled.
package typealias DecimalVector = NumberVector<Int128>

/// What makes numbers of a batch's columns.
protocol NumberKernel {
    associatedtype Number: Numeric & Comparable

    /// One value for each of the rows.
    func evaluate(_ batch: RecordBatch, _ rows: [Int32]) throws -> NumberVector<Number>
}

/// SQL's three truth values.
package enum Truth {
    package static let no: UInt8 = 0
    package static let yes: UInt8 = 1
    package static let unknown: UInt8 = 2
}

extension Column {
    /// Which of the rows are NULL; nil where none of the column is.
    func nulls(_ rows: [Int32]) -> [Bool]? {
        guard nullCount > 0 else { return nil }
        return withValidity { bits in
            guard let bits else { return nil }
            return rows.map { bits[Int($0) >> 3] & (1 << UInt8(truncatingIfNeeded: $0 & 7)) == 0 }
        }
    }

    /// The values of the rows, whatever the width of the column's numbers; nil for a column of another kind.
    func integers(_ rows: [Int32]) -> IntegerVector? {
        let values: [Int64]?
        switch type {
        case .bigint, .time, .timestamp: values = gathered(rows, Int64.self) { $0 }
        case .int, .date: values = gathered(rows, Int32.self) { Int64($0) }
        case .smallint: values = gathered(rows, Int16.self) { Int64($0) }
        default: values = nil
        }
        return values.map { IntegerVector(values: $0, isNull: nulls(rows)) }
    }

    /// The same for REAL and DOUBLE; NaN is NULL, as everywhere in a query.
    func doubles(_ rows: [Int32]) -> DoubleVector? {
        let values: [Double]?
        switch type {
        case .double: values = gathered(rows, Double.self) { $0 }
        case .real: values = gathered(rows, Float.self) { Double($0) }
        default: values = nil
        }
        guard let values else { return nil }
        var isNull = nulls(rows)
        if values.contains(where: \.isNaN) {
            isNull = zip(values, isNull ?? Array(repeating: false, count: values.count)).map { $0.isNaN || $1 }
        }
        return DoubleVector(values: values, isNull: isNull)
    }

    /// The same for DECIMAL.
    func decimals(_ rows: [Int32]) -> DecimalVector? {
        gathered(rows, Int128.self) { $0 }.map { DecimalVector(values: $0, isNull: nulls(rows)) }
    }

    /// The same for BOOLEAN.
    func truths(_ rows: [Int32]) -> [UInt8]? {
        guard
            var truths = withBits({ bits in
                rows.map { bits[Int($0) >> 3] >> UInt8(truncatingIfNeeded: $0 & 7) & 1 }
            })
        else { return nil }
        if let isNull = nulls(rows) {
            for index in truths.indices where isNull[index] { truths[index] = Truth.unknown }
        }
        return truths
    }

    @inline(__always)
    private func gathered<Stored: BitwiseCopyable, Element: BitwiseCopyable>(
        _ rows: [Int32], _ stored: Stored.Type, _ convert: (Stored) -> Element
    ) -> [Element]? {
        withValues(of: stored) { values in
            [Element](unsafeUninitializedCapacity: rows.count) { buffer, count in
                for (index, row) in rows.enumerated() {
                    buffer.initializeElement(at: index, to: convert(values[Int(row)]))
                }
                count = rows.count
            }
        }
    }
}

/// NULL where either side is.
func eitherIsNull(_ left: [Bool]?, _ right: [Bool]?) -> [Bool]? {
    guard let left else { return right }
    guard let right else { return left }
    return zip(left, right).map { $0 || $1 }
}
