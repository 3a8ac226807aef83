internal import LaminarFormats
internal import LaminarSQL

/// Writes queries in Flink's dialect, from their syntax trees.
///
///     var dialect = FlinkDialect(tables: ["orders": orders], findings)
///     dialect.query(tree)        // SELECT `id` FROM `orders` …
///
/// Meanings are PostgreSQL's: what Flink computes differently under the same words is written in other words, and what it
/// can't compute is refused. The files beside this one have a kind of node each.
struct FlinkDialect {
    /// Tables and pipelines by name.
    let tables: [String: FlinkRelation]
    var findings: FlinkFindings
    /// Common table expressions that can be named here.
    var common: [String: FlinkRelation] = [:]

    init(tables: [String: FlinkRelation], _ findings: FlinkFindings) {
        self.tables = tables
        self.findings = findings
    }

    /// Refuses something, and stands something in its place that is never shown.
    mutating func refused(_ reason: String) -> FlinkPiece {
        findings.refuse(reason)
        return FlinkPiece("NULL", nil)
    }

    // MARK: Expressions

    mutating func expression(_ expression: SQL.Expression, _ scope: FlinkScope) -> FlinkPiece {
        switch expression {
        case .literal(let literal, _): return self.literal(literal)
        case .typedLiteral(let type, let text, _): return typedLiteral(type, text)
        case .interval(let text, _):
            return refused("INTERVAL '\(text)' stands alone: add it to an instant, or take it from one")
        case .column(let name): return column(name, scope)
        case .parameter: return refused("a script has no parameters: write the value")
        case .unary(let sign, let operand): return unary(sign, operand, scope)
        case .binary(let symbol, let left, let right): return binary(symbol, left, right, scope)
        case .chain(let link, let operands): return chain(link, operands, scope)
        case .isTest, .isDistinct, .between, .inList, .inQuery, .like, .quantified:
            return predicate(expression, scope)
        case .caseWhen(let value): return caseWhen(value, scope)
        case .cast(let value, let type): return cast(value, type, scope)
        case .extract(let field, let value): return extract(field, value, scope)
        case .function(let call): return self.call(call, scope)
        case .exists(let query): return FlinkPiece("EXISTS (\(self.query(query, scope).text))", .boolean)
        case .subquery(let query):
            let inner = self.query(query, scope)
            return FlinkPiece("(\(inner.text))", inner.columns?.first?.type)
        case .row(let values):
            return FlinkPiece("ROW(\(list(values, scope)))", nil)
        case .array(let elements):
            let pieces = elements.map { self.expression($0, scope) }
            return FlinkPiece(
                "ARRAY[\(pieces.map(\.text).joined(separator: ", "))]", pieces.first?.type.map { .array($0) })
        case .subscripted(let value, let index):
            let base = self.expression(value, scope)
            let place = self.expression(index, scope).text
            if case .array(let element)? = base.type { return FlinkPiece("\(base.operand)[\(place)]", element) }
            return FlinkPiece("\(base.operand)[\(place)]", nil)
        case .field(let value, let field):
            let base = self.expression(value, scope)
            return FlinkPiece("\(base.operand).\(FlinkText.name(field.name))", Self.fieldType(base.type, field.name))
        }
    }

    mutating func list(_ values: [SQL.Expression], _ scope: FlinkScope) -> String {
        values.map { expression($0, scope).text }.joined(separator: ", ")
    }

    static func fieldType(_ type: ColumnType?, _ name: String) -> ColumnType? {
        guard case .structure(let fields)? = type else { return nil }
        return fields.first { $0.name == name }?.type
    }

    // MARK: Leaves

    private mutating func literal(_ literal: SQL.Literal) -> FlinkPiece {
        switch literal {
        case .null: return FlinkPiece("NULL", nil)
        case .boolean(let flag): return FlinkPiece(flag ? "TRUE" : "FALSE", .boolean)
        case .string(let text): return FlinkPiece(FlinkText.string(text), .text)
        case .number(let digits):
            if digits.contains("e") || digits.contains("E") { return FlinkPiece(digits, .double) }
            guard digits.contains(".") else {
                return FlinkPiece(digits, Int32(digits) == nil ? .bigint : .int)
            }
            let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
            let scale = parts.last?.count ?? 0
            return FlinkPiece(
                digits,
                .decimal(precision: min(38, max(1, digits.count - 1)), scale: min(scale, max(1, digits.count - 1))))
        }
    }

    private mutating func typedLiteral(_ type: SQL.TypeName, _ text: String) -> FlinkPiece {
        switch type {
        case .date: return FlinkPiece("DATE \(FlinkText.string(text))", .date)
        case .time: return FlinkPiece("TIME \(FlinkText.string(text))", .time)
        case .timestamp, .timestamptz:
            guard let instant = Timestamp(text) else { return refused("TIMESTAMP '\(text)' isn't an instant") }
            return FlinkPiece("CAST(\(FlinkText.string(Self.wallClock(instant))) AS TIMESTAMP_LTZ(6))", .timestamp)
        default: return cast(.literal(.string(text)), type, FlinkScope())
        }
    }

    /// An instant as Flink reads it in the zone UTC: `2024-01-01 10:20:30.500000`.
    static func wallClock(_ instant: Timestamp) -> String {
        var text = instant.description.replacing("T", with: " ")
        if text.hasSuffix("Z") { text.removeLast() }
        return text
    }

    private mutating func column(_ name: SQL.ObjectName, _ scope: FlinkScope) -> FlinkPiece {
        let quoted = name.parts.map { FlinkText.name($0.name) }.joined(separator: ".")
        guard let found = scope.find(name) else { return FlinkPiece(quoted, nil) }
        var text = found.relation.map { FlinkText.name($0) + "." } ?? ""
        text += ([found.column.name] + found.rest).map(FlinkText.name).joined(separator: ".")
        let type = found.rest.reduce(found.column.type) { Self.fieldType($0, $1) }
        return FlinkPiece(text, type)
    }

    /// Whether an expression is the record's headers, which Flink has as a map.
    func isHeaders(_ expression: SQL.Expression, _ scope: FlinkScope) -> Bool {
        guard case .column(let name) = expression else { return false }
        return scope.find(name)?.column.isHeaders ?? false
    }
}
