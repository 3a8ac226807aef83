import LaminarFormats
import LaminarStore

// The words that the tables of conversions are written in.
extension CastFunction {
    /// The stored form stays as it is.
    static func same(_ from: TypeKind, _ to: TypeKind, _ context: Context) -> CastFunction {
        CastFunction(from: from, to: to, context: context, implementation: .none, extras: nil)
    }

    /// A conversion of ours; NULL gives NULL.
    static func ours(
        _ from: TypeKind, _ to: TypeKind, _ context: Context,
        extras: (@Sendable (ColumnType, ColumnType) -> [String])? = nil, body: @escaping SQLiteScalarFunction.Body
    ) -> CastFunction {
        let function = SQLiteScalarFunction(
            "laminar_cast_\(from.rawValue)_\(to.rawValue)", arguments: nil, body: body)
        return CastFunction(from: from, to: to, context: context, implementation: .registered(function), extras: extras)
    }

    /// Precision and scale of the DECIMAL that is made.
    static let precisionAndScale: @Sendable (ColumnType, ColumnType) -> [String] = { _, to in
        guard case .decimal(let precision, let scale) = to else { return ["38", "9"] }
        return [String(precision), String(scale)]
    }

    /// The scale of the DECIMAL that is converted.
    static let scaleOfSource: @Sendable (ColumnType, ColumnType) -> [String] = { from, _ in
        [String(from.decimalScale)]
    }

    /// The type that is made, as SQL's text.
    static let target: @Sendable (ColumnType, ColumnType) -> [String] = { _, to in [TypeCode.literal(to)] }
}
