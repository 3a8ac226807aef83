import LaminarFormats
import LaminarSQL

/// Aggregates and functions with OVER in SQLite's text.
extension Translator {
    func text(of call: BoundAggregate, _ type: ColumnType) -> String {
        let name = call.function.sqlName(of: call.arguments.map(\.argument), giving: type)
        if call.function.takesStar, call.arguments.isEmpty { return "\(name)(*)" + filter(call.filter) }
        if call.function.takesOrder { return ordered(call, name) + filter(call.filter) }
        let arguments =
            call.isDistinct
            ? "DISTINCT " + call.arguments.map { keyText(of: $0) }.joined(separator: ", ")
            : list(call.arguments)
        return "\(name)(\(arguments))" + filter(call.filter)
    }

    /// DISTINCT and ORDER BY are told to the function in an argument of its own.
    private func ordered(_ call: BoundAggregate, _ name: String) -> String {
        let specification = AggregateFunction.orderSpecification(
            isDistinct: call.isDistinct, keys: call.orderBy.map { ($0.isDescending, $0.nullsFirst) })
        let keys = call.orderBy.compactMap(\.expression).map { keyText(of: $0) }
        let arguments = call.arguments.map { text(of: $0) } + [bind(specification)] + keys
        return "\(name)(\(arguments.joined(separator: ", ")))"
    }

    private func filter(_ condition: BoundExpression?) -> String {
        condition.map { " FILTER (WHERE \(text(of: $0)))" } ?? ""
    }

    func text(of call: BoundWindowCall, _ type: ColumnType) -> String {
        let name = call.function.sqlName(of: call.arguments.map(\.argument), giving: type)
        let isStar = call.function.takesStar && call.arguments.isEmpty
        var arguments = call.arguments.map { text(of: $0) }
        if call.function.takesOrder { arguments.append(bind("")) }
        let written = isStar ? "*" : arguments.joined(separator: ", ")
        return "\(name)(\(written))\(filter(call.filter)) OVER (\(text(of: call.window)))"
    }

    private func text(of window: BoundWindow) -> String {
        var parts: [String] = []
        if !window.partitionBy.isEmpty {
            parts.append("PARTITION BY " + window.partitionBy.map { keyText(of: $0) }.joined(separator: ", "))
        }
        if !window.orderBy.isEmpty {
            parts.append("ORDER BY " + window.orderBy.map { text(of: $0) }.joined(separator: ", "))
        }
        if let frame = window.frame {
            var text = "\(frame.unit.rawValue) BETWEEN \(bound(frame.start)) AND \(bound(frame.end))"
            if let exclusion = frame.exclusion { text += " EXCLUDE \(exclusion.rawValue)" }
            parts.append(text)
        }
        return parts.joined(separator: " ")
    }

    private func bound(_ bound: BoundWindow.Bound) -> String {
        switch bound {
        case .unboundedPreceding: "UNBOUNDED PRECEDING"
        case .preceding(let distance): "\(text(of: distance)) PRECEDING"
        case .currentRow: "CURRENT ROW"
        case .following(let distance): "\(text(of: distance)) FOLLOWING"
        case .unboundedFollowing: "UNBOUNDED FOLLOWING"
        }
    }
}
