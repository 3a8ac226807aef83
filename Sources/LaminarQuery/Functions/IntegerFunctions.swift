import LaminarFormats
import LaminarStore

// Arithmetic of SMALLINT, INT and BIGINT: checked, each in its own width, as PostgreSQL has it.
extension FunctionCatalog {
    static let integerFunctions: [ScalarFunction] =
        arithmetic(.smallint, Int16.self) + arithmetic(.int, Int32.self) + arithmetic(.bigint, Int64.self)

    private static func arithmetic<Number: FixedWidthInteger & Sendable>(
        _ type: ColumnType, _ number: Number.Type
    ) -> [ScalarFunction] {
        let parameter = ParameterType.kind(type.kind)
        func two(
            _ name: String, _ summary: String, _ example: (sql: String, result: String)?,
            _ operation: @escaping @Sendable (Number, Number) throws -> Number
        ) -> ScalarFunction {
            .ours(
                name, [parameter, parameter], .type(type), FunctionDocumentation(.arithmetic, summary, example)
            ) { arguments, result in
                let left = Number(truncatingIfNeeded: arguments.int64(0))
                let right = Number(truncatingIfNeeded: arguments.int64(1))
                result.set(Int64(try operation(left, right)))
            }
        }
        func one(
            _ name: String, _ section: FunctionSection, _ summary: String, _ example: (sql: String, result: String)?,
            _ operation: @escaping @Sendable (Number) throws -> Number
        ) -> ScalarFunction {
            .ours(name, [parameter], .type(type), FunctionDocumentation(section, summary, example)) {
                arguments, result in
                result.set(Int64(try operation(Number(truncatingIfNeeded: arguments.int64(0)))))
            }
        }
        @Sendable func checked(_ pair: (partialValue: Number, overflow: Bool)) throws -> Number {
            if pair.overflow { throw QueryError.outOfRange(type) }
            return pair.partialValue
        }
        @Sendable func remainder(_ left: Number, _ right: Number) throws -> Number {
            if right == 0 { throw QueryError.divisionByZero }
            return right == -1 ? 0 : left % right
        }
        return [
            two("+", "The sum.", ("1 + 2", "3")) { try checked($0.addingReportingOverflow($1)) },
            two("-", "The difference.", ("1 - 2", "-1")) { try checked($0.subtractingReportingOverflow($1)) },
            two("*", "The product.", ("6 * 7", "42")) { try checked($0.multipliedReportingOverflow(by: $1)) },
            two("/", "The quotient, cut towards zero.", ("-7 / 2", "-3")) { left, right in
                if right == 0 { throw QueryError.divisionByZero }
                return try checked(left.dividedReportingOverflow(by: right))
            },
            two("%", "The remainder, with the dividend's sign.", ("-7 % 2", "-1"), remainder),
            two("mod", "The remainder, with the dividend's sign.", ("mod(-7, 2)", "-1"), remainder),
            one("-", .arithmetic, "The number with the other sign.", nil) {
                try checked((0 as Number).subtractingReportingOverflow($0))
            },
            one("abs", .mathematics, "The number without its sign.", ("abs(-7)", "7")) {
                $0 < 0 ? try checked((0 as Number).subtractingReportingOverflow($0)) : $0
            },
        ]
    }
}

extension QueryError {
    static let divisionByZero = QueryError(.divisionByZero, "division by zero")

    /// A value doesn't fit into its type.
    static func outOfRange(_ type: ColumnType) -> QueryError { outOfRange(named: typeName(type)) }

    static func outOfRange(named name: String) -> QueryError { QueryError(.outOfRange, "\(name) out of range") }

    /// A text isn't a value of the type. The text itself isn't in the message: it is data.
    static func invalidText(_ type: ColumnType) -> QueryError {
        QueryError(.invalidText, "invalid input syntax for type \(typeName(type))")
    }

    /// PostgreSQL's name of the type.
    static func typeName(_ type: ColumnType) -> String {
        switch type {
        case .int: "integer"
        case .double: "double precision"
        case .decimal: "numeric"
        default: String(describing: type).lowercased()
        }
    }
}
