import LaminarFormats
import LaminarSQL

/// What is said about calls that mean nothing.
extension Binder {
    func unknownFunction(_ name: String, at position: SQL.Position) -> SQLError {
        if catalog.rowFunctionNames.contains(name) {
            return fail(
                "\(name) gives a row and isn't a value", at: position, expected: "SELECT * FROM \(name)(…)")
        }
        if let symbol = name.first, !symbol.isLetter, symbol != "_" {
            return refuse("the operator \(name) isn't known here", at: position, instead: "a function")
        }
        let names = FunctionCatalog.names + Binder.specialForms + catalog.rowFunctionNames
        return fail(
            "there is no function \(name)", at: position, expected: "a function of docs/sql-functions.md",
            suggestion: SQL.suggestion(for: name, among: names))
    }

    func refuseTableFunction(_ name: String, at position: SQL.Position) throws {
        switch name {
        case "unnest":
            throw refuse(
                "unnest isn't known here", at: position,
                instead: "x = ANY (array) to search it, array[1] for an element, or one record an element in the topic")
        case "generate_series":
            throw fail(
                "generate_series gives rows and isn't a value", at: position,
                expected: "it in FROM: FROM generate_series(1, 10) AS n")
        default: break
        }
    }

    func unresolved(
        _ name: String, _ outcome: OverloadResolution.Outcome,
        _ overloads: [(parameters: [ParameterType], variadic: ParameterType?)], _ arguments: [BoundExpression],
        at position: SQL.Position
    ) -> SQLError {
        let types = arguments.map { $0.type?.description ?? "a string" }
        let isOperator = !(name.first?.isLetter ?? true)
        let call =
            isOperator
            ? types.count == 2 ? "\(types[0]) \(name) \(types[1])" : "\(name) \(types.joined())"
            : "\(name)(\(types.joined(separator: ", ")))"
        if case .ambiguous = outcome {
            return fail("\(call) can mean several things", at: position, expected: "a CAST of an argument")
        }
        let known = overloads.filter { $0.parameters.count == arguments.count || $0.variadic != nil }
        let signatures = known.prefix(6).map { overload in
            let words = overload.parameters.map(\.words) + (overload.variadic.map { ["\($0.words), …"] } ?? [])
            return isOperator
                ? words.count == 2 ? "\(words[0]) \(name) \(words[1])" : "\(name) \(words.joined())"
                : "\(name)(\(words.joined(separator: ", ")))"
        }
        let more = known.count > 6 ? ", …" : ""
        return fail(
            "\(call) means nothing", at: position,
            expected: signatures.isEmpty ? "other arguments" : signatures.joined(separator: ", ") + more)
    }
}

extension ParameterType {
    /// The parameter as an error names it.
    fileprivate var words: String {
        switch self {
        case .kind(let kind): kind.rawValue.uppercased()
        case .any, .element, .castToText: "any"
        case .array: "array"
        }
    }
}
