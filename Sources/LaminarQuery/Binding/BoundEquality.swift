import LaminarFormats
import LaminarSQL

extension BoundExpression {
    /// Whether both compute the same: what GROUP BY, DISTINCT and ORDER BY recognise an expression by.
    ///
    /// Positions don't count. Subqueries are never the same, nor are two parameters of equal value.
    package func isSame(as other: BoundExpression) -> Bool {
        guard type == other.type else { return false }
        guard isSameOperation(as: other) else { return false }
        let mine = children
        let others = other.children
        return mine.count == others.count && zip(mine, others).allSatisfy { $0.isSame(as: $1) }
    }

    /// Compares what isn't in ``children``.
    private func isSameOperation(as other: BoundExpression) -> Bool {
        switch (kind, other.kind) {
        case (.constant(let left), .constant(let right)): left == right
        case (.parameter(let left, _), .parameter(let right, _)): left == right
        case (.now, .now), (.and, .and), (.or, .or), (.not, .not), (.coalesce, .coalesce), (.nullIf, .nullIf),
            (.cast, .cast), (.element, .element), (.array, .array):
            true
        case (.column(let left), .column(let right)): left == right
        case (.key(let left), .key(let right)): left == right
        case (.call(let left), .call(let right)): left.name == right.name
        case (.compare(let left, _, _), .compare(let right, _, _)): left == right
        case (.isDistinct(_, _, let left), .isDistinct(_, _, let right)): left == right
        case (.isTest(_, let left, let isLeft), .isTest(_, let right, let isRight)): left == right && isLeft == isRight
        case (.field(_, let left), .field(_, let right)): left == right
        case (.aggregate(let left), .aggregate(let right)): left.isSameCall(as: right)
        case (.window(let left), .window(let right)): left.isSameCall(as: right)
        case (.quantifiedArray(_, let left, let isLeft, _), .quantifiedArray(_, let right, let isRight, _)):
            left == right && isLeft == isRight
        default: isSamePredicate(as: other)
        }
    }

    private func isSamePredicate(as other: BoundExpression) -> Bool {
        switch (kind, other.kind) {
        case (.between(_, _, _, let left, let isLeft), .between(_, _, _, let right, let isRight)):
            left == right && isLeft == isRight
        case (.inList(_, _, let left), .inList(_, _, let right)): left == right
        case (.like(_, _, let escape, let left, let isLeft), .like(_, _, let other, let right, let isRight)):
            left == right && isLeft == isRight && (escape == nil) == (other == nil)
        case (.caseWhen(let left, let branches, let otherwise), .caseWhen(let right, let others, let other)):
            (left == nil) == (right == nil) && branches.count == others.count && (otherwise == nil) == (other == nil)
        default: false
        }
    }
}

extension BoundAggregate {
    fileprivate func isSameCall(as other: BoundAggregate) -> Bool {
        name == other.name && isDistinct == other.isDistinct && (filter == nil) == (other.filter == nil)
            && arguments.count == other.arguments.count && orderBy.isSameDirection(as: other.orderBy)
    }
}

extension BoundWindowCall {
    fileprivate func isSameCall(as other: BoundWindowCall) -> Bool {
        name == other.name && (filter == nil) == (other.filter == nil) && arguments.count == other.arguments.count
            && window.partitionBy.count == other.window.partitionBy.count
            && window.orderBy.isSameDirection(as: other.window.orderBy)
            && (window.frame?.shape ?? []) == (other.window.frame?.shape ?? [])
    }
}

extension [BoundOrder] {
    fileprivate func isSameDirection(as other: [BoundOrder]) -> Bool {
        count == other.count
            && zip(self, other).allSatisfy { $0.isDescending == $1.isDescending && $0.nullsFirst == $1.nullsFirst }
    }
}

extension BoundWindow.Frame {
    /// All but the distances.
    fileprivate var shape: [String] {
        [unit.rawValue, start.shape, end.shape, exclusion?.rawValue ?? ""]
    }
}

extension BoundWindow.Bound {
    fileprivate var shape: String {
        switch self {
        case .unboundedPreceding: "first"
        case .preceding: "before"
        case .currentRow: "current"
        case .following: "after"
        case .unboundedFollowing: "last"
        }
    }
}
