import LaminarFormats

/// DECIMAL numbers of one scale, unscaled.
package indirect enum DecimalKernel: Sendable {
    /// A column of that scale, by its place in the batch.
    case column(Int)
    /// A value at that scale; nil is NULL.
    case constant(Int128?)
    /// The microseconds between two times, the second one subtracted: EXTRACT(EPOCH …) of their distance, at scale 6.
    case microseconds(IntegerKernel, IntegerKernel)
}

extension DecimalKernel: NumberKernel {
    func evaluate(_ batch: RecordBatch, _ rows: [Int32]) throws -> DecimalVector {
        switch self {
        case .column(let place): return batch.columns[place].decimals(rows) ?? .nulls(rows.count)
        case .constant(let value):
            guard let value else { return .nulls(rows.count) }
            return DecimalVector(values: Array(repeating: value, count: rows.count), isNull: nil)
        case .microseconds(let left, let right):
            let distance = try IntegerKernel.microseconds(left, right).evaluate(batch, rows)
            return DecimalVector(values: distance.values.map { Int128($0) }, isNull: distance.isNull)
        }
    }
}
