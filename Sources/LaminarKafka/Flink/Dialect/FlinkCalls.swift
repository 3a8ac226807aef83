internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL

// Function calls, aggregates and windows.
extension FlinkDialect {
    mutating func call(_ call: SQL.FunctionCall, _ scope: FlinkScope) -> FlinkPiece {
        let name = call.name.name
        if !call.orderBy.isEmpty { return refused("\(name)(… ORDER BY …): Flink's aggregates keep no order") }
        guard case .list(let arguments) = call.arguments else {
            guard name == "count" else { return refused("\(name)(*)") }
            return finished("COUNT(*)", .bigint, call, scope)
        }
        if let special = special(name, arguments, scope) { return special }
        if let aggregate = aggregate(name, arguments, call, scope) { return aggregate }
        let pieces = arguments.map { expression($0, scope) }
        switch FlinkFunctions.rule(name, arity: pieces.count) {
        case .named(let flink, let result)?:
            let text = "\(flink)(\(pieces.map(\.text).joined(separator: ", ")))"
            return finished(text, Self.type(result, pieces), call, scope)
        case .pattern(let pattern, _, let result)?:
            // From the last to the first, so that $1 isn't found in $12.
            let text = pieces.indices.reversed().reduce(pattern) {
                $0.replacing("$\($1 + 1)", with: pieces[$1].operand)
            }
            return finished(text, Self.type(result, pieces), call, scope)
        case .refused(let cure)?: return refused("\(name)(): \(cure)")
        case nil:
            let near = SQL.suggestion(for: name, among: FlinkFunctions.names)
            return refused(
                "\(name)() has no counterpart in Flink that is known here"
                    + (near.map { " (did you mean \($0)?)" } ?? "") + ": write the script's line by hand")
        }
    }

    /// Functions whose arguments are more than values.
    private mutating func special(
        _ name: String, _ arguments: [SQL.Expression], _ scope: FlinkScope
    ) -> FlinkPiece? {
        switch name {
        case "date_trunc": return dateTrunc(arguments, scope)
        case "date_part": return datePart(arguments, scope)
        case "coalesce":
            let pieces = arguments.map { expression($0, scope) }
            let type = pieces.lazy.compactMap(\.type).first
            return FlinkPiece("COALESCE(\(pieces.map(\.text).joined(separator: ", ")))", type)
        case "greatest", "least":
            // Flink's own are NULL where any argument is; the greatest of an array passes over NULLs.
            let pieces = arguments.map { expression($0, scope) }
            let function = name == "greatest" ? "ARRAY_MAX" : "ARRAY_MIN"
            let type = pieces.dropFirst().reduce(pieces.first?.type) {
                $0 == $1.type ? $0 : Self.arithmetic(.add, $0, $1.type)
            }
            return FlinkPiece("\(function)(ARRAY[\(pieces.map(\.text).joined(separator: ", "))])", type)
        case "timezone":
            return refused("AT TIME ZONE: instants are UTC in the script; convert them by CONVERT_TZ by hand")
        default: return nil
        }
    }

    // MARK: Aggregates

    private mutating func aggregate(
        _ name: String, _ arguments: [SQL.Expression], _ call: SQL.FunctionCall, _ scope: FlinkScope
    ) -> FlinkPiece? {
        if let cure = FlinkFunctions.refusedAggregates[name] { return refused("\(name)(): \(cure)") }
        let distinct = call.isDistinct ? "DISTINCT " : ""
        if let (flink, result) = FlinkFunctions.aggregates[name] {
            let pieces = arguments.map { expression($0, scope) }
            let text = "\(flink)(\(distinct)\(pieces.map(\.text).joined(separator: ", ")))"
            return finished(text, Self.type(result, pieces), call, scope)
        }
        guard ["sum", "avg"].contains(name) || FlinkFunctions.statistics[name] != nil else { return nil }
        guard let argument = arguments.first, arguments.count == 1 else { return refused("\(name) takes one value") }
        let piece = expression(argument, scope)
        if let flink = FlinkFunctions.statistics[name] {
            return finished("\(flink)(\(distinct)CAST(\(piece.text) AS DOUBLE))", .double, call, scope)
        }
        guard let (operand, result) = Self.widened(name, piece) else {
            return refused(
                "\(name)(\(piece.text)): the argument's type isn't known here, and Flink's \(name) would round as it is: "
                    + "CAST it")
        }
        return finished("\(name.uppercased())(\(distinct)\(operand))", result, call, scope)
    }

    /// The argument such that Flink's result has PostgreSQL's type: a sum of INT is BIGINT, an average has a fraction.
    private static func widened(_ name: String, _ piece: FlinkPiece) -> (text: String, type: ColumnType)? {
        func cast(_ type: ColumnType) -> (String, ColumnType)? {
            FlinkType.inQuery(type).map { ("CAST(\(piece.text) AS \($0))", type) }
        }
        let digits = FunctionCatalog.quotientScale
        switch (name, piece.type) {
        case (_, .real?), (_, .double?): return piece.type == .double ? (piece.text, .double) : cast(.double)
        case ("sum", .smallint?), ("sum", .int?): return cast(.bigint)
        case ("sum", .bigint?): return cast(.decimal(precision: 38, scale: 0))
        case ("sum", .decimal(_, let scale)?): return cast(.decimal(precision: 38, scale: scale))
        case ("avg", .smallint?), ("avg", .int?), ("avg", .bigint?): return cast(.decimal(precision: 38, scale: digits))
        case ("avg", .decimal(_, let scale)?): return cast(.decimal(precision: 38, scale: max(digits, scale)))
        default: return nil
        }
    }

    private static func type(_ result: FlinkFunctions.Result, _ pieces: [FlinkPiece]) -> ColumnType? {
        switch result {
        case .type(let type): type
        case .firstArgument: pieces.first?.type
        case .unknown: nil
        }
    }

    // MARK: FILTER and OVER

    private mutating func finished(
        _ text: String, _ type: ColumnType?, _ call: SQL.FunctionCall, _ scope: FlinkScope
    ) -> FlinkPiece {
        var text = text
        if let filter = call.filter { text += " FILTER (WHERE \(expression(filter, scope).text))" }
        switch call.over {
        case nil: break
        case .named(let window)?: text += " OVER \(FlinkText.name(window.name))"
        case .window(let window)?: text += " OVER (\(self.window(window, scope)))"
        }
        return FlinkPiece(text, type)
    }

    mutating func window(_ window: SQL.Window, _ scope: FlinkScope) -> String {
        var parts: [String] = []
        if let base = window.base { parts.append(FlinkText.name(base.name)) }
        if !window.partitionBy.isEmpty { parts.append("PARTITION BY \(list(window.partitionBy, scope))") }
        if !window.orderBy.isEmpty { parts.append("ORDER BY \(order(window.orderBy, scope))") }
        if let frame = window.frame {
            if frame.unit == .groups { findings.refuse("a frame in GROUPS: Flink has ROWS and RANGE") }
            if frame.exclusion != nil { findings.refuse("EXCLUDE in a frame: Flink has none") }
            var text = frame.unit.rawValue
            if let end = frame.end {
                text += " BETWEEN \(bound(frame.start, scope)) AND \(bound(end, scope))"
            } else {
                text += " \(bound(frame.start, scope))"
            }
            parts.append(text)
        }
        return parts.joined(separator: " ")
    }

    private mutating func bound(_ bound: SQL.WindowFrame.Bound, _ scope: FlinkScope) -> String {
        switch bound {
        case .unboundedPreceding: "UNBOUNDED PRECEDING"
        case .preceding(let distance): "\(expression(distance, scope).operand) PRECEDING"
        case .currentRow: "CURRENT ROW"
        case .following(let distance): "\(expression(distance, scope).operand) FOLLOWING"
        case .unboundedFollowing: "UNBOUNDED FOLLOWING"
        }
    }

    /// PostgreSQL puts NULL above all values, Flink below, so the script says where.
    mutating func order(_ items: [SQL.OrderItem], _ scope: FlinkScope, aliases: Set<String> = []) -> String {
        items.map { item in
            let text: String
            if case .column(let name) = item.expression, name.parts.count == 1, aliases.contains(name.name) {
                text = FlinkText.name(name.name)
            } else {
                text = expression(item.expression, scope).text
            }
            let nullsFirst = item.nullsFirst ?? item.isDescending
            return "\(text)\(item.isDescending ? " DESC" : "") NULLS \(nullsFirst ? "FIRST" : "LAST")"
        }.joined(separator: ", ")
    }
}
