internal import LaminarFormats
internal import LaminarSQL

/// A pipeline as a view, or as an INSERT into a sink.
struct FlinkPipeline {
    let name: String
    /// `CREATE VIEW …` or `INSERT INTO …`, without a semicolon.
    let statement: String
    /// The columns of a view.
    let relation: FlinkRelation?

    /// - Parameters:
    ///   - sinks: the tables that can be written to, by name.
    static func exporting(
        _ pipeline: SQL.CreatePipeline, sinks: [String: FlinkTable], _ dialect: inout FlinkDialect
    ) -> FlinkPipeline {
        let name = pipeline.name.name
        dialect.findings.subject = "pipeline \(name)"
        switch pipeline.body {
        case .select(let query):
            let selection = dialect.query(query)
            return FlinkPipeline(
                name: name, statement: "CREATE VIEW \(FlinkText.name(name)) AS\n\(selection.text)",
                relation: FlinkRelation(name: name, columns: selection.columns))
        case .insert(let insert):
            return FlinkPipeline(name: name, statement: self.insert(insert, sinks, &dialect), relation: nil)
        }
    }

    private static func insert(
        _ insert: SQL.Insert, _ sinks: [String: FlinkTable], _ dialect: inout FlinkDialect
    ) -> String {
        guard let sink = sinks[insert.table.name], sink.isSink else {
            dialect.findings.refuse(
                "INSERT INTO \(insert.table.name): Flink writes to a table over a sink; write local rows to a topic")
            return ""
        }
        if insert.source.makesGroups {
            dialect.findings.refuse(
                "INSERT of groups that change: Flink's kafka sink takes new rows only; make the topic an upsert-kafka table "
                    + "with a primary key in the script, or write without GROUP BY and DISTINCT")
        }
        let targets =
            insert.columns.isEmpty
            ? sink.writable
            : insert.columns.compactMap { column in sink.writable.first { $0.name == column.name } }
        let selection = dialect.query(insert.source)
        let list = targets.map { FlinkText.name($0.name) }.joined(separator: ", ")
        let head = "INSERT INTO \(FlinkText.name(sink.name)) (\(list))\n"
        guard let columns = selection.columns, columns.count == targets.count,
            zip(columns, targets).contains(where: { $0.type != $1.type })
        else { return head + selection.text }
        // PostgreSQL casts what is assigned; Flink casts only what loses nothing.
        let items = zip(columns.indices, targets).map { index, target in
            let piece = FlinkPiece("`c\(index + 1)`", columns[index].type)
            guard piece.type != target.type else { return piece.text }
            guard piece.type != nil else {
                return FlinkType.inQuery(target.type).map { "CAST(\(piece.text) AS \($0))" } ?? piece.text
            }
            return dialect.cast(piece, to: target.type).text
        }
        let names = columns.indices.map { "`c\($0 + 1)`" }.joined(separator: ", ")
        return head + "SELECT \(items.joined(separator: ", "))\nFROM (\n\(selection.text)\n) AS `q` (\(names))"
    }
}

extension SQL.CreatePipeline {
    /// Whether its rows change as more come in.
    var makesGroups: Bool {
        switch body {
        case .select(let query): query.makesGroups
        case .insert(let insert): insert.source.makesGroups
        }
    }

    /// Whether a table stands behind a FROM of it.
    func reads(_ table: String) -> Bool {
        switch body {
        case .select(let query): query.relations.contains(table)
        case .insert(let insert): insert.source.relations.contains(table)
        }
    }
}

extension SQL.Query {
    /// Whether rows of the result change as more come in: groups, distinct rows, the top of an order.
    fileprivate var makesGroups: Bool { body.makesGroups || !orderBy.isEmpty && limit != nil }
}

extension SQL.QueryBody {
    fileprivate var makesGroups: Bool {
        switch self {
        case .select(let select):
            select.isDistinct || !select.groupBy.isEmpty || select.having != nil
                || select.items.contains {
                    if case .expression(.function(let call), _) = $0 {
                        call.over == nil
                            && (FlinkFunctions.aggregates[call.name.name] != nil
                                || ["sum", "avg"].contains(call.name.name)
                                || FlinkFunctions.statistics[call.name.name] != nil)
                    } else {
                        false
                    }
                }
                || select.from.contains { $0.makesGroups }
        case .values: false
        case .combined(let operation, let bodies): operation != .unionAll || bodies.contains(where: \.makesGroups)
        case .nested(let query): query.makesGroups
        }
    }
}

extension SQL.TableReference {
    fileprivate var makesGroups: Bool {
        if case .subquery(let query, _) = table { query.makesGroups } else { false }
    }
}
