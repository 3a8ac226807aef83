import LaminarFormats
import LaminarSQL

/// Queries in SQLite's text: WITH, set operations, ORDER BY, LIMIT.
extension Translator {
    /// The whole statement: the query behind the scans whose rows are kept.
    func statement(_ query: BoundQuery) -> String {
        let body = body(of: query)
        let commons = commons(query.with)
        return with(keptScans + commons, query.with) + body
    }

    func text(of query: BoundQuery) -> String {
        // The body first: where it names a common table decides how that one is written.
        let body = body(of: query)
        return with(commons(query.with), query.with) + body
    }

    private func body(of query: BoundQuery) -> String {
        if case .select(let select) = query.body {
            return text(of: select, orderBy: query.orderBy) + limit(query)
        }
        return text(of: query.body) + order(query.orderBy) + limit(query)
    }

    private func with(_ texts: [String], _ tables: [BoundCommonTable]) -> String {
        if texts.isEmpty { return "" }
        return "WITH \(tables.contains(where: \.isRecursive) ? "RECURSIVE " : "")\(texts.joined(separator: ", ")) "
    }

    /// From the last to the first, since a table is named by those behind it.
    private func commons(_ tables: [BoundCommonTable]) -> [String] {
        var texts: [String] = []
        for table in tables.reversed() {
            let uses = commonUses[table.id]
            let isKept = uses.map { $0.isKept || $0.count > 1 } ?? false
            let outer = streams
            // What is kept is computed once, wherever it is named; a recursive part isn't.
            streams = streams && !table.isRecursive && !(isKept && table.isMaterialized == false)
            let columns = table.query.columns.indices.map { "c\($0)" }.joined(separator: ", ")
            let hint =
                switch (table.isRecursive, table.isMaterialized, isKept) {
                case (true, _, _): ""
                case (_, false?, _): "NOT MATERIALIZED "
                case (_, true?, _), (_, nil, true): "MATERIALIZED "
                case (_, nil, false): ""
                }
            texts.append("t\(table.id)(\(columns)) AS \(hint)(\(outside { text(of: table.query) }))")
            streams = outer
        }
        return texts.reversed()
    }

    /// What is written inside has keys of its own.
    func outside(_ write: () -> String) -> String {
        let around = keys
        defer { keys = around }
        keys = []
        return write()
    }

    /// What is written inside is read more than once, or in an order of SQLite's.
    func kept(_ write: () -> String) -> String {
        let around = streams
        defer { streams = around }
        streams = false
        return write()
    }

    /// LIMIT NULL is no limit, and OFFSET NULL none.
    private func limit(_ query: BoundQuery) -> String {
        let limit = query.limit.flatMap(number)
        let offset = query.offset.flatMap(number)
        if limit == nil, offset == nil { return "" }
        return " LIMIT \(limit ?? -1)" + (offset.map { " OFFSET \($0)" } ?? "")
    }

    private func number(_ expression: BoundExpression) -> Int64? {
        if case .bigint(let number) = expression.constantValue { return number }
        return nil
    }

    // MARK: Bodies

    func text(of body: BoundBody) -> String {
        switch body {
        case .select(let select): text(of: select, orderBy: [])
        case .values(let rows): text(of: rows)
        case .combined(let operation, let bodies): text(of: operation, bodies)
        case .nested(let query): "SELECT * FROM (\(outside { text(of: query) }))"
        }
    }

    /// SQLite names the columns of VALUES column1, column2, …
    private func text(of rows: [[BoundExpression]]) -> String {
        let texts = rows.map { row in "(\(row.map { text(of: $0) }.joined(separator: ", ")))" }
        let names = (0..<(rows.first?.count ?? 0)).map { "column\($0 + 1) AS c\($0)" }
        return "SELECT \(names.joined(separator: ", ")) FROM (VALUES \(texts.joined(separator: ", ")))"
    }

    private func text(of operation: SQL.SetOperation, _ bodies: [BoundBody]) -> String {
        let parts = bodies.map { body in
            if case .combined = body { "SELECT * FROM (\(text(of: body)))" } else { text(of: body) }
        }
        switch operation {
        case .union, .unionAll, .intersect, .except:
            guard let types = intervals(of: bodies), operation == .union else {
                return parts.joined(separator: " \(operation.rawValue) ")
            }
            return distinct(parts.joined(separator: " UNION ALL "), types)
        case .intersectAll: return counted("INTERSECT", parts, bodies)
        case .exceptAll: return counted("EXCEPT", parts, bodies)
        }
    }

    /// Equal rows are numbered, so that the set operation counts them.
    private func counted(_ operation: String, _ parts: [String], _ bodies: [BoundBody]) -> String {
        let count = bodies.first.map(width) ?? 0
        let columns = (0..<count).map { "c\($0)" }.joined(separator: ", ")
        func numbered(_ part: String) -> String {
            "SELECT \(columns), row_number() OVER (PARTITION BY \(columns)) AS n FROM (\(part))"
        }
        return parts.dropFirst().reduce(parts[0]) { left, right in
            "SELECT \(columns) FROM (\(numbered(left)) \(operation) \(numbered(right)))"
        }
    }

    private func width(_ body: BoundBody) -> Int {
        switch body {
        case .select(let select): select.items.count
        case .values(let rows): rows.first?.count ?? 0
        case .combined(_, let bodies): bodies.first.map(width) ?? 0
        case .nested(let query): query.columns.count
        }
    }

    /// Whether each column is an INTERVAL, whose equal values may be stored differently; nil where none is.
    private func intervals(of bodies: [BoundBody]) -> [Bool]? {
        guard let first = bodies.first else { return nil }
        let flags = isInterval(first)
        return flags.contains(true) ? flags : nil
    }

    private func isInterval(_ body: BoundBody) -> [Bool] {
        switch body {
        case .select(let select): select.items.map { $0.expression.type == .interval }
        case .values(let rows): (rows.first ?? []).map { $0.type == .interval }
        case .combined(_, let bodies): bodies.first.map(isInterval) ?? []
        case .nested(let query): query.columns.map { $0.type == .interval }
        }
    }

    /// One row of each that are equal.
    func distinct(_ text: String, _ isInterval: [Bool]) -> String {
        let columns = isInterval.indices.map { "c\($0)" }
        let keys = zip(columns, isInterval).map { $1 ? FunctionCatalog.intervalKey($0) : $0 }
        return "SELECT \(columns.joined(separator: ", ")) FROM (\(text)) GROUP BY \(keys.joined(separator: ", "))"
    }

    // MARK: ORDER BY

    func order(_ keys: [BoundOrder]) -> String {
        let texts = keys.compactMap { key in
            // A constant orders nothing, and SQLite would take an integer for the number of a column.
            if let expression = key.expression, expression.constantValue != nil { return nil as String? }
            return text(of: key)
        }
        return texts.isEmpty ? "" : " ORDER BY " + texts.joined(separator: ", ")
    }

    func text(of key: BoundOrder) -> String {
        let value =
            switch key.key {
            case .output(let index): String(index + 1)
            case .expression(let expression): keyText(of: expression)
            }
        return value + (key.isDescending ? " DESC" : "") + (key.nullsFirst ? " NULLS FIRST" : " NULLS LAST")
    }
}
