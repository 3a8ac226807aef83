import LaminarFormats
import LaminarSQL

/// Calls of functions: the overload, and the conversions of the arguments.
extension Binder {
    func bindFunction(_ call: SQL.FunctionCall, in scope: Scope) throws -> BoundExpression {
        if call.name.position != .start { place = call.name.position }
        let at = place
        guard call.name.parts.count == 1 else {
            throw fail("functions have no schema here", at: at, expected: "\(call.name.parts.last?.name ?? "")(…)")
        }
        let name = call.name.name
        if !FunctionCatalog.aggregates(named: name).isEmpty, name != "single_value" {
            return try bindAggregate(call, at: at, in: scope)
        }
        try requirePlain(call, at: at)
        switch name {
        case "now", "transaction_timestamp", "statement_timestamp":
            guard call.listed.isEmpty else { throw fail("\(name) takes no arguments", at: at) }
            return BoundExpression(.now, .timestamp, isNullable: false, at: at)
        case "coalesce": return try bindCoalesce(call.listed, at: at, in: scope)
        case "nullif": return try bindNullIf(call.listed, at: at, in: scope)
        default: break
        }
        try refuseTableFunction(name, at: at)
        var arguments: [BoundExpression] = []
        for argument in call.listed { arguments.append(try bind(argument, in: scope)) }
        return try self.call(name, arguments, at: at)
    }

    /// EXTRACT(field FROM x).
    func bindExtract(_ field: String, _ value: SQL.Expression, in scope: Scope) throws -> BoundExpression {
        let at = place
        guard Binder.timeFields.contains(field) else {
            throw fail(
                "a time has no field \(field)", at: at, expected: "EPOCH, YEAR, MONTH, DAY, HOUR, say",
                suggestion: SQL.suggestion(for: field, among: Binder.timeFields.sorted()))
        }
        let bound = try bind(value, in: scope)
        let part = BoundExpression(.constant(.text(field)), .text, isNullable: false, at: bound.position)
        return try call("extract", [part, bound], at: bound.position)
    }

    static let timeFields: Set<String> = [
        "century", "day", "decade", "dow", "doy", "epoch", "hour", "isodow", "isoyear", "julian", "microseconds",
        "millennium", "milliseconds", "minute", "month", "quarter", "second", "week", "year",
    ]

    /// A call of a scalar function or operator of the catalog.
    func call(_ name: String, _ arguments: [BoundExpression], at position: SQL.Position) throws -> BoundExpression {
        let overloads = FunctionCatalog.scalars(named: name)
        guard !overloads.isEmpty else { throw unknownFunction(name, at: position) }
        let chosen = try resolve(
            name, overloads.map { ($0.parameters, $0.variadic) }, arguments, at: position)
        let overload = overloads[chosen]
        let converted = try apply(
            spread(overload.parameters, overload.variadic, arguments.count) ?? overload.parameters, to: arguments,
            of: name)
        let type = overload.result.type(for: converted.map(\.argument))
        // Arithmetic gives NULL for NULL only; of other functions that isn't known.
        let isArithmetic = !(name.first?.isLetter ?? false) && name != "->" && name != "->>"
        return BoundExpression(
            .call(BoundCall(overload, converted)), type,
            isNullable: !isArithmetic || converted.contains(where: \.isNullable), at: position)
    }

    // MARK: Resolution

    /// The place of the overload that the arguments mean.
    func resolve(
        _ name: String, _ overloads: [(parameters: [ParameterType], variadic: ParameterType?)],
        _ arguments: [BoundExpression], at position: SQL.Position
    ) throws -> Int {
        let candidates = overloads.enumerated().compactMap { place, overload in
            spread(overload.parameters, overload.variadic, arguments.count).map { (place: place, parameters: $0) }
        }
        let isOperator = !(name.first?.isLetter ?? true)
        guard !candidates.isEmpty else {
            let wanted = Set(overloads.map { "\($0.parameters.count)\($0.variadic == nil ? "" : " or more")" })
            throw fail(
                "\(name) doesn't take \(arguments.count) argument\(arguments.count == 1 ? "" : "s")", at: position,
                expected: wanted.sorted().joined(separator: ", ") + (wanted == ["1"] ? " argument" : " arguments"))
        }
        func outcome(_ types: [ColumnType?]) -> OverloadResolution.Outcome {
            OverloadResolution(
                candidates: candidates, arguments: types, isImplicit: { self.isImplicit(from: $0, to: $1) }
            )
            .outcome(isOperator: isOperator)
        }
        let types = arguments.map(\.type)
        var found = outcome(types)
        if case .none = found {
            // A host's integers are 64 bits wide; where an INT is wanted their value decides.
            let narrowed = arguments.map { $0.isSmallParameter ? .int : $0.type }
            if narrowed != types { found = outcome(narrowed) }
        }
        switch found {
        case .chosen(let place): return place
        case .none, .ambiguous: throw unresolved(name, found, overloads, arguments, at: position)
        }
    }

    private func spread(
        _ parameters: [ParameterType], _ variadic: ParameterType?, _ count: Int
    ) -> [ParameterType]? {
        if parameters.count == count { return parameters }
        guard let variadic, parameters.count < count else { return nil }
        return parameters + Array(repeating: variadic, count: count - parameters.count)
    }

    /// The arguments as the parameters want them.
    func apply(
        _ parameters: [ParameterType], to arguments: [BoundExpression], of name: String
    ) throws -> [BoundExpression] {
        let element = try elementType(parameters, arguments, name)
        var converted: [BoundExpression] = []
        for (parameter, argument) in zip(parameters, arguments) {
            converted.append(try convert(argument, to: parameter, element))
        }
        return converted
    }

    private func convert(
        _ argument: BoundExpression, to parameter: ParameterType, _ element: ColumnType?
    ) throws -> BoundExpression {
        switch parameter {
        case .kind(let kind):
            if argument.type?.kind == kind { return argument }
            guard let type = representative(of: kind, for: argument) else {
                throw fail("a \(kind.rawValue.uppercased()) is needed", at: argument.position, expected: "a CAST")
            }
            return try convert(argument, to: type)
        case .any: return try settled(argument)
        case .castToText: return try convert(argument, to: .text, .explicit)
        case .element: return try convert(argument, to: element ?? .text)
        case .array:
            if argument.type == nil { return try convert(argument, to: .array(element ?? .text)) }
            guard let element, argument.type != .array(element) else { return argument }
            return try convert(argument, to: .array(element))
        }
    }

    /// The type that all `element` places have.
    private func elementType(
        _ parameters: [ParameterType], _ arguments: [BoundExpression], _ name: String
    ) throws -> ColumnType? {
        var types: [ColumnType] = []
        for (parameter, argument) in zip(parameters, arguments) {
            switch (parameter, argument.type) {
            case (.element, let type?): types.append(type)
            case (.array, .array(let element)?): types.append(element)
            default: break
            }
        }
        guard !types.isEmpty else { return nil }
        guard let common = CommonType.unifying(types) else {
            throw fail(
                "the arguments of \(name) have no common type: \(types.map(\.description).joined(separator: ", "))",
                at: arguments[0].position, expected: "a CAST of one of them")
        }
        return common
    }

    /// The type of a kind that an argument is converted to; nil for nested ones.
    private func representative(of kind: TypeKind, for argument: BoundExpression) -> ColumnType? {
        kind == .decimal ? argument.type?.asDecimal ?? decimalType(ofLiteral: argument) : kind.type
    }

    private func decimalType(ofLiteral argument: BoundExpression) -> ColumnType {
        switch argument.kind {
        case .constant(.text(let text)), .parameter(_, .text(let text)):
            ExactDecimal(text).map { LiteralText.type(of: $0) } ?? .defaultDecimal
        default: .decimal(precision: 38, scale: 0)
        }
    }

    // MARK: Special forms

    private func bindCoalesce(
        _ arguments: [SQL.Expression], at position: SQL.Position, in scope: Scope
    ) throws -> BoundExpression {
        guard !arguments.isEmpty else { throw fail("COALESCE takes at least one argument", at: position) }
        var bound: [BoundExpression] = []
        for argument in arguments { bound.append(try bind(argument, in: scope)) }
        let (unified, type) = try unify(bound, "the arguments of COALESCE")
        if unified.count == 1 { return unified[0] }
        return BoundExpression(
            .coalesce(unified), type, isNullable: unified.allSatisfy(\.isNullable), at: position)
    }

    private func bindNullIf(
        _ arguments: [SQL.Expression], at position: SQL.Position, in scope: Scope
    ) throws -> BoundExpression {
        guard arguments.count == 2 else { throw fail("NULLIF takes two arguments", at: position) }
        let first = try bind(arguments[0], in: scope)
        let (left, right) = try comparable(first, bind(arguments[1], in: scope), "NULLIF", ordered: false)
        let type = first.type ?? left.type ?? .text
        guard left.type == type || first.type == nil else {
            // Compared in another type than it is given in.
            let test = BoundExpression(.compare(.equal, left, right), .boolean, at: position)
            let none = BoundExpression(.constant(.null), type)
            return BoundExpression(
                .caseWhen(operand: nil, [.init(condition: test, result: none)], otherwise: first), type, at: position)
        }
        return BoundExpression(.nullIf(left, right), left.type, at: position)
    }

    private func requirePlain(_ call: SQL.FunctionCall, at position: SQL.Position) throws {
        let what: String? =
            if call.over != nil {
                "OVER"
            } else if call.filter != nil {
                "FILTER"
            } else if call.isDistinct {
                "DISTINCT"
            } else if !call.orderBy.isEmpty {
                "ORDER BY"
            } else if call.arguments == .star {
                "*"
            } else {
                nil
            }
        guard let what else { return }
        if FunctionCatalog.scalars(named: call.name.name).isEmpty, !Binder.specialForms.contains(call.name.name) {
            throw unknownFunction(call.name.name, at: position)
        }
        throw fail("\(call.name.name) is no aggregate and takes no \(what)", at: position, expected: "plain arguments")
    }

    static let specialForms = ["coalesce", "nullif", "now"]
}

extension BoundExpression {
    /// What the catalog's rules see of an argument.
    var argument: FunctionArgument {
        switch kind {
        case .constant(let value), .parameter(_, let value): FunctionArgument(type ?? .text, constant: value)
        default: FunctionArgument(type ?? .text)
        }
    }

    /// Whether this is a parameter that an INT can hold.
    fileprivate var isSmallParameter: Bool {
        if case .parameter(_, .bigint(let number)) = kind { return Int32(exactly: number) != nil }
        return false
    }
}
