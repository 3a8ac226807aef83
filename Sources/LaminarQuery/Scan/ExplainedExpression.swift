import LaminarFormats
import LaminarSQL

/// A bound expression as EXPLAIN shows it: SQL again, with what was implied written out.
struct ExplainedExpression {
    /// The names of each source's columns.
    let columns: [Int: [String]]
    /// What stands for the keys of a GROUP BY.
    var keys: [String] = []

    func text(_ expression: BoundExpression) -> String { text(expression, inside: false) }

    private func text(_ expression: BoundExpression, inside: Bool) -> String {
        func grouped(_ text: String) -> String { inside ? "(\(text))" : text }
        func part(_ expression: BoundExpression) -> String { text(expression, inside: true) }
        switch expression.kind {
        case .constant(let value), .parameter(_, let value): return literal(value)
        case .now: return "NOW()"
        case .column(let reference):
            let names = columns[reference.source] ?? []
            return names.indices.contains(reference.column) ? names[reference.column] : "?"
        case .key(let number): return keys.indices.contains(number) ? keys[number] : "?"
        case .and(let operands): return grouped(operands.map(condition).joined(separator: " AND "))
        case .or(let operands): return grouped(operands.map(condition).joined(separator: " OR "))
        case .not(let operand): return grouped("NOT \(part(operand))")
        case .compare(let comparison, let left, let right):
            return grouped("\(part(left)) \(comparison.rawValue) \(part(right))")
        case .isDistinct(let left, let right, let isNegated):
            return grouped("\(part(left)) IS \(isNegated ? "NOT " : "")DISTINCT FROM \(part(right))")
        case .isTest(let operand, let test, let isNegated):
            return grouped("\(part(operand)) IS \(isNegated ? "NOT " : "")\(test.rawValue)")
        case .between(let value, let low, let high, let isSymmetric, let isNegated):
            return grouped(
                "\(part(value)) \(isNegated ? "NOT " : "")BETWEEN \(isSymmetric ? "SYMMETRIC " : "")\(part(low)) AND "
                    + part(high))
        case .inList(let value, let list, let isNegated):
            return grouped("\(part(value)) \(isNegated ? "NOT " : "")IN (\(list.map(text).joined(separator: ", ")))")
        case .like(let value, let pattern, _, let ignoresCase, let isNegated):
            return grouped(
                "\(part(value)) \(isNegated ? "NOT " : "")\(ignoresCase ? "ILIKE" : "LIKE") \(part(pattern))")
        case .call(let call): return self.call(call.name, call.arguments, grouped)
        case .cast(let operand): return "\(part(operand))::\(expression.type.map(\.description) ?? "?")"
        case .aggregate(let call): return aggregate(call)
        case .coalesce(let operands): return "COALESCE(\(operands.map(text).joined(separator: ", ")))"
        case .nullIf(let left, let right): return "NULLIF(\(text(left)), \(text(right)))"
        default: return "…"
        }
    }

    /// An operand of AND or OR: only another of these needs parentheses.
    private func condition(_ expression: BoundExpression) -> String {
        switch expression.kind {
        case .and, .or: text(expression, inside: true)
        default: text(expression)
        }
    }

    private func call(_ name: String, _ arguments: [BoundExpression], _ grouped: (String) -> String) -> String {
        guard name.first.map({ !$0.isLetter && $0 != "_" }) ?? true else {
            return "\(name)(\(arguments.map(text).joined(separator: ", ")))"
        }
        let parts = arguments.map { text($0, inside: true) }
        return grouped(parts.count == 1 ? "\(name)\(parts[0])" : parts.joined(separator: " \(name) "))
    }

    private func aggregate(_ call: BoundAggregate) -> String {
        let arguments = call.arguments.isEmpty ? "*" : call.arguments.map(text).joined(separator: ", ")
        let filter = call.filter.map { " FILTER (WHERE \(text($0)))" } ?? ""
        return "\(call.name.uppercased())(\(call.isDistinct ? "DISTINCT " : "")\(arguments))\(filter)"
    }

    private func literal(_ value: Value) -> String {
        switch value {
        case .null: "NULL"
        case .boolean(let value): value ? "TRUE" : "FALSE"
        case .text(let value):
            "'\(value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
        case .timestamp, .date, .time, .interval, .uuid, .json: "'\(value)'"
        default: "\(value)"
        }
    }
}
