import LaminarFormats
package import LaminarStore

/// Every function, operator, aggregate and cast of a query: what the binder resolves against, and what runs.
///
///     let candidates = FunctionCatalog.scalars(named: "date_trunc")
///     let cast = FunctionCatalog.cast(from: .int, to: .text)
///
/// Comparisons (`=`, `<`, …) aren't here: they are SQLite's own over the stored forms of one type, INTERVAL's over
/// ``intervalKey(_:)``. Nor are AND, OR, NOT, CASE, COALESCE, NULLIF and IS, which are SQLite's own for every type.
package enum FunctionCatalog {
    /// The overloads of a function or an operator; empty where there is none. The name is in lower case.
    package static func scalars(named name: String) -> [ScalarFunction] { scalarsByName[name] ?? [] }

    /// The overloads of an aggregate or a window function.
    package static func aggregates(named name: String) -> [AggregateFunction] { aggregatesByName[name] ?? [] }

    /// The conversion from one kind of type to another; nil where there is none. The same kind with other parameters
    /// (DECIMAL, arrays) has its conversion too; ``ColumnType``s that are equal need none.
    package static func cast(from: TypeKind, to: TypeKind) -> CastFunction? {
        castsByKinds[CastKey(from: from, to: to)]
    }

    /// The names that a person can call, for suggestions: no operators.
    package static let names: [String] =
        (Set(scalarsByName.keys).union(aggregatesByName.keys)).subtracting(["single_value"])
        .filter { $0.first?.isLetter ?? false }.sorted()

    /// What intervals are compared by, grouped by and joined on, in SQLite's text: the first 16 bytes of the stored form.
    package static func intervalKey(_ sql: String) -> String { "substr(\(sql), 1, 16)" }

    /// The registered function of this name, for the connection that runs a statement which names it.
    package static func registeredScalar(_ sqlName: String) -> SQLiteScalarFunction? { registeredScalars[sqlName] }

    /// All of them, in the order of the page of functions.
    package static let scalars: [ScalarFunction] =
        integerFunctions + decimalFunctions + floatFunctions + textFunctions + likeFunctions + byteFunctions
        + timeOperators + timeFunctions + jsonFunctions + arrayFunctions + generalFunctions
    /// All of them, in the order of the page of functions.
    package static let aggregates: [AggregateFunction] = aggregateFunctions
    package static let casts: [CastFunction] = numberCasts + textCasts + timeCasts

    private struct CastKey: Hashable { var from, to: TypeKind }
    private static let scalarsByName = Dictionary(grouping: scalars, by: \.name)
    private static let aggregatesByName = Dictionary(grouping: aggregates, by: \.name)
    private static let castsByKinds = Dictionary(
        casts.map { (CastKey(from: $0.from, to: $0.to), $0) }, uniquingKeysWith: { first, _ in first })

    private static let registeredScalars: [String: SQLiteScalarFunction] = {
        var functions: [String: SQLiteScalarFunction] = [:]
        for scalar in scalars {
            if case .registered(let function) = scalar.implementation { functions[function.name] = function }
        }
        for function in nestedAccess { functions[function.name] = function }
        for cast in casts {
            if case .registered(let function) = cast.implementation { functions[function.name] = function }
        }
        return functions
    }()
}
