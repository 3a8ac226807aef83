public import LaminarSQL

/// What a Flink script's kafka tables are here: statements to execute, and what isn't kept.
///
///     let taken = try FlinkImport(script: text)
///     for notice in taken.notices { print(notice) }
///     try await laminar.execute(taken.sql)
///
/// A script that ``Laminar/exportFlink(pipelines:from:)`` printed gives the catalog back that it was made of; pipelines are
/// named and not made.
public struct FlinkImport: Sendable {
    /// CREATE CONNECTION and CREATE TABLE, in an order in which they can be executed.
    public let statements: [SQL.Statement]
    /// What isn't kept or is different here, each with what to do.
    public let notices: [String]

    /// The statements as a script.
    public var sql: String { statements.map { $0.sql() + ";\n" }.joined(separator: "\n") }

    /// - Throws: `SQLError` where the script can't be read, with the place.
    public init(script: String) throws(SQLError) {
        let parsed = try FlinkParser.parse(script)
        let inserted = Set(
            parsed.compactMap { statement in
                if case .insert(let name) = statement { name } else { nil }
            })
        var connections = FlinkConnections()
        var tables: [SQL.Statement] = []
        var findings = FlinkFindings()
        for statement in parsed {
            switch statement {
            case .createTable(let definition):
                guard
                    let read = FlinkTableImport(
                        definition, isInserted: inserted.contains(definition.name), &findings)
                else { continue }
                tables.append(Self.table(definition, read, &connections, &findings))
            case .insert(let name):
                findings.subject = ""
                findings.note("INSERT INTO \(name) isn't kept: write CREATE PIPELINE … AS INSERT INTO \(name) SELECT …")
            case .other("SET", _): break
            case .other(let words, let comments):
                findings.subject = ""
                if !FlinkHints.isView(comments) {
                    findings.note("\(words) isn't kept: a view is CREATE PIPELINE … AS SELECT … here")
                }
            }
        }
        statements = connections.statements + tables
        notices = findings.notices
    }

    private static func table(
        _ definition: FlinkDefinition, _ read: FlinkTableImport, _ connections: inout FlinkConnections,
        _ findings: inout FlinkFindings
    ) -> SQL.Statement {
        let hints = FlinkHints(definition.comments)
        let connection = connections.name(
            hints.connection, for: definition.name, connector: read.connector,
            options: hints.connectionChanges.applied(to: read.options), &findings)
        var own: [SQL.Option] = read.includesMetadata ? [SQL.Option("include_metadata", "true")] : []
        own = [SQL.Option("connector", connection)] + hints.tableChanges.applied(to: own)
        let columns = read.columns.map { column in
            hints.columns.first { $0.name.name == column.name.name } ?? column
        }
        return .createTable(
            SQL.CreateTable(
                name: SQL.Identifier(hints.table ?? definition.name), columns: columns, options: own))
    }
}

/// The connections of an import: tables with the same options share one.
private struct FlinkConnections {
    private var known: [(name: String, connector: String, options: [SQL.Option])] = []

    var statements: [SQL.Statement] {
        known.map { connection in
            .createConnection(
                SQL.CreateConnection(
                    name: SQL.Identifier(connection.name), connector: SQL.Identifier(connection.connector),
                    options: connection.options))
        }
    }

    mutating func name(
        _ wanted: String?, for table: String, connector: String, options: [SQL.Option],
        _ findings: inout FlinkFindings
    ) -> String {
        let set = Set(options)
        let same = known.first {
            $0.connector == connector && Set($0.options) == set && ($0.name == wanted || wanted == nil)
        }
        if let same { return same.name }
        var name = wanted ?? "\(table)_kafka"
        if known.contains(where: { $0.name == name }) {
            name += "_\(known.count + 1)"
            if let wanted {
                findings.note(
                    "its options aren't those that connection \(wanted) has, so it has one of its own, \(name)")
            }
        }
        known.append((name, connector, options))
        return name
    }
}
