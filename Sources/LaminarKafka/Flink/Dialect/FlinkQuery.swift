internal import LaminarFormats
internal import LaminarSQL

/// A translated query with the columns of its result; nil where they aren't known.
struct FlinkSelection {
    let text: String
    let columns: [FlinkRelation.Column]?
}

// Queries: WITH, SELECT, set operations.
extension FlinkDialect {
    /// - Parameters:
    ///   - scope: the names around a subquery.
    ///   - names: what the columns are to be called, where a WITH or an alias says so.
    mutating func query(_ query: SQL.Query, _ scope: FlinkScope = FlinkScope()) -> FlinkSelection {
        let outer = common
        defer { common = outer }
        var text = ""
        if let with = query.with {
            if with.isRecursive { findings.refuse("WITH RECURSIVE: Flink has none") }
            let tables = with.tables.map { table -> String in
                let inner = self.query(table.query, scope)
                let columns = Self.renamed(inner.columns, table.columns)
                common[table.name.name] = FlinkRelation(name: table.name.name, columns: columns)
                return "\(FlinkText.name(table.name.name))\(Self.names(table.columns)) AS (\n\(inner.text)\n)"
            }
            text = "WITH \(tables.joined(separator: ",\n"))\n"
        }
        let (body, inner) = self.body(query.body, scope)
        text += body.text
        if !query.orderBy.isEmpty {
            // ORDER BY sees the result's names first, then the tables'.
            let aliases = Set(body.columns?.map(\.name) ?? [])
            text += "\nORDER BY \(order(query.orderBy, inner ?? scope, aliases: aliases))"
        }
        if let limit = query.limit { text += "\nLIMIT \(expression(limit, scope).text)" }
        if let offset = query.offset {
            text += "\nOFFSET \(expression(offset, scope).text)\(query.limit == nil ? " ROWS" : "")"
        }
        return FlinkSelection(text: text, columns: body.columns)
    }

    private mutating func body(_ body: SQL.QueryBody, _ scope: FlinkScope) -> (FlinkSelection, FlinkScope?) {
        switch body {
        case .select(let select): return self.select(select, scope)
        case .nested(let query):
            let inner = self.query(query, scope)
            return (FlinkSelection(text: "(\(inner.text))", columns: inner.columns), nil)
        case .values(let rows):
            let texts = rows.map { "(\(list($0, scope)))" }
            let types = rows.first?.map { expression($0, scope).type } ?? []
            let columns = types.enumerated().map {
                FlinkRelation.Column(name: "column\($0.offset + 1)", type: $0.element)
            }
            return (FlinkSelection(text: "VALUES \(texts.joined(separator: ", "))", columns: columns), nil)
        case .combined(let operation, let bodies):
            let parts = bodies.map { part -> FlinkSelection in
                let (selection, _) = self.body(part, scope)
                guard case .combined = part else { return selection }
                return FlinkSelection(text: "(\(selection.text))", columns: selection.columns)
            }
            return (
                FlinkSelection(
                    text: parts.map(\.text).joined(separator: "\n\(operation.rawValue)\n"),
                    columns: parts.first?.columns),
                nil
            )
        }
    }

    // MARK: SELECT

    private mutating func select(_ select: SQL.Select, _ outer: FlinkScope) -> (FlinkSelection, FlinkScope?) {
        var relations: [FlinkRelation] = []
        let from = select.from.map { reference($0, outer, &relations) }
        let scope = outer.inner(relations)
        var columns: [FlinkRelation.Column]? = []
        var names: Set<String> = []
        let items = select.items.map { item(item: $0, scope, &columns, &names) }
        var text = "SELECT \(select.isDistinct ? "DISTINCT " : "")\(items.joined(separator: ", "))"
        if !from.isEmpty { text += "\nFROM \(from.joined(separator: ", "))" }
        if let condition = select.condition { text += "\nWHERE \(expression(condition, scope).text)" }
        if !select.groupBy.isEmpty {
            let keys = select.groupBy.map { expression(Self.grouped($0, select.items, scope), scope).text }
            text += "\nGROUP BY \(keys.joined(separator: ", "))"
        }
        if let having = select.having { text += "\nHAVING \(expression(having, scope).text)" }
        if !select.windows.isEmpty {
            let windows = select.windows.map { "\(FlinkText.name($0.name.name)) AS (\(window($0.window, scope)))" }
            text += "\nWINDOW \(windows.joined(separator: ", "))"
        }
        return (FlinkSelection(text: text, columns: columns), scope)
    }

    /// What a place or an alias in GROUP BY stands for, which Flink doesn't know there.
    private static func grouped(
        _ key: SQL.Expression, _ items: [SQL.SelectItem], _ scope: FlinkScope
    ) -> SQL.Expression {
        switch key {
        case .literal(.number(let digits), _):
            guard let place = Int(digits), items.indices.contains(place - 1),
                case .expression(let expression, _) = items[place - 1]
            else { return key }
            return expression
        case .column(let name) where name.parts.count == 1 && scope.find(name) == nil:
            for case .expression(let expression, let alias?) in items where alias.name == name.name {
                return expression
            }
            return key
        default: return key
        }
    }

    /// - Parameter names: those that are taken; a view of Flink's has no two columns of one name.
    private mutating func item(
        item: SQL.SelectItem, _ scope: FlinkScope, _ columns: inout [FlinkRelation.Column]?, _ names: inout Set<String>
    ) -> String {
        switch item {
        case .all:
            let all = scope.relations.map(\.columns)
            names.formUnion(all.compactMap { $0 }.joined().map(\.name))
            columns = all.contains { $0 == nil } ? nil : columns.map { $0 + all.compactMap { $0 }.flatMap { $0 } }
            return "*"
        case .allOf(let table):
            let relation = scope.relations.first { $0.name == table.name }
            names.formUnion(relation?.columns?.map(\.name) ?? [])
            columns = relation?.columns.flatMap { added in columns.map { $0 + added } }
            return table.parts.map { FlinkText.name($0.name) }.joined(separator: ".") + ".*"
        case .expression(let expression, let alias):
            let piece = self.expression(expression, scope)
            let own = alias?.name ?? Self.name(of: expression)
            let name = Self.free(own, &names)
            columns?.append(
                FlinkRelation.Column(name: name, type: piece.type, isHeaders: isHeaders(expression, scope)))
            // Flink would call it EXPR$0.
            if alias == nil, name == own, case .column(let column) = expression, column.parts.count == 1 {
                return piece.text
            }
            return "\(piece.text) AS \(FlinkText.name(name))"
        }
    }

    /// The name, or with a number behind it where it is taken.
    private static func free(_ name: String, _ names: inout Set<String>) -> String {
        var free = name
        var number = 2
        while !names.insert(free).inserted {
            free = "\(name)_\(number)"
            number += 1
        }
        return free
    }

    /// The name that PostgreSQL gives a column without an alias.
    static func name(of expression: SQL.Expression) -> String {
        switch expression {
        case .column(let name): name.parts.last?.name ?? "?column?"
        case .field(_, let field): field.name
        case .function(let call): call.name.name
        case .cast(let value, let type):
            switch value {
            case .literal: type.sql().lowercased()
            default: name(of: value)
            }
        case .extract: "extract"
        case .caseWhen: "case"
        case .exists: "exists"
        case .array: "array"
        case .row: "row"
        default: "?column?"
        }
    }

    // MARK: FROM

    private mutating func reference(
        _ reference: SQL.TableReference, _ scope: FlinkScope, _ relations: inout [FlinkRelation]
    ) -> String {
        var text = factor(reference.table, scope, &relations)
        for join in reference.joins {
            let natural = join.constraint == .natural ? "NATURAL " : ""
            let kind = join.kind.rawValue.replacing("FULL JOIN", with: "FULL OUTER JOIN")
            text += "\n\(natural)\(kind) \(factor(join.table, scope, &relations))"
            switch join.constraint {
            case .none, .natural: break
            case .on(let condition): text += " ON \(expression(condition, scope.inner(relations)).text)"
            case .using(let columns): text += " USING \(Self.names(columns).drop { $0 == " " })"
            }
        }
        return text
    }

    private mutating func factor(
        _ factor: SQL.TableFactor, _ scope: FlinkScope, _ relations: inout [FlinkRelation]
    ) -> String {
        switch factor {
        case .table(let name, let alias):
            let relation = relation(name)
            let shown = alias?.name.name ?? relation.name
            relations.append(
                FlinkRelation(name: shown, columns: Self.renamed(relation.columns, alias?.columns ?? [])))
            return FlinkText.name(relation.name) + Self.alias(alias)
        case .subquery(let query, let alias):
            let inner = self.query(query, scope)
            relations.append(
                FlinkRelation(
                    name: alias?.name.name ?? "", columns: Self.renamed(inner.columns, alias?.columns ?? [])))
            return "(\n\(inner.text)\n)\(Self.alias(alias))"
        case .function(let call, _):
            return refused("\(call.name.name)(…) as a table: Flink has another one; write a table of the values").text
        case .nested(let reference):
            return "(\(self.reference(reference, scope, &relations)))"
        }
    }

    private mutating func relation(_ name: SQL.ObjectName) -> FlinkRelation {
        if name.parts.count == 1, let known = common[name.name] ?? tables[name.name] { return known }
        if name.parts.first?.name == "system" {
            findings.refuse("\(name.name) is Laminar's own: watch Flink's metrics instead")
        } else {
            findings.refuse(
                "\(name.name) isn't a table over a topic or an impulse, nor a pipeline: write what a local table holds to a "
                    + "topic, and read that")
        }
        return FlinkRelation(name: name.name, columns: nil)
    }

    private static func alias(_ alias: SQL.TableAlias?) -> String {
        alias.map { " AS \(FlinkText.name($0.name.name))\(names($0.columns))" } ?? ""
    }

    private static func names(_ names: [SQL.Identifier]) -> String {
        names.isEmpty ? "" : " (\(names.map { FlinkText.name($0.name) }.joined(separator: ", ")))"
    }

    private static func renamed(
        _ columns: [FlinkRelation.Column]?, _ names: [SQL.Identifier]
    ) -> [FlinkRelation.Column]? {
        guard let columns else { return nil }
        return columns.enumerated().map { index, column in
            guard index < names.count else { return column }
            return FlinkRelation.Column(name: names[index].name, type: column.type, isHeaders: column.isHeaders)
        }
    }
}
