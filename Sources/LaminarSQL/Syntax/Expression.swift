extension SQL {
    /// An expression.
    ///
    /// Chains of AND, OR and `||` are flat, however long; everything else is bounded in depth by the parser, so
    /// recursion over a parsed tree is safe. Places don't count where expressions are compared.
    public indirect enum Expression: Sendable {
        /// NULL, a truth value, a number or a string.
        case literal(Literal, at: Position = .start)
        /// `DATE '2024-01-01'`: a string of a type.
        case typedLiteral(TypeName, String, at: Position = .start)
        /// `INTERVAL '1 hour'`; `INTERVAL '1' HOUR` is the same.
        case interval(String, at: Position = .start)
        /// `id`, `orders.id`, `system.connections.name`, or a field of a STRUCT column.
        case column(ObjectName)
        /// A parameter by its number, from 1; `?` counts from left to right.
        case parameter(Int, at: Position = .start)
        /// `-x`, `+x`, `NOT x`.
        case unary(UnaryOperator, Expression)
        /// `a + b`, `a = b`, `a -> b`.
        case binary(BinaryOperator, Expression, Expression)
        /// Two or more operands joined by the same operator, from left to right.
        case chain(ChainOperator, [Expression])
        /// `x IS [NOT] NULL`, `… TRUE`, `… FALSE`, `… UNKNOWN`.
        case isTest(Expression, IsTest, isNegated: Bool)
        /// `a IS [NOT] DISTINCT FROM b`.
        case isDistinct(Expression, Expression, isNegated: Bool)
        /// `x [NOT] BETWEEN [SYMMETRIC] low AND high`.
        case between(Between)
        /// `x [NOT] IN (a, b)`.
        case inList(Expression, [Expression], isNegated: Bool)
        /// `x [NOT] IN (SELECT …)`.
        case inQuery(Expression, Query, isNegated: Bool)
        /// `x [NOT] LIKE pattern [ESCAPE e]`, and ILIKE.
        case like(Like)
        /// `x = ANY (…)`, `x < ALL (…)`.
        case quantified(Quantified)
        /// `CASE … END`.
        case caseWhen(CaseWhen)
        /// `CAST(x AS type)` and `x::type`.
        case cast(Expression, TypeName)
        /// `EXTRACT(field FROM x)`; the field in lower case.
        case extract(String, Expression)
        /// A function call.
        case function(FunctionCall)
        /// `EXISTS (SELECT …)`.
        case exists(Query)
        /// `(SELECT …)` as a value.
        case subquery(Query)
        /// `(a, b)`: two or more values, or `ROW(…)` with any number.
        case row([Expression])
        /// `ARRAY[a, b]`.
        case array([Expression])
        /// `a[1]`.
        case subscripted(Expression, Expression)
        /// `(expression).field`.
        case field(Expression, Identifier)
    }

    /// A value that is written out.
    public enum Literal: Hashable, Sendable {
        /// NULL.
        case null
        /// TRUE or FALSE.
        case boolean(Bool)
        /// An unsigned number in the digits that were written: `10`, `1.50`, `1e-3`.
        case number(String)
        /// A string.
        case string(String)
    }

    /// An operator before its operand.
    public enum UnaryOperator: String, Hashable, Sendable, CaseIterable {
        /// `-`
        case minus = "-"
        /// `+`
        case plus = "+"
        /// NOT
        case not = "NOT"
    }

    /// An operator between two operands.
    public enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
        /// `=`
        case equal = "="
        /// `<>`, also written `!=`
        case notEqual = "<>"
        /// `<`
        case less = "<"
        /// `<=`
        case lessOrEqual = "<="
        /// `>`
        case greater = ">"
        /// `>=`
        case greaterOrEqual = ">="
        /// `+`
        case add = "+"
        /// `-`
        case subtract = "-"
        /// `*`
        case multiply = "*"
        /// `/`
        case divide = "/"
        /// `%`
        case remainder = "%"
        /// `^`
        case power = "^"
        /// `->`: a field or element of a JSON value, as JSON
        case member = "->"
        /// `->>`: a field or element of a JSON value, as text
        case memberText = "->>"
    }

    /// An operator that joins any number of operands.
    public enum ChainOperator: String, Hashable, Sendable, CaseIterable {
        /// OR
        case or = "OR"
        /// AND
        case and = "AND"
        /// `||`
        case concatenate = "||"
    }

    /// What IS asks for.
    public enum IsTest: String, Hashable, Sendable, CaseIterable {
        /// IS NULL
        case null = "NULL"
        /// IS TRUE
        case isTrue = "TRUE"
        /// IS FALSE
        case isFalse = "FALSE"
        /// IS UNKNOWN
        case unknown = "UNKNOWN"
    }
}
