import LaminarFormats
import LaminarStore

// The words that the tables of functions are written in.
extension ScalarFunction {
    typealias Body = SQLiteScalarFunction.Body

    /// A function of ours.
    ///
    /// - Parameter isStrict: whether a NULL argument makes the result NULL without a call.
    static func ours(
        _ name: String, _ parameters: [ParameterType], variadic: ParameterType? = nil, _ result: ResultRule,
        _ documentation: FunctionDocumentation, isStrict: Bool = true, volatility: Volatility = .immutable,
        extras: (@Sendable ([FunctionArgument], ColumnType) -> [String])? = nil, body: @escaping Body
    ) -> ScalarFunction {
        let function = SQLiteScalarFunction(
            sqlName(name, parameters, variadic), arguments: nil, isDeterministic: volatility == .immutable,
            isStrict: isStrict, body: body)
        return ScalarFunction(
            name: name, parameters: parameters, variadic: variadic, result: result, volatility: volatility,
            implementation: .registered(function), extras: extras, documentation: documentation)
    }

    /// An operator or a function of SQLite's own, where it does what PostgreSQL's does.
    static func native(
        _ name: String, _ parameters: [ParameterType], variadic: ParameterType? = nil, _ result: ResultRule,
        _ documentation: FunctionDocumentation, as implementation: Implementation
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, parameters: parameters, variadic: variadic, result: result, volatility: .immutable,
            implementation: implementation, extras: nil, documentation: documentation)
    }

    private static let signs = [
        "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "remainder", "^": "raise",
        "||": "concatenate",
        "->": "member", "->>": "member_text", "~~": "like", "~~*": "ilike",
    ]

    /// A name of its own for each overload: the function's, then what it takes.
    private static func sqlName(_ name: String, _ parameters: [ParameterType], _ variadic: ParameterType?) -> String {
        var words = ["laminar", signs[name] ?? name]
        for parameter in parameters + (variadic.map { [$0] } ?? []) {
            switch parameter {
            case .kind(let kind): words.append(kind.rawValue)
            case .any: words.append("any")
            case .element: words.append("element")
            case .array: words.append("array")
            case .castToText: words.append("text")
            }
        }
        return words.joined(separator: "_") + (variadic == nil ? "" : "_more")
    }
}

extension ParameterType {
    static let boolean = ParameterType.kind(.boolean)
    static let smallint = ParameterType.kind(.smallint)
    static let int = ParameterType.kind(.int)
    static let bigint = ParameterType.kind(.bigint)
    static let real = ParameterType.kind(.real)
    static let double = ParameterType.kind(.double)
    static let decimal = ParameterType.kind(.decimal)
    static let text = ParameterType.kind(.text)
    static let bytea = ParameterType.kind(.bytea)
    static let date = ParameterType.kind(.date)
    static let time = ParameterType.kind(.time)
    static let timestamp = ParameterType.kind(.timestamp)
    static let interval = ParameterType.kind(.interval)
    static let uuid = ParameterType.kind(.uuid)
    static let json = ParameterType.kind(.json)
}

extension ResultRule {
    static let boolean = ResultRule.type(.boolean)
    static let smallint = ResultRule.type(.smallint)
    static let int = ResultRule.type(.int)
    static let bigint = ResultRule.type(.bigint)
    static let real = ResultRule.type(.real)
    static let double = ResultRule.type(.double)
    static let text = ResultRule.type(.text)
    static let bytea = ResultRule.type(.bytea)
    static let date = ResultRule.type(.date)
    static let time = ResultRule.type(.time)
    static let timestamp = ResultRule.type(.timestamp)
    static let interval = ResultRule.type(.interval)
    static let uuid = ResultRule.type(.uuid)
    static let json = ResultRule.type(.json)
}
