import LaminarFormats

/// Floating-point numbers over a batch's columns. No result is NaN or infinite that its operands aren't.
package indirect enum DoubleKernel: Sendable {
    /// A REAL or DOUBLE column, by its place in the batch.
    case column(Int)
    /// A value; nil is NULL.
    case constant(Double?)
    /// A whole number, rounded to the nearest double.
    case integer(IntegerKernel)
    /// The seconds between two times, the second one subtracted.
    case seconds(IntegerKernel, IntegerKernel)
    /// An operation on DOUBLE.
    case arithmetic(Operation, DoubleKernel, DoubleKernel)

    package enum Operation: Sendable { case add, subtract, multiply, divide }
}

extension DoubleKernel: NumberKernel {
    func evaluate(_ batch: RecordBatch, _ rows: [Int32]) throws -> DoubleVector {
        switch self {
        case .column(let place):
            return batch.columns[place].doubles(rows) ?? .nulls(rows.count)
        case .constant(let value):
            guard let value else { return .nulls(rows.count) }
            return DoubleVector(values: Array(repeating: value, count: rows.count), isNull: nil)
        case .integer(let value):
            let vector = try value.evaluate(batch, rows)
            return DoubleVector(values: vector.values.map { Double($0) }, isNull: vector.isNull)
        case .seconds(let left, let right):
            let distance = try IntegerKernel.microseconds(left, right).evaluate(batch, rows)
            return DoubleVector(values: distance.values.map { Double($0) / 1_000_000 }, isNull: distance.isNull)
        case .arithmetic(let operation, let left, let right):
            return try operation.apply(left.evaluate(batch, rows), right.evaluate(batch, rows))
        }
    }
}

extension DoubleKernel.Operation {
    fileprivate func apply(_ left: DoubleVector, _ right: DoubleVector) throws -> DoubleVector {
        let isNull = eitherIsNull(left.isNull, right.isNull)
        var values: [Double] = []
        values.reserveCapacity(left.values.count)
        for index in left.values.indices {
            let (a, b) = (left.values[index], right.values[index])
            let isValue = isNull.map { !$0[index] } ?? true
            let value: Double
            switch self {
            case .add: value = a + b
            case .subtract: value = a - b
            case .multiply: value = a * b
            case .divide:
                if b == 0, isValue { throw QueryError(.divisionByZero, "division by zero") }
                value = a / b
            }
            if isValue { try check(value, a, b) }
            values.append(value)
        }
        return DoubleVector(values: values, isNull: isNull)
    }

    /// PostgreSQL's `check_float8_val`: infinite only from infinite, zero by multiplication only from zero.
    private func check(_ value: Double, _ a: Double, _ b: Double) throws {
        if value.isNaN || value.isInfinite && !a.isInfinite && !b.isInfinite {
            throw QueryError(.outOfRange, "value out of range: overflow")
        }
        guard value == 0, a != 0 else { return }
        let vanishes = self == .multiply && b != 0 || self == .divide && !b.isInfinite
        if vanishes { throw QueryError(.outOfRange, "value out of range: underflow") }
    }
}
