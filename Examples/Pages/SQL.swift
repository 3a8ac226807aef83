// swift-format-ignore-file
import LaminarSQL

// What docs/sql.md shows.

func statements(of script: String) throws {
    for parsed in try SQL.parse(script) { print(parsed.number, parsed.position.line, parsed.statement.sql()) }
}
