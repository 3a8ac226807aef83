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

extension Completion.Names {
    /// What a catalog holds.
    init(_ catalog: CatalogNames) {
        self.init(
            tables: catalog.tables.keys.sorted(), connections: catalog.connections, pipelines: catalog.pipelines,
            columns: catalog.tables)
    }
}
