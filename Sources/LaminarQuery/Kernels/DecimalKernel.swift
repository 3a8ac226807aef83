import LaminarFormats

/// DECIMAL numbers of one scale, unscaled.
package indirect enum DecimalKernel: Sendable {
    /// A column of that scale, by its place in the batch.
    case column(Int)
    /// A value at that scale; nil is NULL.
    case constant(Int128?)
    /// The microseconds between two times, the second one subtracted: EXTRACT(EPOCH …) of their distance, at scale 6.
    case microseconds(IntegerKernel, IntegerKernel)

    /// One value for each of the rows.
    func evaluate(_ batch: RecordBatch, _ rows: [Int32]) throws -> DecimalVector {
        let nulls = DecimalVector(
            values: Array(repeating: 0, count: rows.count), isNull: Array(repeating: true, count: rows.count))
        switch self {
        case .column(let place): return batch.columns[place].decimals(rows) ?? nulls
        case .constant(let value):
            return value.map { DecimalVector(values: Array(repeating: $0, count: rows.count), isNull: nil) } ?? nulls
        case .microseconds(let left, let right):
            let left = try left.evaluate(batch, rows)
            let right = try right.evaluate(batch, rows)
            let isNull = eitherIsNull(left.isNull, right.isNull)
            var values: [Int128] = []
            values.reserveCapacity(rows.count)
            for index in rows.indices {
                let (distance, overflow) = left.values[index].subtractingReportingOverflow(right.values[index])
                if overflow, isNull.map({ !$0[index] }) ?? true {
                    throw QueryError(.outOfRange, "interval out of range")
                }
                values.append(Int128(distance))
            }
            return DecimalVector(values: values, isNull: isNull)
        }
    }
}
