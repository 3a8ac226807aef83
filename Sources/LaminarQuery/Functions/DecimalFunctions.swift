import LaminarFormats
import LaminarStore

// DECIMAL arithmetic by PostgreSQL's scales, as far as 38 digits go.
extension FunctionCatalog {
    /// A product has the digits of both factors after its point, but no more than this, so that some are left before it.
    static let productScaleLimit = 30
    /// A quotient has at least so many.
    package static let quotientScale = 16

    private static func scales(_ arguments: [FunctionArgument]) -> [Int] { arguments.map(\.type.decimalScale) }

    private static func decimal(_ scale: Int) -> ColumnType { .decimal(precision: 38, scale: min(scale, 38)) }

    private static let widest = ResultRule.computed { decimal(scales($0).max() ?? 0) }
    private static let product = ResultRule.computed { arguments in
        let scales = scales(arguments)
        return decimal(min(scales.reduce(0, +), max(productScaleLimit, scales.max() ?? 0)))
    }
    private static let quotient = ResultRule.computed { decimal(max(quotientScale, scales($0).max() ?? 0)) }
    private static let same = ResultRule.computed { decimal(scales($0).first ?? 0) }
    private static let whole = ResultRule.type(.decimal(precision: 38, scale: 0))

    /// The scale of the result, for functions that round to it.
    private static let resultScale: @Sendable ([FunctionArgument], ColumnType) -> [String] = { _, result in
        [String(result.decimalScale)]
    }

    /// As many digits as the second argument says, where it is written out; else as many as the first has.
    private static let roundedScale = ResultRule.computed { arguments in
        let scale = arguments.first?.type.decimalScale ?? 0
        guard arguments.count > 1 else { return decimal(0) }
        switch arguments[1].constant {
        case .int(let digits)?: return decimal(max(Int(digits), 0))
        case .smallint(let digits)?: return decimal(max(Int(digits), 0))
        case .bigint(let digits)?: return decimal(Int(min(max(digits, 0), 38)))
        default: return decimal(scale)
        }
    }

    private static func doc(
        _ section: FunctionSection, _ summary: String, _ sql: String? = nil, _ result: String = ""
    ) -> FunctionDocumentation {
        FunctionDocumentation(section, summary, sql.map { ($0, result) })
    }

    static let decimalFunctions: [ScalarFunction] = [
        .ours("+", [.decimal, .decimal], widest, doc(.arithmetic, "The sum.", "0.1 + 0.20", "0.30")) {
            $1.set(try $0.decimal(0).adding(try $0.decimal(1)))
        },
        .ours("-", [.decimal, .decimal], widest, doc(.arithmetic, "The difference.", "0.3 - 0.10", "0.20")) {
            $1.set(try $0.decimal(0).adding(try $0.decimal(1).negated))
        },
        .ours(
            "*", [.decimal, .decimal], product,
            doc(
                .arithmetic, "The product, with the digits of both after its point (30 at most).", "1.50 * 0.3", "0.450"
            ),
            extras: resultScale
        ) { $1.set(try $0.decimal(0).multiplied(by: try $0.decimal(1), scaleLimit: $0.extra(2))) },
        .ours(
            "/", [.decimal, .decimal], quotient,
            doc(.arithmetic, "The quotient, with 16 digits after its point or more.", "1.0 / 3", "0.3333333333333333"),
            extras: resultScale
        ) { $1.set(try $0.decimal(0).divided(by: try $0.decimal(1), scale: $0.extra(2))) },
        .ours("%", [.decimal, .decimal], widest, doc(.arithmetic, "The remainder.", "7.5 % 2", "1.5")) {
            $1.set(try $0.decimal(0).remainder(dividingBy: try $0.decimal(1)))
        },
        .ours("mod", [.decimal, .decimal], widest, doc(.arithmetic, "The remainder.", "mod(-7.5, 2)", "-1.5")) {
            $1.set(try $0.decimal(0).remainder(dividingBy: try $0.decimal(1)))
        },
        .ours("-", [.decimal], same, doc(.arithmetic, "The number with the other sign.")) {
            $1.set(try $0.decimal(0).negated)
        },
        .ours("abs", [.decimal], same, doc(.mathematics, "The number without its sign.", "abs(-1.5)", "1.5")) {
            let number = try $0.decimal(0)
            $1.set(number.sign < 0 ? number.negated : number)
        },
        .ours("sign", [.decimal], whole, doc(.mathematics, "-1, 0 or 1.", "sign(-1.5)", "-1")) {
            $1.set(DecimalNumber(Int64(try $0.decimal(0).sign)))
        },
        .ours("ceil", [.decimal], whole, doc(.mathematics, "The next whole number upwards.", "ceil(-1.5)", "-1")) {
            $1.set(try $0.decimal(0).whole(up: true))
        },
        .ours("ceiling", [.decimal], whole, doc(.mathematics, "The next whole number upwards.", "ceiling(1.2)", "2")) {
            $1.set(try $0.decimal(0).whole(up: true))
        },
        .ours("floor", [.decimal], whole, doc(.mathematics, "The next whole number downwards.", "floor(-1.5)", "-2")) {
            $1.set(try $0.decimal(0).whole(up: false))
        },
        .ours(
            "round", [.decimal], whole,
            doc(.mathematics, "The nearest whole number, halves away from zero.", "round(-2.5)", "-3")
        ) { $1.set(try $0.decimal(0).rounded(digits: 0)) },
        .ours(
            "round", [.decimal, .int], roundedScale,
            doc(
                .mathematics, "Rounded to so many digits after the point, halves away from zero.", "round(2.345, 2)",
                "2.35"),
            extras: resultScale
        ) { $1.set(try $0.decimal(0).rounded(digits: min($0.int64(1), $0.int64(2)))) },
        .ours("trunc", [.decimal], whole, doc(.mathematics, "Without the digits after the point.", "trunc(-2.5)", "-2"))
        {
            $1.set(try $0.decimal(0).truncated(digits: 0))
        },
        .ours(
            "trunc", [.decimal, .int], roundedScale,
            doc(.mathematics, "Cut to so many digits after the point.", "trunc(2.345, 2)", "2.34"), extras: resultScale
        ) { $1.set(try $0.decimal(0).truncated(digits: min($0.int64(1), $0.int64(2)))) },
        .ours(
            "div", [.decimal, .decimal], whole, doc(.mathematics, "The quotient, cut towards zero.", "div(9, 4)", "2")
        ) { arguments, result in
            let (left, right) = (try arguments.decimal(0), try arguments.decimal(1))
            let exact = try left.adding(try left.remainder(dividingBy: right).negated)
            result.set(try exact.divided(by: right, scale: 0))
        },
        .ours(
            "scale", [.decimal], .int, doc(.mathematics, "Digits after the point that the type has."),
            extras: {
                arguments, _ in [String(arguments[0].type.decimalScale)]
            }
        ) { $1.set($0.extra(1)) },
        .ours(
            "width_bucket", [.decimal, .decimal, .decimal, .int], .int,
            doc(
                .mathematics, "Which of so many equal buckets between two bounds the number falls into; 0 before them.",
                "width_bucket(5.35, 0.024, 10.06, 5)", "3")
        ) { arguments, result in
            let (value, low, high) = (try arguments.decimal(0), try arguments.decimal(1), try arguments.decimal(2))
            result.set(try bucket(value.doubleValue, low.doubleValue, high.doubleValue, arguments.int64(3)))
        },
    ]

    /// Where a number falls among equal buckets.
    static func bucket(_ value: Double, _ low: Double, _ high: Double, _ count: Int64) throws -> Int64 {
        guard count > 0 else { throw QueryError(.invalidArgument, "count must be greater than zero") }
        guard low != high, low.isFinite, high.isFinite else {
            throw QueryError(.invalidArgument, "lower bound cannot equal upper bound")
        }
        let isUp = low < high
        if isUp ? value < low : value > low { return 0 }
        if isUp ? value >= high : value <= high { return count < Int32.max ? count + 1 : count }
        return min(Int64(Double(count) * ((value - low) / (high - low))) + 1, count)
    }
}
