extension SQL {
    /// `value [NOT] BETWEEN [SYMMETRIC] low AND high`.
    public struct Between: Equatable, Sendable {
        /// What is compared.
        public let value: Expression
        /// The lower bound.
        public let low: Expression
        /// The upper bound.
        public let high: Expression
        /// Whether the bounds may stand in either order.
        public let isSymmetric: Bool
        /// Whether NOT was written.
        public let isNegated: Bool

        /// A BETWEEN.
        public init(
            _ value: Expression, low: Expression, high: Expression, isSymmetric: Bool = false, isNegated: Bool = false
        ) {
            self.value = value
            self.low = low
            self.high = high
            self.isSymmetric = isSymmetric
            self.isNegated = isNegated
        }
    }

    /// `value [NOT] LIKE pattern [ESCAPE character]`.
    public struct Like: Equatable, Sendable {
        /// What is matched.
        public let value: Expression
        /// The pattern.
        public let pattern: Expression
        /// The escape character, `\` when absent.
        public let escape: Expression?
        /// Whether ILIKE was written.
        public let ignoresCase: Bool
        /// Whether NOT was written.
        public let isNegated: Bool

        /// A LIKE.
        public init(
            _ value: Expression, pattern: Expression, escape: Expression? = nil, ignoresCase: Bool = false,
            isNegated: Bool = false
        ) {
            self.value = value
            self.pattern = pattern
            self.escape = escape
            self.ignoresCase = ignoresCase
            self.isNegated = isNegated
        }
    }

    /// `value = ANY (SELECT …)`, `value > ALL (array)`.
    public struct Quantified: Equatable, Sendable {
        /// What the value is compared to.
        public enum Operand: Equatable, Sendable {
            /// The rows of a query.
            case query(Query)
            /// The elements of an array.
            case array(Expression)
        }

        /// What is compared.
        public let value: Expression
        /// A comparison.
        public let comparison: BinaryOperator
        /// ALL (true) or ANY, which is also written SOME (false).
        public let isAll: Bool
        /// What it is compared to.
        public let operand: Operand

        /// A quantified comparison.
        public init(_ value: Expression, _ comparison: BinaryOperator, isAll: Bool, operand: Operand) {
            self.value = value
            self.comparison = comparison
            self.isAll = isAll
            self.operand = operand
        }
    }

    /// `CASE [operand] WHEN … THEN … [ELSE …] END`.
    public struct CaseWhen: Equatable, Sendable {
        /// One WHEN with its THEN.
        public struct Branch: Equatable, Sendable {
            /// A condition, or a value that the operand is compared to.
            public let condition: Expression
            /// The result.
            public let result: Expression

            /// A branch.
            public init(condition: Expression, result: Expression) {
                self.condition = condition
                self.result = result
            }
        }

        /// What is compared, nil where the branches are conditions.
        public let operand: Expression?
        /// The branches, at least one.
        public let branches: [Branch]
        /// ELSE.
        public let otherwise: Expression?

        /// A CASE.
        public init(operand: Expression? = nil, branches: [Branch], otherwise: Expression? = nil) {
            self.operand = operand
            self.branches = branches
            self.otherwise = otherwise
        }
    }
}
