import LaminarFormats

/// The partial aggregates that stand in the place of a query's aggregates, and the expressions that put them together again.
struct PartialResults {
    let source: Int
    let keys: Int
    let compiler: KernelCompiler
    private(set) var aggregates: [PartialAggregate] = []
    /// The aggregates that were replaced, as the query has them.
    private(set) var written: [BoundExpression] = []

    init(source: Int, keys: Int, compiler: KernelCompiler) {
        self.source = source
        self.keys = keys
        self.compiler = compiler
    }

    /// The expression over partial results; nil where something in it can't be had from them.
    mutating func merged(_ expression: BoundExpression) -> BoundExpression? {
        switch expression.kind {
        case .aggregate(let call):
            guard let merged = merged(call, expression) else { return nil }
            if !written.contains(where: { $0.isSame(as: expression) }) { written.append(expression) }
            return merged
        case .column(let reference): return reference.source == source ? nil : expression
        default: break
        }
        var isWhole = true
        let mapped = expression.mappingChildren { child in
            guard let merged = merged(child) else {
                isWhole = false
                return child
            }
            return merged
        }
        return isWhole ? mapped : nil
    }

    private mutating func merged(_ call: BoundAggregate, _ expression: BoundExpression) -> BoundExpression? {
        guard !call.isDistinct, call.orderBy.isEmpty, call.arguments.count <= 1, let type = expression.type else {
            return nil
        }
        var filter: PredicateKernel?
        if let written = call.filter {
            guard let compiled = compiler.predicate(written) else { return nil }
            filter = compiled
        }
        guard let argument = call.arguments.first else {
            return call.name == "count" ? count(.count, filter) : nil
        }
        switch call.name {
        case "count": return count(of: argument, filter)
        case "sum": return sum(argument, filter).flatMap { converted($0, to: type) }
        case "avg": return average(argument, filter, type)
        case "min", "max":
            guard let operation = extreme(argument, isGreatest: call.name == "max") else { return nil }
            var merged = call
            merged.filter = nil
            merged.arguments = [add(operation, filter)]
            return BoundExpression(.aggregate(merged), type)
        default: return nil
        }
    }

    // MARK: Parts

    private mutating func add(_ operation: PartialAggregate.Operation, _ filter: PredicateKernel?) -> BoundExpression {
        let partial = PartialAggregate(operation, filter: filter)
        aggregates.append(partial)
        return BoundExpression(
            .column(ColumnReference(source: source, column: keys + aggregates.count - 1)), partial.type)
    }

    private mutating func count(of argument: BoundExpression, _ filter: PredicateKernel?) -> BoundExpression? {
        if let value = ConstantFolding(now: compiler.now).value(of: argument) {
            return count(.count, value.isNull ? .constant(Truth.no) : filter)
        }
        if let column = compiler.column(argument) {
            let there = PredicateKernel.not(.isNull(compiler.place(column)))
            return count(.count, filter.map { .and([$0, there]) } ?? there)
        }
        return values(of: argument).flatMap { count($0.count, filter) }
    }

    /// A sum of partial counts: zero where no group came.
    private mutating func count(
        _ operation: PartialAggregate.Operation, _ filter: PredicateKernel?
    ) -> BoundExpression? {
        let sum = total(add(operation, filter))
        return sum.flatMap { converted($0, to: .bigint) }.map { sum in
            BoundExpression(
                .coalesce([sum, BoundExpression(.constant(.bigint(0)), .bigint, isNullable: false)]), .bigint,
                isNullable: false)
        }
    }

    private mutating func sum(_ argument: BoundExpression, _ filter: PredicateKernel?) -> BoundExpression? {
        values(of: argument).flatMap { total(add($0.sum, filter)) }
    }

    private mutating func average(
        _ argument: BoundExpression, _ filter: PredicateKernel?, _ type: ColumnType
    ) -> BoundExpression? {
        guard let values = values(of: argument), let sum = total(add(values.sum, filter)),
            let count = total(add(values.count, filter)), let sumType = sum.type,
            let divisor = converted(count, to: sumType == .double ? .double : .decimal(precision: 38, scale: 0)),
            let divide = FunctionCatalog.scalars(named: "/").first(where: {
                $0.parameters == [.kind(sumType.kind), .kind(sumType.kind)]
            })
        else { return nil }
        let quotient = divide.result.type(
            for: [FunctionArgument(sumType), FunctionArgument(divisor.type ?? sumType)])
        // Rounded once, as AVG rounds.
        guard quotient == type else { return nil }
        return BoundExpression(.call(BoundCall(divide, [sum, divisor])), type)
    }

    /// The sum and the number of values of a numeric expression.
    private func values(
        of argument: BoundExpression
    ) -> (sum: PartialAggregate.Operation, count: PartialAggregate.Operation)? {
        switch argument.type {
        case .smallint, .int, .bigint:
            compiler.integer(argument).map { (.sumIntegers($0), .countIntegers($0)) }
        case .double: compiler.double(argument).map { (.sumDoubles($0), .countDoubles($0)) }
        case .decimal(_, let scale):
            compiler.decimal(argument, scale).map { (.sumDecimals($0, scale: scale), .countDecimals($0)) }
        default: nil
        }
    }

    private func extreme(_ argument: BoundExpression, isGreatest: Bool) -> PartialAggregate.Operation? {
        guard let type = argument.type else { return nil }
        if type.isKernelInteger {
            return compiler.integer(argument).map { .extremeInteger($0, type, isGreatest: isGreatest) }
        }
        switch type {
        case .real, .double: return compiler.double(argument).map { .extremeDouble($0, type, isGreatest: isGreatest) }
        case .decimal(_, let scale):
            return compiler.decimal(argument, scale).map { .extremeDecimal($0, type, isGreatest: isGreatest) }
        case .text, .bytea:
            return compiler.column(argument).map {
                .extremeText(compiler.place($0), type, isGreatest: isGreatest)
            }
        default: return nil
        }
    }

    /// SUM of a partial result.
    private func total(_ partial: BoundExpression) -> BoundExpression? {
        guard let type = partial.type,
            let sum = FunctionCatalog.aggregates(named: "sum").first(where: { $0.parameters == [.kind(type.kind)] })
        else { return nil }
        return BoundExpression(
            .aggregate(BoundAggregate(sum, [partial])), sum.result.type(for: [FunctionArgument(type)]))
    }

    private func converted(_ value: BoundExpression, to type: ColumnType) -> BoundExpression? {
        guard let from = value.type, from != type else { return value }
        guard FunctionCatalog.cast(from: from.kind, to: type.kind) != nil else { return nil }
        return BoundExpression(.cast(value), type)
    }
}
