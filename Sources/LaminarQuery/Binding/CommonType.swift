import LaminarFormats

/// The type in which values of several types can stand together.
enum CommonType {
    private static let numbers: [TypeKind] = [.smallint, .int, .bigint, .decimal, .real, .double]

    /// For CASE, COALESCE, UNION, VALUES, IN and ARRAY, as PostgreSQL chooses it; nil where there is none.
    static func unifying(_ types: [ColumnType]) -> ColumnType? {
        guard var common = types.first else { return nil }
        for type in types.dropFirst() {
            guard let next = unifying(common, type) else { return nil }
            common = next
        }
        return common
    }

    /// For two operands of a comparison or an operator: REAL with another number is compared as DOUBLE.
    static func comparing(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
        guard left.kind.isNumeric, right.kind.isNumeric else { return unifying(left, right) }
        if left.kind == .decimal, right.kind == .decimal { return widest(left, right) }
        if left == right { return left }
        if [left.kind, right.kind].contains(where: { $0 == .real || $0 == .double }) { return .double }
        return unifying(left, right)
    }

    private static func unifying(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
        if left == right { return left }
        if let first = numbers.firstIndex(of: left.kind), let second = numbers.firstIndex(of: right.kind) {
            if left.kind == .decimal || right.kind == .decimal, let one = left.asDecimal, let other = right.asDecimal {
                return widest(one, other)
            }
            return first >= second ? left : right
        }
        switch (left, right) {
        case (.date, .timestamp), (.timestamp, .date): return .timestamp
        case (.array(let one), .array(let other)):
            // DECIMALs differ in their parameters only.
            guard one.kind == other.kind, let element = unifying(one, other) else { return nil }
            return .array(element)
        default: return nil
        }
    }

    /// The DECIMAL that holds the values of both; of more than 38 digits those behind the point are kept, since a value
    /// that doesn't fit is an error and a fraction that is cut off would be none.
    private static func widest(_ left: ColumnType, _ right: ColumnType) -> ColumnType {
        guard case .decimal(let precision, let scale) = left, case .decimal(let other, let otherScale) = right else {
            return left
        }
        let fraction = max(scale, otherScale)
        let whole = min(max(precision - scale, other - otherScale), 38 - fraction)
        return .decimal(precision: max(1, whole + fraction), scale: fraction)
    }
}
