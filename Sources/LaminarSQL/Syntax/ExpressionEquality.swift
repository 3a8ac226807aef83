// Written out, since the equality that the compiler derives takes 3.5 KB of the stack for each level where nothing is
// optimized: it has room for all pairs of cases at once. Here every case is compared in a function of its own.
extension SQL.Expression: Equatable {
    /// Compares the trees; positions are not part of it.
    public static func == (left: SQL.Expression, right: SQL.Expression) -> Bool {
        switch left {
        case .literal, .typedLiteral, .interval, .column, .parameter: isSameLeaf(left, right)
        case .unary: isSameUnary(left, right)
        case .binary: isSameBinary(left, right)
        case .chain, .row, .array: isSameList(left, right)
        case .isTest, .isDistinct: isSameTest(left, right)
        case .inList, .inQuery: isSameMembership(left, right)
        case .between, .like, .quantified: isSamePredicate(left, right)
        case .caseWhen: isSameCase(left, right)
        case .function: isSameCall(left, right)
        case .exists, .subquery: isSameQuery(left, right)
        case .cast, .extract: isSameConversion(left, right)
        case .subscripted, .field: isSameAccess(left, right)
        }
    }

    private typealias Expression = SQL.Expression

    private static func isSameLeaf(_ left: Expression, _ right: Expression) -> Bool {
        switch (left, right) {
        case (.literal(let a, _), .literal(let b, _)): a == b
        case (.typedLiteral(let a, let c, _), .typedLiteral(let b, let d, _)): a == b && c == d
        case (.interval(let a, _), .interval(let b, _)): a == b
        case (.column(let a), .column(let b)): a == b
        case (.parameter(let a, _), .parameter(let b, _)): a == b
        default: false
        }
    }

    private static func isSameUnary(_ left: Expression, _ right: Expression) -> Bool {
        guard case .unary(let a, let c) = left, case .unary(let b, let d) = right else { return false }
        return a == b && c == d
    }

    private static func isSameBinary(_ left: Expression, _ right: Expression) -> Bool {
        guard case .binary(let a, let c, let e) = left, case .binary(let b, let d, let f) = right else { return false }
        return a == b && c == d && e == f
    }

    private static func isSameList(_ left: Expression, _ right: Expression) -> Bool {
        switch (left, right) {
        case (.chain(let a, let c), .chain(let b, let d)): a == b && c == d
        case (.row(let a), .row(let b)), (.array(let a), .array(let b)): a == b
        default: false
        }
    }

    private static func isSameTest(_ left: Expression, _ right: Expression) -> Bool {
        switch (left, right) {
        case (.isTest(let a, let c, let e), .isTest(let b, let d, let f)): c == d && e == f && a == b
        case (.isDistinct(let a, let c, let e), .isDistinct(let b, let d, let f)): e == f && a == b && c == d
        default: false
        }
    }

    private static func isSameMembership(_ left: Expression, _ right: Expression) -> Bool {
        switch (left, right) {
        case (.inList(let a, let c, let e), .inList(let b, let d, let f)): e == f && a == b && c == d
        case (.inQuery(let a, let c, let e), .inQuery(let b, let d, let f)): e == f && a == b && c == d
        default: false
        }
    }

    private static func isSamePredicate(_ left: Expression, _ right: Expression) -> Bool {
        switch (left, right) {
        case (.between(let a), .between(let b)): a == b
        case (.like(let a), .like(let b)): a == b
        case (.quantified(let a), .quantified(let b)): a == b
        default: false
        }
    }

    private static func isSameCase(_ left: Expression, _ right: Expression) -> Bool {
        guard case .caseWhen(let a) = left, case .caseWhen(let b) = right else { return false }
        return a == b
    }

    private static func isSameCall(_ left: Expression, _ right: Expression) -> Bool {
        guard case .function(let a) = left, case .function(let b) = right else { return false }
        return a == b
    }

    private static func isSameQuery(_ left: Expression, _ right: Expression) -> Bool {
        switch (left, right) {
        case (.exists(let a), .exists(let b)), (.subquery(let a), .subquery(let b)): a == b
        default: false
        }
    }

    private static func isSameConversion(_ left: Expression, _ right: Expression) -> Bool {
        switch (left, right) {
        case (.cast(let a, let c), .cast(let b, let d)): c == d && a == b
        case (.extract(let a, let c), .extract(let b, let d)): a == b && c == d
        default: false
        }
    }

    private static func isSameAccess(_ left: Expression, _ right: Expression) -> Bool {
        switch (left, right) {
        case (.subscripted(let a, let c), .subscripted(let b, let d)): c == d && a == b
        case (.field(let a, let c), .field(let b, let d)): c == d && a == b
        default: false
        }
    }
}
