import LaminarFormats
import LaminarStore

// Conversions between numbers, and of BOOLEAN.
extension FunctionCatalog {
    static let numberCasts: [CastFunction] = integerCasts + decimalCasts + floatCasts + booleanCasts

    private static let integers: [(kind: TypeKind, type: ColumnType, range: ClosedRange<Int64>)] = [
        (.smallint, .smallint, Int64(Int16.min)...Int64(Int16.max)),
        (.int, .int, Int64(Int32.min)...Int64(Int32.max)), (.bigint, .bigint, .min ... .max),
    ]

    private static let integerCasts: [CastFunction] = {
        var casts: [CastFunction] = []
        for (index, from) in integers.enumerated() {
            for to in integers[(index + 1)...] { casts.append(.same(from.kind, to.kind, .implicit)) }
            for to in integers[..<index] {
                casts.append(
                    .ours(from.kind, to.kind, .assignment) { arguments, result in
                        let value = arguments.int64(0)
                        guard to.range.contains(value) else { throw QueryError.outOfRange(to.type) }
                        result.set(value)
                    })
            }
            casts.append(
                .ours(from.kind, .decimal, .implicit, extras: CastFunction.precisionAndScale) { arguments, result in
                    result.set(
                        try DecimalText.fitted(
                            DecimalNumber(arguments.int64(0)), precision: arguments.extra(1), scale: arguments.extra(2))
                    )
                })
            casts.append(.ours(from.kind, .real, .implicit) { $1.set(Double(Float($0.int64(0)))) })
            casts.append(.ours(from.kind, .double, .implicit) { $1.set(Double($0.int64(0))) })
        }
        return casts
    }()

    private static let decimalCasts: [CastFunction] =
        integers.map { to in
            .ours(.decimal, to.kind, .assignment) { arguments, result in
                guard let whole = Int64(exactly: try arguments.decimal(0).rescaled(to: 0)), to.range.contains(whole)
                else { throw QueryError.outOfRange(to.type) }
                result.set(whole)
            }
        } + [
            .ours(.decimal, .decimal, .implicit, extras: CastFunction.precisionAndScale) { arguments, result in
                result.set(
                    try DecimalText.fitted(
                        arguments.decimal(0), precision: arguments.extra(1), scale: arguments.extra(2)))
            },
            .ours(.decimal, .real, .implicit) { $1.set(Double(Float(try $0.decimal(0).doubleValue))) },
            .ours(.decimal, .double, .implicit) { $1.set(try $0.decimal(0).doubleValue) },
        ]

    private static let floatCasts: [CastFunction] =
        [
            .same(.real, .double, .implicit),
            .ours(.double, .real, .assignment) { arguments, result in
                let value = arguments.double(0)
                if value.isFinite, !Float(value).isFinite {
                    throw QueryError(.outOfRange, "value out of range: overflow")
                }
                if value != 0, Float(value) == 0 { throw QueryError(.outOfRange, "value out of range: underflow") }
                result.set(Double(Float(value)))
            },
        ]
        + [(TypeKind.real, 6), (.double, 15)].flatMap { from, digits in
            integers.map { to in
                CastFunction.ours(from, to.kind, .assignment) { arguments, result in
                    // Halves go to the even neighbour, as PostgreSQL's rint has it.
                    let value = arguments.double(0).rounded(.toNearestOrEven)
                    guard let whole = Int64(exactly: value), to.range.contains(whole) else {
                        throw QueryError.outOfRange(to.type)
                    }
                    result.set(whole)
                }
            } + [
                .ours(from, .decimal, .assignment, extras: CastFunction.precisionAndScale) { arguments, result in
                    let number = try FloatText.decimal(arguments.double(0), significantDigits: digits)
                    result.set(
                        try DecimalText.fitted(number, precision: arguments.extra(1), scale: arguments.extra(2)))
                }
            ]
        }

    private static let booleanCasts: [CastFunction] = [
        .same(.boolean, .int, .explicit),
        .ours(.int, .boolean, .explicit) { $1.set($0.int64(0) != 0) },
    ]
}

extension DecimalNumber {
    /// The nearest double.
    var doubleValue: Double {
        // Both exact in a double, so that one division rounds once.
        if unscaled.magnitude < 1 << 53, scale <= 22 { return Double(Int64(unscaled)) / Self.doublePowers[scale] }
        return ExactDecimal(unscaled: unscaled, scale: scale).doubleValue
    }

    private static let doublePowers: [Double] = (0...22).map { Double("1e\($0)") ?? 1 }
}
