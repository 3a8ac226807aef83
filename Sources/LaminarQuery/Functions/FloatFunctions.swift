import LaminarFormats
import LaminarStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// REAL and DOUBLE: arithmetic with PostgreSQL's errors, and the functions of mathematics.
extension FunctionCatalog {
    static let floatFunctions: [ScalarFunction] =
        arithmetic(isReal: false) + arithmetic(isReal: true) + roundings + mathematics

    private static func doc(
        _ section: FunctionSection, _ summary: String, _ sql: String? = nil, _ result: String = ""
    ) -> FunctionDocumentation {
        FunctionDocumentation(section, summary, sql.map { ($0, result) })
    }

    // MARK: Arithmetic

    private static func arithmetic(isReal: Bool) -> [ScalarFunction] {
        let parameter: ParameterType = isReal ? .real : .double
        let type: ResultRule = isReal ? .real : .double
        func two(
            _ name: String, _ summary: String, canUnderflow: Bool = false,
            _ operation: @escaping @Sendable (Double, Double) throws -> Double
        ) -> ScalarFunction {
            .ours(name, [parameter, parameter], type, doc(.arithmetic, summary)) { arguments, result in
                let (left, right) = (arguments.double(0), arguments.double(1))
                let exact = try operation(left, right)
                let value = isReal ? Double(Float(exact)) : exact
                if !value.isFinite {
                    // An infinity is a fault only where the operands were none.
                    guard !value.isNaN else { throw QueryError(.outOfRange, "the result isn't a number") }
                    if left.isFinite, right.isFinite { throw QueryError(.outOfRange, "value out of range: overflow") }
                }
                if canUnderflow, value == 0, left != 0, right.isFinite, name == "/" || right != 0 {
                    throw QueryError(.outOfRange, "value out of range: underflow")
                }
                result.set(value)
            }
        }
        return [
            two("+", "The sum.") { $0 + $1 },
            two("-", "The difference.") { $0 - $1 },
            two("*", "The product.", canUnderflow: true) { $0 * $1 },
            two("/", "The quotient.", canUnderflow: true) { left, right in
                if right == 0 { throw QueryError.divisionByZero }
                return left / right
            },
            .ours("-", [parameter], type, doc(.arithmetic, "The number with the other sign.")) {
                $1.set(-$0.double(0))
            },
            .ours("abs", [parameter], type, doc(.mathematics, "The number without its sign.")) {
                $1.set(abs($0.double(0)))
            },
        ]
    }

    // MARK: Whole numbers

    private static let roundings: [ScalarFunction] = {
        let rules: [(String, String, FloatingPointRoundingRule)] = [
            ("ceil", "The next whole number upwards.", .up), ("ceiling", "The next whole number upwards.", .up),
            ("floor", "The next whole number downwards.", .down),
            ("round", "The nearest whole number, halves to the even one.", .toNearestOrEven),
            ("trunc", "Without the digits after the point.", .towardZero),
        ]
        return rules.map { name, summary, rule in
            .ours(name, [.double], .double, doc(.mathematics, summary)) { $1.set($0.double(0).rounded(rule)) }
        } + [
            .ours("sign", [.double], .double, doc(.mathematics, "-1, 0 or 1.")) {
                let value = $0.double(0)
                $1.set(value > 0 ? 1.0 : value < 0 ? -1.0 : 0.0)
            }
        ]
    }()

    // MARK: Mathematics

    private static func one(
        _ name: String, _ summary: String, _ example: (String, String)? = nil,
        _ operation: @escaping @Sendable (Double) throws -> Double
    ) -> ScalarFunction {
        .ours(name, [.double], .double, FunctionDocumentation(.mathematics, summary, example)) {
            try $1.set(checked: try operation($0.double(0)))
        }
    }

    private static func input(_ message: String) -> QueryError { QueryError(.invalidArgument, message) }

    private static let mathematics: [ScalarFunction] =
        roots + powers + logarithms + angles + [
            .ours(
                "width_bucket", [.double, .double, .double, .int], .int,
                doc(.mathematics, "Which of so many equal buckets between two bounds the number falls into.")
            ) { $1.set(try bucket($0.double(0), $0.double(1), $0.double(2), $0.int64(3))) },
            .ours("pi", [], .double, doc(.mathematics, "π.", "pi()", "3.141592653589793")) { $1.set(Double.pi) },
        ] + integers(.bigint) + integers(.int)

    private static let roots = [
        one("sqrt", "The square root.", ("sqrt(2)", "1.4142135623730951")) { value in
            if value < 0 { throw input("cannot take square root of a negative number") }
            return value.squareRoot()
        },
        one("cbrt", "The cube root.", ("cbrt(27)", "3")) { cbrt($0) },
    ]

    private static let powers: [ScalarFunction] =
        ["power", "pow", "^"].map { name in
            .ours(
                name, [.double, .double], .double,
                doc(
                    .mathematics, "The first number to the power of the second.",
                    name == "^" ? "2 ^ 10" : "\(name)(2, 10)",
                    "1024")
            ) { arguments, result in
                let (base, exponent) = (arguments.double(0), arguments.double(1))
                if base == 0, exponent < 0 { throw input("zero raised to a negative power is undefined") }
                if base < 0, exponent != exponent.rounded() {
                    throw input("a negative number raised to a non-integer power yields a complex result")
                }
                try result.set(checked: pow(base, exponent))
            }
        } + [one("exp", "e to the power of the number.", ("exp(1)", "2.718281828459045")) { exp($0) }]

    private static let logarithms: [ScalarFunction] =
        [
            ("ln", "The natural logarithm.", "ln(10)", "2.302585092994046"),
            ("log", "The decimal logarithm.", "log(100)", "2"),
            ("log10", "The decimal logarithm.", "log10(1000)", "3"),
        ].map { name, summary, sql, result in
            one(name, summary, (sql, result)) { value in
                if value == 0 { throw input("cannot take logarithm of zero") }
                if value < 0 { throw input("cannot take logarithm of a negative number") }
                return name == "ln" ? log(value) : log10(value)
            }
        } + [
            .ours(
                "log", [.double, .double], .double,
                doc(.mathematics, "The logarithm of the second number to the base of the first.", "log(2, 64)", "6")
            ) { arguments, result in
                let (base, value) = (arguments.double(0), arguments.double(1))
                if base == 0 || value == 0 { throw input("cannot take logarithm of zero") }
                if base < 0 || value < 0 { throw input("cannot take logarithm of a negative number") }
                let divisor = log2(base)
                if divisor == 0 { throw QueryError.divisionByZero }
                try result.set(checked: log2(value) / divisor)
            }
        ]

    private static let angles: [ScalarFunction] = {
        @Sendable func inRange(_ value: Double) throws -> Double {
            if abs(value) > 1 { throw QueryError(.outOfRange, "input is out of range") }
            return value
        }
        return [
            one("sin", "The sine.", ("sin(0)", "0")) { sin($0) },
            one("cos", "The cosine.", ("cos(0)", "1")) { cos($0) },
            one("tan", "The tangent.", ("tan(0)", "0")) { tan($0) },
            one("cot", "The cotangent.") { 1 / tan($0) },
            one("asin", "The angle of a sine.") { asin(try inRange($0)) },
            one("acos", "The angle of a cosine.") { acos(try inRange($0)) },
            one("atan", "The angle of a tangent.") { atan($0) },
            one("sinh", "The hyperbolic sine.") { sinh($0) }, one("cosh", "The hyperbolic cosine.") { cosh($0) },
            one("tanh", "The hyperbolic tangent.") { tanh($0) },
            one("degrees", "Radians as degrees.", ("degrees(pi())", "180")) { $0 * 180 / .pi },
            one("radians", "Degrees as radians.", ("radians(180)", "3.141592653589793")) { $0 * .pi / 180 },
            .ours(
                "atan2", [.double, .double], .double,
                doc(.mathematics, "The angle of the point (second, first).", "atan2(1, 1)", "0.7853981633974483")
            ) { $1.set(atan2($0.double(0), $0.double(1))) },
        ]
    }()

    private static func integers(_ type: ColumnType) -> [ScalarFunction] {
        let parameter = ParameterType.kind(type.kind)
        @Sendable func set(_ result: SQLiteResult, _ value: UInt64) throws {
            guard let signed = Int64(exactly: value), type == .bigint || Int32(exactly: signed) != nil else {
                throw QueryError.outOfRange(type)
            }
            result.set(signed)
        }
        @Sendable func divisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
            var (left, right) = (left, right)
            while right != 0 { (left, right) = (right, left % right) }
            return left
        }
        return [
            .ours(
                "gcd", [parameter, parameter], .type(type),
                doc(.mathematics, "The greatest common divisor.", "gcd(12, 18)", "6")
            ) { try set($1, divisor($0.int64(0).magnitude, $0.int64(1).magnitude)) },
            .ours(
                "lcm", [parameter, parameter], .type(type),
                doc(.mathematics, "The least common multiple.", "lcm(4, 6)", "12")
            ) { arguments, result in
                let (left, right) = (arguments.int64(0).magnitude, arguments.int64(1).magnitude)
                if left == 0 || right == 0 { return result.set(0 as Int64) }
                let (product, overflow) = (left / divisor(left, right)).multipliedReportingOverflow(by: right)
                if overflow { throw QueryError.outOfRange(type) }
                try set(result, product)
            },
        ]
    }
}
