import LaminarFormats

/// A condition over a batch's columns, by SQL's three values of truth.
package indirect enum PredicateKernel: Sendable {
    /// The same for every row.
    case constant(UInt8)
    /// A BOOLEAN column, by its place in the batch.
    case column(Int)
    case integers(Comparison, IntegerKernel, IntegerKernel)
    case doubles(Comparison, DoubleKernel, DoubleKernel)
    case decimals(Comparison, DecimalKernel, DecimalKernel)
    case texts(Comparison, TextKernel, TextKernel)
    /// Whether a number is one of these.
    case amongIntegers(IntegerKernel, Set<Int64>)
    /// Whether a text is one of these.
    case amongTexts(TextKernel, Set<[UInt8]>)
    /// LIKE.
    case like(TextKernel, TextPattern)
    /// Whether a column is NULL.
    case isNull(Int)
    /// Whether a condition has that value; the answer is never unknown.
    case isTruth(PredicateKernel, UInt8)
    case not(PredicateKernel)
    /// The later ones are asked only about the rows that the earlier ones left open.
    case and([PredicateKernel])
    case or([PredicateKernel])
}

extension PredicateKernel {
    /// The rows, of these, for which the condition holds.
    func rows(_ batch: RecordBatch, _ rows: [Int32]) throws -> [Int32] {
        if case .and(let conditions) = self {
            // What is unknown doesn't hold either.
            return try conditions.reduce(rows) { left, condition in
                left.isEmpty ? left : try condition.rows(batch, left)
            }
        }
        let truths = try evaluate(batch, rows)
        var kept: [Int32] = []
        kept.reserveCapacity(rows.count)
        for (index, truth) in truths.enumerated() where truth == Truth.yes { kept.append(rows[index]) }
        return kept
    }

    /// A truth value for each of the rows.
    func evaluate(_ batch: RecordBatch, _ rows: [Int32]) throws -> [UInt8] {
        switch self {
        case .constant(let truth): return Array(repeating: truth, count: rows.count)
        case .column(let place):
            return batch.columns[place].truths(rows) ?? Array(repeating: Truth.unknown, count: rows.count)
        case .integers(let comparison, let left, let right):
            let left = try left.evaluate(batch, rows)
            let right = try right.evaluate(batch, rows)
            return comparison.apply(left.values, right.values, left.isNull, right.isNull)
        case .doubles(let comparison, let left, let right):
            let left = try left.evaluate(batch, rows)
            let right = try right.evaluate(batch, rows)
            return comparison.apply(left.values, right.values, left.isNull, right.isNull)
        case .decimals(let comparison, let left, let right):
            let left = try left.evaluate(batch, rows)
            let right = try right.evaluate(batch, rows)
            return comparison.apply(left.values, right.values, left.isNull, right.isNull)
        case .texts(let comparison, let left, let right):
            return left.compare(comparison, right, batch, rows)
        case .amongIntegers(let value, let list):
            let vector = try value.evaluate(batch, rows)
            var truths = vector.values.map { list.contains($0) ? Truth.yes : Truth.no }
            truths.forget(vector.isNull)
            return truths
        case .amongTexts(let value, let list):
            var truths = value.map(batch, rows) { bytes in
                list.contains { bytes.elementsEqual($0) } ? Truth.yes : Truth.no
            }
            truths.forget(value.nulls(batch, rows))
            return truths
        case .like(let value, let pattern):
            var truths = value.map(batch, rows) { pattern.matches($0) ? Truth.yes : Truth.no }
            truths.forget(value.nulls(batch, rows))
            return truths
        case .isNull(let place):
            return batch.columns[place].nullRows(rows)
        case .isTruth(let condition, let wanted):
            return try condition.evaluate(batch, rows).map { $0 == wanted ? Truth.yes : Truth.no }
        case .not(let condition):
            return try condition.evaluate(batch, rows).map {
                $0 == Truth.unknown ? $0 : $0 ^ 1
            }
        case .and(let conditions):
            return try Self.chain(conditions, batch, rows, decides: Truth.no)
        case .or(let conditions):
            return try Self.chain(conditions, batch, rows, decides: Truth.yes)
        }
    }

    /// AND (decided by a no) or OR (decided by a yes).
    private static func chain(
        _ conditions: [PredicateKernel], _ batch: RecordBatch, _ rows: [Int32], decides: UInt8
    ) throws -> [UInt8] {
        var truths = Array(repeating: decides ^ 1, count: rows.count)
        var open = Array(rows.indices)
        for condition in conditions where !open.isEmpty {
            let answers = try condition.evaluate(batch, open.map { rows[$0] })
            var left: [Int] = []
            for (place, index) in open.enumerated() {
                if answers[place] == decides {
                    truths[index] = decides
                } else {
                    if answers[place] == Truth.unknown { truths[index] = Truth.unknown }
                    left.append(index)
                }
            }
            open = left
        }
        return truths
    }
}

extension Column {
    /// Whether each of the rows is NULL; NaN is.
    fileprivate func nullRows(_ rows: [Int32]) -> [UInt8] {
        let isNull = type == .double || type == .real ? doubles(rows)?.isNull : nulls(rows)
        return isNull?.map { $0 ? Truth.yes : Truth.no } ?? Array(repeating: Truth.no, count: rows.count)
    }
}

extension Comparison {
    fileprivate func apply<Number: Comparable>(
        _ left: [Number], _ right: [Number], _ leftIsNull: [Bool]?, _ rightIsNull: [Bool]?
    ) -> [UInt8] {
        var truths =
            switch self {
            case .equal: Self.each(left, right) { $0 == $1 }
            case .notEqual: Self.each(left, right) { $0 != $1 }
            case .less: Self.each(left, right) { $0 < $1 }
            case .lessOrEqual: Self.each(left, right) { $0 <= $1 }
            case .greater: Self.each(left, right) { $0 > $1 }
            case .greaterOrEqual: Self.each(left, right) { $0 >= $1 }
            }
        truths.forget(leftIsNull)
        truths.forget(rightIsNull)
        return truths
    }

    @inline(__always)
    private static func each<Number: Comparable>(
        _ left: [Number], _ right: [Number], _ holds: (Number, Number) -> Bool
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: left.count) { truths, count in
            for index in left.indices {
                truths.initializeElement(at: index, to: holds(left[index], right[index]) ? Truth.yes : Truth.no)
            }
            count = left.count
        }
    }
}
