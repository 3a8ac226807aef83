import LaminarFormats
import LaminarSQL

/// Finds out of a condition how far it narrows the fetch of one table: comparisons of `_kafka_partition`, `_kafka_offset` and
/// `_kafka_timestamp` (or columns that are METADATA FROM these) with values that are known before.
///
/// What it finds is never narrower than the condition, so that the condition still decides.
struct BoundsReader {
    let source: Int
    let columns: [ColumnSchema]
    let folding: ConstantFolding

    func bounds(_ condition: BoundExpression) -> ScanBounds {
        switch condition.kind {
        case .and(let operands): operands.reduce(.everything) { $0.intersection(bounds($1)) }
        case .or(let operands): operands.reduce(.nothing) { $0.union(bounds($1)) }
        case .constant, .parameter: folding.value(of: condition) == .boolean(true) ? .everything : .nothing
        case .compare(let comparison, let left, let right):
            if let field = field(left), let value = folding.value(of: right) {
                ScanBounds(field, comparison, value)
            } else if let field = field(right), let value = folding.value(of: left) {
                ScanBounds(field, comparison.mirrored, value)
            } else {
                .everything
            }
        case .between(let value, let low, let high, isSymmetric: false, isNegated: false):
            between(value, low, high)
        case .between(let value, let low, let high, isSymmetric: true, isNegated: false):
            between(value, low, high).union(between(value, high, low))
        case .inList(let value, let list, isNegated: false): among(value, list)
        default: .everything
        }
    }

    private func between(_ value: BoundExpression, _ low: BoundExpression, _ high: BoundExpression) -> ScanBounds {
        guard let field = field(value) else { return .everything }
        let least = folding.value(of: low).map { ScanBounds(field, .greaterOrEqual, $0) } ?? .everything
        let greatest = folding.value(of: high).map { ScanBounds(field, .lessOrEqual, $0) } ?? .everything
        guard field == .partition, let low = folding.value(of: low)?.kernelInteger,
            let high = folding.value(of: high)?.kernelInteger
        else { return least.intersection(greatest) }
        // A partition's number is small: the range as a set, where that is a sensible one.
        let first = max(0, low)
        let last = min(high, Int64(Int32.max))
        if first > last { return .nothing }
        return last - first < 10_000 ? ScanBounds(partitions: Set((first...last).map { Int32($0) })) : .everything
    }

    private func among(_ value: BoundExpression, _ list: [BoundExpression]) -> ScanBounds {
        guard let field = field(value) else { return .everything }
        var bounds = ScanBounds.nothing
        for element in list {
            guard let value = folding.value(of: element) else { return .everything }
            bounds = bounds.union(ScanBounds(field, .equal, value))
        }
        return bounds
    }

    /// The metadata that an expression is, whatever wider type it is read as.
    private func field(_ expression: BoundExpression) -> MetadataField? {
        switch expression.kind {
        case .column(let reference):
            guard reference.source == source, columns.indices.contains(reference.column) else { return nil }
            let field = columns[reference.column].metadata
            return field == .partition || field == .offset || field == .timestamp ? field : nil
        case .cast(let operand):
            guard IntegerKernel.NumberRange(expression.type) != nil, IntegerKernel.NumberRange(operand.type) != nil,
                let field = field(operand), field != .timestamp
            else { return nil }
            return field
        default: return nil
        }
    }
}
