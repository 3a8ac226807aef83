package import LaminarSQL

/// Reads a query's syntax for what a pipeline can't do, so that the refusal has a place in the text.
///
///     try ContinuousCheck { name in catalog.role(of: name) }.check(query)
///
/// A pipeline reads one Kafka table, once, row by row: filters, expressions, joins with tables of the Laminar database, and
/// at the outermost level GROUP BY. Names that the check doesn't know are left to the binder.
package struct ContinuousCheck {
    private let role: (SQL.ObjectName) throws -> StreamRole?

    package init(_ role: @escaping (SQL.ObjectName) throws -> StreamRole?) { self.role = role }

    /// The streams of the common tables that are in scope.
    private typealias Scope = [String: [SQL.ObjectName]]

    /// - Throws: ``ContinuousRefusal``, or what the lookup of a name throws.
    package func check(_ query: SQL.Query) throws {
        let streams = try self.streams(of: query, [:], isOutermost: true)
        guard let first = streams.first else {
            throw ContinuousRefusal(
                "A pipeline needs a Kafka table to read from, and this query has none: run it with query(…) instead.")
        }
        guard streams.count == 1 else {
            throw ContinuousRefusal(
                "A pipeline reads one Kafka table, once: a join or union of \(first.name) with \(streams[1].name) would "
                    + "have to keep every row of both. Make a pipeline for each, and join what they keep with SELECT.",
                at: streams[1].position)
        }
    }

    // MARK: Queries

    /// The Kafka tables below a query, as often as they are read.
    private func streams(of query: SQL.Query, _ outer: Scope, isOutermost: Bool) throws -> [SQL.ObjectName] {
        var scope = outer
        for table in query.with?.tables ?? [] {
            let streams = try self.streams(of: table.query, scope, isOutermost: false)
            if query.with?.isRecursive == true, let stream = streams.first {
                throw ContinuousRefusal(
                    "A recursive query over the Kafka table \(stream.name) would never end.", at: table.name.position)
            }
            scope[table.name.name] = streams
        }
        let (streams, isGrouped) = try self.streams(of: query.body, scope, isOutermost: isOutermost)
        guard !streams.isEmpty else { return [] }
        try refuseOrder(query, isGrouped: isGrouped && isOutermost)
        return streams
    }

    private func refuseOrder(_ query: SQL.Query, isGrouped: Bool) throws {
        if let item = query.orderBy.first, query.limit == nil || !isGrouped {
            throw ContinuousRefusal(
                isGrouped
                    ? "ORDER BY without LIMIT has no meaning in a pipeline, whose groups go on changing: leave it out, and "
                        + "write it into the SELECT that reads the pipeline."
                    : "ORDER BY has no meaning in a pipeline: its rows never end, so there is no first one. Leave it out.",
                at: item.expression.firstPosition)
        }
        guard !isGrouped, let limit = query.limit ?? query.offset else { return }
        throw ContinuousRefusal(
            "LIMIT and OFFSET have no meaning in a pipeline, which reads on as long as it runs: leave them out, or read "
                + "the table with SELECT.", at: limit.firstPosition)
    }

    private func streams(
        of body: SQL.QueryBody, _ scope: Scope, isOutermost: Bool
    ) throws -> (streams: [SQL.ObjectName], isGrouped: Bool) {
        switch body {
        case .values: return ([], false)
        case .nested(let query): return (try streams(of: query, scope, isOutermost: isOutermost), false)
        case .combined(let operation, let bodies):
            let streams = try bodies.flatMap { try self.streams(of: $0, scope, isOutermost: false).streams }
            guard let first = streams.first else { return ([], false) }
            throw ContinuousRefusal(
                "\(operation.rawValue) has no meaning in a pipeline: make a pipeline for each of its parts.",
                at: first.position)
        case .select(let select):
            return (try streams(of: select, scope, isOutermost: isOutermost), select.isGrouped)
        }
    }

    private func streams(
        of select: SQL.Select, _ scope: Scope, isOutermost: Bool
    ) throws -> [SQL.ObjectName] {
        for expression in select.allExpressions {
            for query in expression.subqueries {
                guard let stream = try streams(of: query, scope, isOutermost: false).first else { continue }
                throw ContinuousRefusal(
                    "A subquery over the Kafka table \(stream.name) would have to be answered anew for every row: read "
                        + "it in FROM.", at: stream.position)
            }
        }
        let streams = try select.from.flatMap { try self.streams(of: $0, scope) }
        guard let stream = streams.first else { return [] }
        if select.isDistinct {
            throw ContinuousRefusal(
                "DISTINCT would have to remember every row that it has seen: write GROUP BY with the same columns, which "
                    + "keeps each of them once.", at: select.items.first?.firstPosition)
        }
        for expression in select.allExpressions {
            guard let window = expression.firstWindowCall else { continue }
            throw ContinuousRefusal(
                "\(window.name.name)(…) OVER has no meaning in a pipeline: a window needs rows that are still to come. "
                    + "Keep groups with GROUP BY, and use the window in the SELECT that reads the pipeline.",
                at: window.name.position)
        }
        if select.isGrouped, !isOutermost {
            throw ContinuousRefusal(
                "The groups of a pipeline can't be queried inside of it: make GROUP BY the pipeline's own, and put what "
                    + "stands around it into the SELECT that reads the pipeline.", at: stream.position)
        }
        return streams
    }

    // MARK: FROM

    private func streams(of reference: SQL.TableReference, _ scope: Scope) throws -> [SQL.ObjectName] {
        var streams = try self.streams(of: reference.table, scope)
        for join in reference.joins {
            let right = try self.streams(of: join.table, scope)
            let refused: SQL.ObjectName? =
                switch join.kind {
                case .inner, .cross: nil
                case .left: right.first
                case .right: streams.first
                case .full: right.first ?? streams.first
                }
            if let refused {
                throw ContinuousRefusal(
                    "\(join.kind.rawValue) keeps rows that have no partner in \(refused.name), and a partner may still "
                        + "come: only rows of the Kafka table itself can be kept without one.", at: refused.position)
            }
            streams += right
        }
        return streams
    }

    private func streams(of factor: SQL.TableFactor, _ scope: Scope) throws -> [SQL.ObjectName] {
        switch factor {
        case .subquery(let query, _): return try streams(of: query, scope, isOutermost: false)
        case .function: return []
        case .nested(let reference): return try streams(of: reference, scope)
        case .table(let name, _):
            if name.parts.count == 1, let streams = scope[name.name] { return streams }
            switch try role(name) {
            case .stream: return [name]
            case .table, nil: return []
            case .pipeline:
                throw ContinuousRefusal(
                    "\(name.name) is a pipeline, and a pipeline reads a Kafka table: let it write to one with INSERT "
                        + "INTO, and read that.", at: name.position)
            case .system:
                throw ContinuousRefusal(
                    "\(name.name) is looked at, not read as rows come: use it in a SELECT of its own.",
                    at: name.position)
            case .sink:
                throw ContinuousRefusal("\(name.name) is a table that is written, not read.", at: name.position)
            }
        }
    }
}

extension SQL.Select {
    /// Whether rows are grouped.
    fileprivate var isGrouped: Bool {
        !groupBy.isEmpty || having != nil || allExpressions.contains { $0.containsAggregate }
    }

    fileprivate var allExpressions: [SQL.Expression] {
        items.compactMap { item in if case .expression(let expression, _) = item { expression } else { nil } }
            + [condition, having].compactMap { $0 } + groupBy
    }
}

extension SQL.SelectItem {
    fileprivate var firstPosition: SQL.Position? {
        switch self {
        case .all: nil
        case .allOf(let name): name.position
        case .expression(let expression, let alias): expression.firstPosition ?? alias?.position
        }
    }
}
