internal import LaminarKafka
internal import Synchronization

/// What Tab knows: set by the shell, read by the editor's thread.
final class SharedNames: Sendable {
    private struct State {
        var names = Completion.Names()
        var statement = ""
    }
    private let state = Mutex(State())

    var names: Completion.Names {
        get { state.withLock { $0.names } }
        set { state.withLock { $0.names = newValue } }
    }

    /// The lines of the statement that were typed before this one.
    var statement: String {
        get { state.withLock { $0.statement } }
        set { state.withLock { $0.statement = newValue } }
    }

    /// - Parameter line: the line up to the cursor.
    func complete(_ line: String) -> Completion.Result {
        let (names, before) = state.withLock { ($0.names, $0.statement) }
        return Completion(names, options: ConfigurationReference.optionNames).result(
            for: before.isEmpty ? line : before + "\n" + line)
    }
}

/// The names of a catalog.
struct CatalogNames {
    private let laminar: Laminar

    init(_ laminar: Laminar) { self.laminar = laminar }

    /// All of them; what can't be read is left out, since nobody asked for it.
    func names() async -> Completion.Names {
        var names = Completion.Names()
        names.connections = await first("SHOW CONNECTIONS")
        names.tables = await first("SHOW TABLES")
        names.pipelines = await first("SHOW PIPELINES")
        for table in names.tables { names.columns[table] = await first("DESCRIBE \(RowSchema.quoted(table))") }
        return names
    }

    /// The texts of a statement's first column.
    private func first(_ statement: String) async -> [String] {
        guard let table = (try? await laminar.execute(statement))?.first?.table else { return [] }
        return table.rows.compactMap { row in
            guard case .text(let name)? = row.first else { return nil }
            return name
        }
    }
}
