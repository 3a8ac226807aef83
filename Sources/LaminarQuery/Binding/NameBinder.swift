import LaminarFormats
import LaminarSQL

/// Names of columns: qualified or not, from the inside out, and the fields of a STRUCT behind them.
extension Binder {
    func bindColumn(_ name: SQL.ObjectName, in scope: Scope) throws -> BoundExpression {
        place = name.position == .start ? place : name.position
        let parts = name.parts
        var current: Scope? = scope
        while let inner = current {
            if let (column, used) = try column(parts, in: inner) {
                var found = column
                found.position = name.position
                if inner !== scope { noteUse(of: found, in: inner) }
                return try fields(parts[used...], of: found)
            }
            current = inner.parent
        }
        throw unknownColumn(name, in: scope)
    }

    /// The column, and how many parts of the name it took.
    private func column(
        _ parts: [SQL.Identifier], in scope: Scope
    ) throws -> (BoundExpression, used: Int)? {
        // The longest qualifier first: system.connections.name before a column `system`.
        for length in stride(from: parts.count - 1, to: 0, by: -1) {
            let qualifier = parts[..<length].map(\.name)
            let named = scope.relations.filter { $0.isNamed(qualifier) }
            if named.count > 1 {
                throw fail(
                    "there are several tables named \(qualifier.joined(separator: "."))", at: parts[0].position,
                    expected: "an alias for each of them")
            }
            guard let relation = named.first else { continue }
            if let column = try match(parts[length], among: relation.columns, isQualified: true) {
                return (column, length + 1)
            }
            // A column of the same name as the table may have the field.
            if try match(parts[0], among: scope.columns, isQualified: false) != nil { continue }
            throw fail(
                "\(qualifier.joined(separator: ".")) has no column \(parts[length].name)",
                at: parts[length].position, expected: "one of its columns",
                suggestion: SQL.suggestion(for: parts[length].name, among: relation.columns.map(\.name)))
        }
        guard let column = try match(parts[0], among: scope.columns, isQualified: false) else { return nil }
        return (column, 1)
    }

    /// By exact name, then, for a name without quotes, ignoring case.
    private func match(
        _ name: SQL.Identifier, among columns: [Scope.NamedColumn], isQualified: Bool
    ) throws -> BoundExpression? {
        var found = columns.filter { $0.name == name.name }
        if found.isEmpty, !name.isQuoted {
            found = columns.filter { $0.name.lowercased() == name.name }
        }
        guard found.count > 1 else { return found.first?.expression }
        throw fail(
            "\(name.name) is ambiguous: several columns have this name", at: name.position,
            expected: isQualified ? "a subquery that renames one of them" : "the table before it: table.\(name.name)")
    }

    private func noteUse(of column: BoundExpression, in owner: Scope) {
        // Before grouping, and inside an aggregate's argument, any column may be used.
        switch owner.clause {
        case .items, .having, .orderBy, .window: break
        default: return
        }
        owner.usedBelow.append(column)
    }

    private func fields(_ names: ArraySlice<SQL.Identifier>, of value: BoundExpression) throws -> BoundExpression {
        var value = value
        for name in names { value = try field(name, of: value) }
        return value
    }

    /// `value.name`.
    func field(_ name: SQL.Identifier, of value: BoundExpression) throws -> BoundExpression {
        guard case .structure(let fields) = value.type else {
            let cure: String? =
                switch value.type {
                case .json: "->> '\(name.name)' behind it"
                case .map: "['\(name.name)'] behind it"
                default: nil
                }
            throw fail(
                "\(value.type.words) has no field \(name.name)", at: name.position,
                expected: cure ?? "a value of a STRUCT type")
        }
        var index = fields.firstIndex { $0.name == name.name }
        if index == nil, !name.isQuoted { index = fields.firstIndex { $0.name.lowercased() == name.name } }
        guard let index else {
            throw fail(
                "the STRUCT has no field \(name.name)", at: name.position, expected: "one of its fields",
                suggestion: SQL.suggestion(for: name.name, among: fields.map(\.name)))
        }
        return BoundExpression(
            .field(value, index), fields[index].type, isNullable: value.isNullable || fields[index].isNullable,
            at: value.position)
    }

    private func unknownColumn(_ name: SQL.ObjectName, in scope: Scope) -> SQLError {
        let parts = name.parts
        let isTable = scope.relations.contains { $0.isNamed(parts.map(\.name)) }
        if isTable {
            return fail(
                "\(name.name) is a table, not a column", at: name.position, expected: "a column, or \(name.name).*")
        }
        if parts.count > 1 {
            let tables = scope.relations.map { $0.name.joined(separator: ".") }
            return fail(
                "there is no table \(parts.dropLast().map(\.name).joined(separator: ".")) in FROM", at: name.position,
                expected: tables.isEmpty ? "a FROM" : "one of \(tables.joined(separator: ", "))",
                suggestion: SQL.suggestion(
                    for: parts.dropLast().map(\.name).joined(separator: "."), among: tables))
        }
        if scope.aliases.contains(name.name) {
            return fail(
                "\(name.name) is an alias of the SELECT list, which \(scope.clause.rawValue) doesn't know",
                at: name.position, expected: "the expression itself, or a subquery around")
        }
        // "text" in double quotes is a name; who comes from MySQL means a string.
        let isString = parts[0].isQuoted && scope.allNames.isEmpty
        return fail(
            "there is no column \(name.name)", at: name.position,
            expected: isString
                ? "a string in single quotes"
                : scope.allNames.isEmpty ? "a FROM that has it" : "a column of the tables",
            suggestion: SQL.suggestion(for: name.name, among: scope.allNames))
    }
}
