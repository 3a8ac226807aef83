import LaminarFormats
import LaminarStore
import Testing

@testable import LaminarQuery

/// A function of the catalog, called as a translated statement calls it.
enum CatalogCall {
    /// The overload that takes these very types.
    static func overload(_ name: String, _ types: [ColumnType]) throws -> ScalarFunction {
        let found = FunctionCatalog.scalars(named: name).first { takes($0, types) }
        return try #require(found, "no overload of \(name) takes \(types)")
    }

    private static func takes(_ function: ScalarFunction, _ types: [ColumnType]) -> Bool {
        let count = function.parameters.count
        guard types.count == count || types.count > count && function.variadic != nil else { return false }
        return types.enumerated().allSatisfy { index, type in
            fits(type, index < count ? function.parameters[index] : function.variadic ?? .any)
        }
    }

    private static func fits(_ type: ColumnType, _ parameter: ParameterType) -> Bool {
        switch parameter {
        case .kind(let kind): kind == type.kind
        case .any, .element, .castToText: true
        case .array: type.kind == .array
        }
    }

    /// Calls it, and gives the result's type and its text as CAST makes it; nil for NULL.
    static func text(
        _ function: ScalarFunction, _ arguments: [(type: ColumnType, value: Value)], constants: Bool = true
    ) throws -> (type: ColumnType, text: String?) {
        let known = arguments.map { FunctionArgument($0.type, constant: constants ? $0.value : nil) }
        let type = function.result.type(for: known)
        var sql: [String] = []
        for (index, argument) in arguments.enumerated() {
            let parameter = index < function.parameters.count ? function.parameters[index] : function.variadic ?? .any
            var text = "?\(index + 1)"
            if parameter == .castToText, argument.type != .text {
                text = try #require(FunctionCatalog.cast(from: argument.type.kind, to: .text))
                    .sql(text, from: argument.type, to: .text)
            }
            sql.append(text)
        }
        let call = function.sql(sql, of: known, giving: type)
        return (type, try evaluate(call, type, arguments.map { StoredValue.stored($0.value) }))
    }

    /// The text of an expression of SQLite's.
    static func evaluate(_ sql: String, _ type: ColumnType, _ values: [SQLiteValue]) throws -> String? {
        var text = sql
        if type != .text {
            let cast = try #require(FunctionCatalog.cast(from: type.kind, to: .text), "no cast from \(type) to text")
            text = cast.sql(sql, from: type, to: .text)
        }
        // Only the values that the text uses are bound.
        let query = try MicroBatchQuery(
            TranslatedQuery(
                sql: "SELECT \(text)", values: values, columns: [ColumnSchema("text", .text)], scans: []))
        var result: String?
        try query.run(over: { _ in try BatchListSupply([], ScanRequest(columns: [])) }) { batch in
            result = try batch[0][0, as: String?.self]
        }
        return result
    }
}
