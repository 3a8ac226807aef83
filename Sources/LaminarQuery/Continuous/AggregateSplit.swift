import LaminarFormats
import LaminarSQL

/// Takes the aggregates out of expressions: each becomes one or two states of a group, and the expression shows those.
struct AggregateSplit {
    /// The number of the table of groups, where the expressions show states: the only source of its query.
    static let source = 0

    /// What a group keeps of one aggregate.
    struct State {
        let type: ColumnType
        let merge: GroupedPlan.Merge
        /// What a batch adds; nil where that is in a table of values.
        let partial: BoundAggregate?
    }

    /// The values of a COUNT, SUM or AVG(DISTINCT …).
    struct Values {
        let value: BoundExpression
        let filter: BoundExpression?
    }

    private(set) var states: [State] = []
    private(set) var distinct: [Values] = []
    private let keys: Int

    init(keys: Int) { self.keys = keys }

    /// The expression over a group's keys and states.
    ///
    /// - Throws: ``ContinuousRefusal``.
    mutating func shown(_ expression: BoundExpression) throws -> BoundExpression {
        try expression.rewritten { [keys] part in
            switch part.kind {
            case .key(let key): return Self.column(key, part.type ?? .text)
            case .aggregate(let aggregate): return try shown(aggregate, part.type ?? .text, keys)
            case .scalar, .exists, .inQuery, .quantified:
                throw ContinuousRefusal(
                    "A subquery beside aggregates would be answered when the groups are read: put it into the SELECT that "
                        + "reads the pipeline.")
            default: return nil
            }
        }
    }

    private mutating func shown(
        _ aggregate: BoundAggregate, _ type: ColumnType, _ keys: Int
    ) throws -> BoundExpression {
        switch aggregate.name {
        case "count":
            guard aggregate.isDistinct, let value = aggregate.arguments.first else {
                return add(.count, .bigint, aggregate)
            }
            return add(.countDistinct(addValues(value, aggregate.filter)), .bigint, nil)
        case "sum": return try sum(aggregate, type)
        case "min", "bool_and", "every": return add(.least, type, aggregate)
        case "max", "bool_or": return add(.greatest, type, aggregate)
        case "avg": return try average(aggregate, type)
        default:
            throw ContinuousRefusal(
                "\(aggregate.name.uppercased()) would have to keep every value of a group. A pipeline keeps COUNT, SUM, "
                    + "AVG, MIN, MAX, BOOL_AND and BOOL_OR, with FILTER and DISTINCT.")
        }
    }

    private mutating func sum(_ aggregate: BoundAggregate, _ type: ColumnType) throws -> BoundExpression {
        let addition = try Self.addition(of: type, "sum")
        guard aggregate.isDistinct, let argument = aggregate.arguments.first else {
            return add(addition, type, aggregate)
        }
        return add(.addDistinct(addValues(Self.addend(argument, type), aggregate.filter), by: addition), type, nil)
    }

    /// AVG is kept as a sum and a count.
    private mutating func average(_ aggregate: BoundAggregate, _ type: ColumnType) throws -> BoundExpression {
        guard var argument = aggregate.arguments.first else { throw Self.unknown("AVG", .double) }
        // PostgreSQL adds up the average of REALs as DOUBLEs.
        if argument.type == .real { argument = BoundExpression(.cast(argument), .double) }
        let argumentType = argument.type ?? .double
        guard let sum = Self.aggregate("sum", [argumentType.kind]), let count = Self.aggregate("count", nil) else {
            throw Self.unknown("AVG", argumentType)
        }
        let sumType = sum.result.type(for: [FunctionArgument(argumentType)])
        let addition = try Self.addition(of: sumType, "avg")
        var total: BoundExpression
        let number: BoundExpression
        if aggregate.isDistinct {
            let values = addValues(Self.addend(argument, sumType), aggregate.filter)
            total = add(.addDistinct(values, by: addition), sumType, nil)
            number = add(.countDistinct(values), .bigint, nil)
        } else {
            total = add(addition, sumType, BoundAggregate(sum, [argument], filter: aggregate.filter))
            number = add(.count, .bigint, BoundAggregate(count, [argument], filter: aggregate.filter))
        }
        let whole = ColumnType.decimal(precision: 38, scale: 0)
        if sumType.kind.isInteger { total = BoundExpression(.cast(total), whole) }
        let divisorType: ColumnType = total.type?.kind == .decimal ? whole : .double
        guard let totalType = total.type,
            let divide = FunctionCatalog.scalars(named: "/").first(where: {
                $0.parameters == [.kind(totalType.kind), .kind(divisorType.kind)]
            })
        else { throw Self.unknown("AVG", argumentType) }
        let zero = BoundExpression(.constant(.bigint(0)), .bigint, isNullable: false)
        // NULL where there is no row, as AVG has it.
        let divisor = BoundExpression(.cast(BoundExpression(.nullIf(number, zero), .bigint)), divisorType)
        return BoundExpression(.call(BoundCall(divide, [total, divisor])), type)
    }

    /// - Parameter kinds: what it takes; nil for one argument of any type.
    private static func aggregate(_ name: String, _ kinds: [TypeKind]?) -> AggregateFunction? {
        FunctionCatalog.aggregates(named: name).first { function in
            kinds.map { $0.map(ParameterType.kind) == function.parameters } ?? (function.parameters == [.any])
        }
    }

    private static func unknown(_ name: String, _ type: ColumnType) -> ContinuousRefusal {
        ContinuousRefusal("\(name) of \(type) can't be kept by a pipeline.")
    }

    /// Without keys and without an aggregate over a batch there would be nothing to ask a batch for.
    mutating func completeForNoKeys() {
        guard keys == 0, states.allSatisfy({ $0.partial == nil }), let rows = Self.aggregate("count", nil) else {
            return
        }
        _ = add(.count, .bigint, BoundAggregate(rows, []))
    }

    /// Adds a state, and shows it.
    private mutating func add(
        _ merge: GroupedPlan.Merge, _ type: ColumnType, _ partial: BoundAggregate?
    ) -> BoundExpression {
        states.append(State(type: type, merge: merge, partial: partial?.withoutOrder))
        return Self.column(keys + states.count - 1, type)
    }

    /// Adds a table of values, and gives its number.
    private mutating func addValues(_ value: BoundExpression, _ filter: BoundExpression?) -> Int {
        distinct.append(Values(value: value, filter: filter))
        return distinct.count - 1
    }

    /// A value as it is stored and added up: the same ones differ as before.
    private static func addend(_ value: BoundExpression, _ sum: ColumnType) -> BoundExpression {
        sum.kind == .decimal && value.type?.kind != .decimal ? BoundExpression(.cast(value), sum) : value
    }

    private static func column(_ number: Int, _ type: ColumnType) -> BoundExpression {
        BoundExpression(.column(ColumnReference(source: source, column: number)), type)
    }

    private static func addition(of type: ColumnType, _ name: String) throws -> GroupedPlan.Merge {
        switch type {
        case .smallint, .int, .bigint: .addIntegers
        case .decimal: .addDecimals
        case .real, .double: .addDoubles
        case .interval: .addIntervals
        default: throw unknown(name.uppercased(), type)
        }
    }
}

extension BoundAggregate {
    /// The order and DISTINCT mean nothing to those that are kept.
    fileprivate var withoutOrder: BoundAggregate {
        BoundAggregate(function, arguments, filter: filter)
    }
}
