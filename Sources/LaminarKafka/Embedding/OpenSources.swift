/// A source that somebody reads, as its ``Laminar`` sees it.
package protocol OpenSource: AnyObject, Sendable {
    /// Whether it may still hold partitions or read.
    var isOpen: Bool { get }
    /// Stops delivering, commits what was processed, leaves the group. Returns when that is done; a second call waits for
    /// the first.
    func close() async
    /// Where the calling task is the one that iterates, a close needn't wait for it.
    func countCallerOut()
    /// Where it stands now, and how far it has come.
    var standing: SourceStanding { get }
}

extension OpenSource {
    package var standing: SourceStanding { SourceStanding(state: isOpen ? .running : .stopped) }
}

/// The sources that are open now, so that `shutdown()` can close them and DROP can name them.
///
/// They are held weakly: a source that its host lets go is gone without a word to this list.
struct OpenSources: Sendable {
    private struct Entry: Sendable {
        weak let source: (any OpenSource)?
        let table: String
        var isOpen: Bool { source?.isOpen ?? false }
    }

    private var entries: [ObjectIdentifier: Entry] = [:]

    /// Remembers a source until it is removed or gone.
    mutating func add(_ source: any OpenSource, table: String) {
        entries = entries.filter { $0.value.source != nil }
        entries[ObjectIdentifier(source)] = Entry(source: source, table: table)
    }

    /// Forgets a source that was closed.
    mutating func remove(_ source: any OpenSource) {
        entries[ObjectIdentifier(source)] = nil
    }

    /// All that are still there.
    var all: [any OpenSource] { entries.values.compactMap(\.source) }

    /// Where each of them stands.
    var standings: [OpenStanding] {
        entries.values.compactMap { entry in
            entry.source.map { OpenStanding(table: entry.table, standing: $0.standing) }
        }
    }

    /// The tables that are being read.
    var tables: Set<String> { Set(entries.values.filter(\.isOpen).map(\.table)) }
}
