package import LaminarFormats
internal import LaminarSQL

/// A GROUP BY that goes on for ever, in two halves: what is computed of each batch, and what the kept groups are shown as.
///
///     let plan = try GroupedPlan(bound)
///     plan.partial             // SELECT key, COUNT(*), SUM(x) FROM orders WHERE … GROUP BY key: run over a batch
///     plan.shown(from: "g")    // SELECT k0, a0, a1 / a0 FROM g WHERE having: run over all groups
///
/// A group's state is one value for each ``Merge``, so it doesn't grow with the rows; aggregates with DISTINCT keep their
/// values in a table of their own.
package struct GroupedPlan: Sendable {
    /// The keys' names and types, as ``partial`` gives them first.
    package let keys: [ColumnSchema]
    /// The names and types of what a group keeps, in order.
    package let states: [ColumnSchema]
    /// How a value of each of ``states`` grows.
    package let merges: [Merge]
    /// Keys, then those of ``states`` that aren't of distinct values, over the rows of a batch.
    package let partial: BoundQuery
    /// For each aggregate with DISTINCT keys and values, each once, over the rows of a batch.
    package let distinct: [BoundQuery]
    /// Names and types of what the groups are shown as.
    package let columns: [ColumnSchema]

    private let items: [BoundItem]
    private let having: BoundExpression?
    private let orderBy: [BoundOrder]
    private let limit: BoundExpression?
    private let offset: BoundExpression?

    /// How a state of a group grows by what a batch adds.
    package indirect enum Merge: Sendable, Hashable {
        /// Rows are counted.
        case count
        /// Integers are added.
        case addIntegers
        /// DECIMALs are added; the scale is the type's.
        case addDecimals
        /// Doubles are added.
        case addDoubles
        /// INTERVALs are added.
        case addIntervals
        /// The lesser one stays.
        case least
        /// The greater one stays.
        case greatest
        /// How many values a table of values has for the group; the number says which of ``GroupedPlan/distinct`` they are.
        case countDistinct(Int)
        /// The values that a table of values has for the group are added up.
        case addDistinct(Int, by: Merge)
    }

    /// - Parameter bound: a query whose outermost SELECT is grouped.
    /// - Throws: ``ContinuousRefusal`` for an aggregate whose groups can't be kept in a bounded state.
    package init(_ bound: BoundQuery, _ select: BoundSelect) throws {
        var split = AggregateSplit(keys: select.groupBy.count)
        items = try select.items.map { BoundItem($0.name, try split.shown($0.expression)) }
        having = try select.having.map { try split.shown($0) }
        orderBy = try bound.orderBy.map { order in
            guard case .expression(let expression) = order.key else { return order }
            return BoundOrder(
                .expression(try split.shown(expression)), isDescending: order.isDescending,
                nullsFirst: order.nullsFirst)
        }
        split.completeForNoKeys()
        limit = bound.limit
        offset = bound.offset
        columns = bound.columns
        keys = select.groupBy.enumerated().map { ColumnSchema("k\($0.offset)", $0.element.type ?? .text) }
        states = split.states.enumerated().map { ColumnSchema("a\($0.offset)", $0.element.type) }
        merges = split.states.map(\.merge)
        partial = Self.partial(bound, select, split.states)
        distinct = split.distinct.map { Self.distinct(bound, select, $0) }
        try refuseDoubleNames()
    }

    /// The groups are read by their columns' names.
    private func refuseDoubleNames() throws {
        var seen: Set<String> = []
        for column in columns where !seen.insert(column.name).inserted {
            throw ContinuousRefusal(
                "Two columns of the pipeline are named \(column.name), and its groups are read by their names: give one "
                    + "of them another with AS.")
        }
    }

    // MARK: What is computed of a batch

    private static func partial(
        _ bound: BoundQuery, _ select: BoundSelect, _ states: [AggregateSplit.State]
    ) -> BoundQuery {
        var items = keyItems(select)
        for (index, state) in states.enumerated() {
            guard let aggregate = state.partial else { continue }
            items.append(BoundItem("a\(index)", BoundExpression(.aggregate(aggregate), state.type)))
        }
        return query(bound, select, items, select.condition, select.groupBy)
    }

    private static func distinct(
        _ bound: BoundQuery, _ select: BoundSelect, _ values: AggregateSplit.Values
    ) -> BoundQuery {
        let key = BoundExpression(.key(select.groupBy.count), values.value.type)
        let isThere = BoundExpression(
            .isTest(values.value, .null, isNegated: true), .boolean, isNullable: false)
        let conditions = [select.condition, values.filter, isThere].compactMap { $0 }
        let condition = conditions.count == 1 ? isThere : BoundExpression(.and(conditions), .boolean)
        return query(
            bound, select, keyItems(select) + [BoundItem("v", key)], condition, select.groupBy + [values.value])
    }

    private static func keyItems(_ select: BoundSelect) -> [BoundItem] {
        select.groupBy.enumerated().map { index, key in
            BoundItem("k\(index)", BoundExpression(.key(index), key.type, isNullable: key.isNullable))
        }
    }

    private static func query(
        _ bound: BoundQuery, _ select: BoundSelect, _ items: [BoundItem], _ condition: BoundExpression?,
        _ keys: [BoundExpression]
    ) -> BoundQuery {
        let select = BoundSelect(
            isDistinct: false, items: items, from: select.from, condition: condition, isGrouped: true, groupBy: keys)
        return BoundQuery(
            with: bound.with, body: .select(select),
            columns: items.map { ColumnSchema($0.name, $0.expression.type ?? .text) })
    }

    // MARK: What the groups are shown as

    /// The groups as the pipeline's query gives them, HAVING and the expressions around the aggregates applied.
    ///
    /// - Parameters:
    ///   - table: the table of the groups, in the Laminar database.
    ///   - checkpoint: only groups that changed after it, without the query's ORDER BY and LIMIT; nil for all groups.
    package func shown(from table: String, changedAfter checkpoint: Int64? = nil) -> BoundQuery {
        let number = keys.count + states.count
        let source = BoundSource(
            id: AggregateSplit.source, name: "groups",
            columns: keys + states + [ColumnSchema("checkpoint", .bigint, isNullable: false)],
            origin: .stored(name: table))
        var conditions = [having].compactMap { $0 }
        if let checkpoint {
            let column = ColumnReference(source: AggregateSplit.source, column: number)
            conditions.append(
                BoundExpression(
                    .compare(
                        .greater, BoundExpression(.column(column), .bigint, isNullable: false),
                        BoundExpression(.constant(.bigint(checkpoint)), .bigint, isNullable: false)), .boolean))
        }
        let condition = conditions.count > 1 ? BoundExpression(.and(conditions), .boolean) : conditions.first
        let select = BoundSelect(items: items, from: .source(source), condition: condition)
        return BoundQuery(
            body: .select(select), orderBy: checkpoint == nil ? orderBy : [], limit: checkpoint == nil ? limit : nil,
            offset: checkpoint == nil ? offset : nil, columns: columns)
    }
}
