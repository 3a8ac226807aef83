package import LaminarFormats
internal import LaminarSQL

/// A bound query as a pipeline runs it.
package enum ContinuousQuery: Sendable {
    /// Each batch gives rows; nothing is kept.
    case rows(BoundQuery)
    /// Groups are kept.
    case groups(GroupedPlan)

    /// - Parameter bound: a query that ``ContinuousCheck`` has let pass.
    /// - Throws: ``ContinuousRefusal``.
    package init(_ bound: BoundQuery) throws {
        guard let (query, select) = bound.outermostSelect, select.isGrouped else {
            self = .rows(bound)
            return
        }
        self = .groups(try GroupedPlan(query, select))
    }

    /// Names and types of what it gives.
    package var columns: [ColumnSchema] {
        switch self {
        case .rows(let bound): bound.columns
        case .groups(let plan): plan.columns
        }
    }
}

extension BoundQuery {
    /// The outermost SELECT, out of its parentheses.
    fileprivate var outermostSelect: (BoundQuery, BoundSelect)? {
        switch body {
        case .select(let select): (self, select)
        case .nested(let query) where orderBy.isEmpty && limit == nil && offset == nil && with.isEmpty:
            query.outermostSelect
        case .values, .combined, .nested: nil
        }
    }
}
