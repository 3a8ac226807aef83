internal import LaminarSQL
/// Tells whether a query's rows can be followed: whether it can be answered row by row over a table that never ends.
///
///     try FollowCheck { $0 is KafkaTable }.check(bound)
///
/// Nothing is kept between rows, so that the query may read one endless table, once, outside of joins; and what asks for all
/// rows before it gives the first one has no place above it.
package struct FollowCheck {
    private let isEndless: (any QueryTable) -> Bool
    /// The common tables in scope, by their numbers.
    private var commons: [Int: BoundCommonTable] = [:]

    /// - Parameter isEndless: whether more rows of a table may come as long as it is read.
    package init(_ isEndless: @escaping (any QueryTable) -> Bool) { self.isEndless = isEndless }

    /// - Parameter query: as it was bound, before anything was pushed down.
    /// - Throws: ``ContinuousRefusal`` with the reason and what to do instead.
    package func check(_ query: BoundQuery) throws {
        let names = streams(of: query)
        guard let first = names.first else {
            throw ContinuousRefusal(
                "Only rows of a Kafka table can be followed, and this query reads none: run it without following.")
        }
        guard names.count == 1 else {
            throw ContinuousRefusal(
                names.contains { $0 != first }
                    ? "The query reads \(first) and \(names.first { $0 != first } ?? first), and rows of one Kafka table "
                        + "can be followed at a time: follow each by itself."
                    : "The query reads \(first) \(names.count) times, and it can be followed only once: run it without "
                        + "following.")
        }
        try walk(query, above: first, isOutermost: true)
    }

    private func walk(_ query: BoundQuery, above table: String, isOutermost: Bool) throws {
        guard query.orderBy.isEmpty else {
            throw ContinuousRefusal(
                "ORDER BY needs the last row of \(table) before it gives the first, and while it is followed there is no "
                    + "last one: leave ORDER BY out, or run the query without following.")
        }
        guard isOutermost || query.limit == nil && query.offset == nil else {
            throw ContinuousRefusal(
                "LIMIT and OFFSET of a subquery can't be followed: write them at the query's end.")
        }
        try knowing(query.with).walk(query.body, above: table)
    }

    private func walk(_ body: BoundBody, above table: String) throws {
        switch body {
        case .values: return
        case .nested(let query): try walk(query, above: table, isOutermost: false)
        case .combined(let operation, _):
            throw ContinuousRefusal(
                "What stands behind \(operation.rawValue) would never come, for the rows of \(table) don't end while they "
                    + "are followed: follow \(table) by itself.")
        case .select(let select): try walk(select, above: table)
        }
    }

    private func walk(_ select: BoundSelect, above table: String) throws {
        guard !select.isGrouped else {
            throw ContinuousRefusal(
                "Groups and aggregates of \(table) are complete only at its end, which never comes while it is followed: "
                    + "CREATE PIPELINE name AS SELECT … GROUP BY … keeps them up to date, and SELECT … FROM name reads "
                    + "them.")
        }
        guard !select.isDistinct else {
            throw ContinuousRefusal(
                "DISTINCT would have to remember every row of \(table) for as long as it is followed: leave it out, or "
                    + "make a pipeline with GROUP BY, which keeps each row once.")
        }
        guard !select.hasWindows else {
            throw ContinuousRefusal(
                "A window function needs rows of \(table) that are still to come: run the query without following.")
        }
        for expression in select.expressions where !streams(in: expression).isEmpty {
            throw ContinuousRefusal(
                "A subquery over \(table) has no answer before the table's end, which never comes while it is followed: "
                    + "read the table in FROM.")
        }
        switch select.from {
        case .source(let source): try walk(source, above: table)
        case .join:
            throw ContinuousRefusal(
                "A join with \(table) can't be followed: CREATE PIPELINE name AS SELECT … joins its rows with tables of the "
                    + "Laminar database as they come.")
        case nil: return
        }
    }

    private func walk(_ source: BoundSource, above table: String) throws {
        switch source.origin {
        case .subquery(let query): try walk(query, above: table, isOutermost: false)
        case .common(let number):
            guard let common = commons[number] else { return }
            guard !common.isRecursive, common.isMaterialized != true else {
                throw ContinuousRefusal(
                    "WITH \(common.name) would have to hold all rows of \(table) before the query goes on: leave "
                        + "\(common.isRecursive ? "RECURSIVE" : "MATERIALIZED") out, or read the table in FROM.")
            }
            try walk(common.query, above: table, isOutermost: false)
        case .scanned, .stored, .series: return
        }
    }

    // MARK: The endless tables below

    private func streams(of query: BoundQuery) -> [String] {
        let inner = knowing(query.with)
        return inner.streams(of: query.body)
            + [query.limit, query.offset].compactMap(\.self).flatMap(inner.streams(in:))
    }

    private func streams(of body: BoundBody) -> [String] {
        switch body {
        case .values(let rows): rows.flatMap { $0.flatMap(streams(in:)) }
        case .combined(_, let bodies): bodies.flatMap(streams(of:))
        case .nested(let query): streams(of: query)
        case .select(let select): streams(of: select.from) + select.expressions.flatMap(streams(in:))
        }
    }

    private func streams(of table: BoundTable?) -> [String] {
        (table?.sources ?? []).flatMap { source -> [String] in
            switch source.origin {
            case .scanned(let table, let name): return isEndless(table) ? [name] : []
            case .subquery(let query): return streams(of: query)
            case .common(let number):
                // One that reads itself is looked at once.
                var outer = self
                return outer.commons.removeValue(forKey: number).map { outer.streams(of: $0.query) } ?? []
            case .stored, .series: return []
            }
        }
    }

    private func streams(in expression: BoundExpression) -> [String] {
        expression.queries.flatMap(streams(of:)) + expression.children.flatMap(streams(in:))
    }

    private func knowing(_ with: [BoundCommonTable]) -> FollowCheck {
        var inner = self
        for common in with { inner.commons[common.id] = common }
        return inner
    }
}
