internal import LaminarFormats
internal import LaminarSQL

/// What Flink's SQL has no words for, in comments before a table that only an import reads:
///
///     -- laminar: connection shop
///     -- laminar: connection option batch_size = '500'
///     -- laminar: connection without group_id
///     -- laminar: column note JSON
///
/// They hold the difference between the catalog and what an import would make of the table alone, so that nothing is said
/// twice and an edited table wins.
struct FlinkHints: Sendable, Equatable {
    private(set) var connection: String?
    private(set) var table: String?
    private(set) var connectionChanges = FlinkOptionChanges()
    private(set) var tableChanges = FlinkOptionChanges()
    private(set) var columns: [SQL.ColumnDefinition] = []

    private static let mark = "laminar:"
    /// Before a view that only stands over a table of the script.
    static let viewMark = "-- laminar: view"

    // MARK: Writing

    /// The comment lines of a table.
    static func lines(_ table: FlinkCatalog.Table, _ exported: FlinkTable, writer: FlinkAvroSchema?) -> String {
        let read = FlinkTableImport.alone(exported.statement)
        var lines = ["connection \(SQL.Identifier(table.connection.name).sql())"]
        if exported.physicalName != table.resolved.name {
            lines.append("table \(SQL.Identifier(table.resolved.name).sql())")
        }
        lines += changes("connection", from: read?.normalised(table.connection.connector), to: table.connection.options)
        let own = table.options.filter { $0.key != "connector" }
        lines += changes("table", from: read?.normalisedTableOptions, to: own)
        let columns = read?.columns ?? []
        for (index, column) in table.statement.columns.enumerated()
        where index >= columns.count || columns[index] != column {
            lines.append("column \(column.sql())")
        }
        return lines.map { "-- \(mark) \($0)\n" }.joined()
    }

    private static func changes(
        _ owner: String, from read: [NormalisedOption]?, to kept: [NormalisedOption]
    ) -> [String] {
        ConnectionOptions.differences(from: read ?? [], to: kept).compactMap { difference in
            guard let option = kept.first(where: { $0.key == difference.key }) else {
                return "\(owner) without \(SQL.OptionValue.string(difference.key).sql())"
            }
            // A secret that was written out stays out of the script.
            guard !option.isLiteralSecret else { return nil }
            return "\(owner) option \(SQL.OptionValue.string(option.key).sql()) = \(oneLine(option.value))"
        }
    }

    /// A string on one line.
    private static func oneLine(_ text: String) -> String {
        guard text.contains(where: \.isNewline) else { return FlinkText.string(text) }
        let escaped = text.replacing("\\", with: "\\\\").replacing("'", with: "\\'").replacing("\r", with: "\\r")
            .replacing("\n", with: "\\n")
        return "E'\(escaped)'"
    }

    // MARK: Reading

    /// Hints among comment lines; a line that isn't one is passed over.
    init(_ comments: [String]) {
        for comment in comments {
            guard let text = Self.body(comment) else { continue }
            if let rest = text.after("connection option ") {
                connectionChanges.set(Self.option(rest))
            } else if let rest = text.after("connection without ") {
                connectionChanges.remove(Self.option("\(rest) = ''"))
            } else if let rest = text.after("connection ") {
                connection = Self.identifier(rest)
            } else if let rest = text.after("table option ") {
                tableChanges.set(Self.option(rest))
            } else if let rest = text.after("table without ") {
                tableChanges.remove(Self.option("\(rest) = ''"))
            } else if let rest = text.after("table ") {
                table = Self.identifier(rest)
            } else if let rest = text.after("column "), let column = Self.column(rest) {
                columns.append(column)
            }
        }
    }

    /// Whether the statement behind the comments is a view that an export made for a table.
    static func isView(_ comments: [String]) -> Bool { comments.contains { body($0) == "view" } }

    private static func body(_ comment: String) -> String? { comment.after(mark)?.trimmed }

    private static func statement(_ text: String) -> SQL.CreateTable? {
        guard case .createTable(let create)? = (try? SQL.parse(text))?.first?.statement else { return nil }
        return create
    }

    private static func option(_ text: String) -> SQL.Option? {
        statement("CREATE TABLE t (a INT) WITH (\(text))")?.options.first
    }

    private static func column(_ text: String) -> SQL.ColumnDefinition? {
        statement("CREATE TABLE t (\(text)) WITH (connector = 'c')")?.columns.first
    }

    private static func identifier(_ text: String) -> String? {
        statement("CREATE TABLE \(text) (a INT) WITH (connector = 'c')")?.name.name
    }
}

/// Options that are set or taken out.
struct FlinkOptionChanges: Sendable, Equatable {
    private var changes: [(key: String, value: SQL.Option?)] = []

    mutating func set(_ option: SQL.Option?) {
        if let option { changes.append((option.key, option)) }
    }

    mutating func remove(_ option: SQL.Option?) {
        if let option { changes.append((option.key, nil)) }
    }

    func applied(to options: [SQL.Option]) -> [SQL.Option] {
        changes.reduce(into: options) { options, change in
            options.removeAll { $0.key == change.key }
            if let value = change.value { options.append(value) }
        }
    }

    static func == (left: FlinkOptionChanges, right: FlinkOptionChanges) -> Bool {
        left.changes.map(\.key) == right.changes.map(\.key) && left.changes.map(\.value) == right.changes.map(\.value)
    }
}

extension String {
    /// What follows a beginning; nil where the text has another.
    fileprivate func after(_ beginning: String) -> String? {
        hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil
    }
}
