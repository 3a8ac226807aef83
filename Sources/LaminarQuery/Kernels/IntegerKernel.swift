import LaminarFormats

/// Whole numbers and times over a batch's columns, checked as PostgreSQL checks them.
package indirect enum IntegerKernel: Sendable {
    /// A column, by its place in the batch.
    case column(Int)
    /// A value; nil is NULL.
    case constant(Int64?)
    /// An operation whose result must be in the range of its type.
    case arithmetic(Operation, IntegerKernel, IntegerKernel, NumberRange)
    /// The value where it is in the range of its type: a conversion to a narrower one.
    case checked(IntegerKernel, NumberRange)
    /// DATE_TRUNC of a TIMESTAMP.
    case truncated(IntegerKernel, TimeUnit)

    package enum Operation: Sendable { case add, subtract, multiply, divide, remainder }

    /// The microseconds between two times, the second one subtracted.
    static func microseconds(_ left: IntegerKernel, _ right: IntegerKernel) -> IntegerKernel {
        .arithmetic(.subtract, left, right, .interval)
    }

    /// What a type can hold, and its name in an error.
    package struct NumberRange: Sendable {
        let least: Int64
        let greatest: Int64
        let name: String

        static let smallint = NumberRange(least: Int64(Int16.min), greatest: Int64(Int16.max), name: "smallint")
        static let int = NumberRange(least: Int64(Int32.min), greatest: Int64(Int32.max), name: "integer")
        static let bigint = NumberRange(least: .min, greatest: .max, name: "bigint")
        static let timestamp = NumberRange(least: .min, greatest: .max, name: "timestamp")
        static let interval = NumberRange(least: .min, greatest: .max, name: "interval")

        /// nil for a type that isn't a whole number.
        init?(_ type: ColumnType?) {
            switch type {
            case .smallint: self = .smallint
            case .int: self = .int
            case .bigint: self = .bigint
            default: return nil
            }
        }

        private init(least: Int64, greatest: Int64, name: String) {
            self.least = least
            self.greatest = greatest
            self.name = name
        }

        var error: QueryError { QueryError(.outOfRange, "\(name) out of range") }
    }
}

extension IntegerKernel: NumberKernel {
    func evaluate(_ batch: RecordBatch, _ rows: [Int32]) throws -> IntegerVector {
        switch self {
        case .column(let place):
            return batch.columns[place].integers(rows) ?? .nulls(rows.count)
        case .constant(let value):
            guard let value else { return .nulls(rows.count) }
            return IntegerVector(values: Array(repeating: value, count: rows.count), isNull: nil)
        case .arithmetic(let operation, let left, let right, let range):
            return try operation.apply(left.evaluate(batch, rows), right.evaluate(batch, rows), range)
        case .checked(let value, let range):
            let vector = try value.evaluate(batch, rows)
            try vector.check(range)
            return vector
        case .truncated(let value, let unit):
            var vector = try value.evaluate(batch, rows)
            unit.truncate(&vector.values)
            return vector
        }
    }
}

extension IntegerVector {
    fileprivate func check(_ range: IntegerKernel.NumberRange) throws {
        for (index, value) in values.enumerated() where value < range.least || value > range.greatest {
            if isNull.map({ !$0[index] }) ?? true { throw range.error }
        }
    }
}

extension IntegerKernel.Operation {
    fileprivate func apply(
        _ left: IntegerVector, _ right: IntegerVector, _ range: IntegerKernel.NumberRange
    ) throws -> IntegerVector {
        let isNull = eitherIsNull(left.isNull, right.isNull)
        switch self {
        case .add: return try Self.each(left, right, isNull, range) { $0.addingReportingOverflow($1) }
        case .subtract: return try Self.each(left, right, isNull, range) { $0.subtractingReportingOverflow($1) }
        case .multiply: return try Self.each(left, right, isNull, range) { $0.multipliedReportingOverflow(by: $1) }
        case .divide:
            try Self.checkDivisors(right, isNull)
            return try Self.each(left, right, isNull, range) {
                $1 == 0 ? (0, false) : $0.dividedReportingOverflow(by: $1)
            }
        case .remainder:
            try Self.checkDivisors(right, isNull)
            return try Self.each(left, right, isNull, range) { ($1 == 0 || $1 == -1 ? 0 : $0 % $1, false) }
        }
    }

    private static func checkDivisors(_ divisors: IntegerVector, _ isNull: [Bool]?) throws {
        for (index, divisor) in divisors.values.enumerated() where divisor == 0 {
            if isNull.map({ !$0[index] }) ?? true { throw QueryError(.divisionByZero, "division by zero") }
        }
    }

    @inline(__always)
    private static func each(
        _ left: IntegerVector, _ right: IntegerVector, _ isNull: [Bool]?, _ range: IntegerKernel.NumberRange,
        _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
    ) throws -> IntegerVector {
        let count = left.values.count
        var isOut = false
        let values = [Int64](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                let (value, overflow) = operation(left.values[index], right.values[index])
                buffer.initializeElement(at: index, to: value)
                if overflow || value < range.least || value > range.greatest {
                    isOut = isOut || (isNull.map { !$0[index] } ?? true)
                }
            }
            initialized = count
        }
        if isOut { throw range.error }
        return IntegerVector(values: values, isNull: isNull)
    }
}
