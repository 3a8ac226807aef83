package import LaminarFormats

extension ScanBounds {
    /// Nothing is wanted.
    package static let nothing = ScanBounds(partitions: [])

    /// Whether nothing can be wanted.
    package var isEmpty: Bool {
        if partitions?.isEmpty ?? false { return true }
        if let firstOffset, let lastOffset, firstOffset > lastOffset { return true }
        if let since, let until, since > until { return true }
        return false
    }

    /// What both leave: AND.
    package func intersection(_ other: ScanBounds) -> ScanBounds {
        ScanBounds(
            partitions: Self.both(partitions, other.partitions) { $0.intersection($1) },
            firstOffset: Self.both(firstOffset, other.firstOffset, max),
            lastOffset: Self.both(lastOffset, other.lastOffset, min), since: Self.both(since, other.since, max),
            until: Self.both(until, other.until, min))
    }

    /// The narrowest bounds around what either leaves: OR.
    package func union(_ other: ScanBounds) -> ScanBounds {
        if isEmpty { return other }
        if other.isEmpty { return self }
        return ScanBounds(
            partitions: Self.each(partitions, other.partitions) { $0.union($1) },
            firstOffset: Self.each(firstOffset, other.firstOffset, min),
            lastOffset: Self.each(lastOffset, other.lastOffset, max), since: Self.each(since, other.since, min),
            until: Self.each(until, other.until, max))
    }

    private static func both<Bound>(_ left: Bound?, _ right: Bound?, _ combine: (Bound, Bound) -> Bound) -> Bound? {
        guard let left, let right else { return left ?? right }
        return combine(left, right)
    }

    private static func each<Bound>(_ left: Bound?, _ right: Bound?, _ combine: (Bound, Bound) -> Bound) -> Bound? {
        guard let left, let right else { return nil }
        return combine(left, right)
    }
}

extension ScanBounds {
    /// What a metadata column's comparison with a value leaves of a partition, an offset or a time.
    ///
    /// - Parameter value: of the column's type or a wider one; NULL leaves nothing.
    package init(_ field: MetadataField, _ comparison: Comparison, _ value: Value) {
        self = .everything
        if value.isNull {
            self = .nothing
            return
        }
        guard let number = value.kernelInteger else { return }
        switch (field, comparison) {
        case (.partition, .equal): partitions = Set([Int32(exactly: number)].compactMap(\.self))
        case (.offset, .equal): (firstOffset, lastOffset) = (number, number)
        case (.offset, .greaterOrEqual): firstOffset = number
        case (.offset, .lessOrEqual): lastOffset = number
        case (.offset, .greater):
            let (next, overflow) = number.addingReportingOverflow(1)
            if overflow { self = .nothing } else { firstOffset = next }
        case (.offset, .less):
            let (before, overflow) = number.subtractingReportingOverflow(1)
            if overflow { self = .nothing } else { lastOffset = before }
        case (.timestamp, _):
            guard case .timestamp(let time) = value else { return }
            switch comparison {
            case .equal: (since, until) = (time, time)
            case .greater, .greaterOrEqual: since = time
            case .less, .lessOrEqual: until = time
            case .notEqual: break
            }
        default: break
        }
    }
}
