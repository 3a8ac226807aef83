/// Who still takes values of a source and may acknowledge them: every live iterator, the task that it was last seen in,
/// and what it has in hand.
///
/// A rebalance and a close wait for these. A close from inside of a loop counts out the iterators of its own task, since
/// they won't ask for more while the close waits; those of other tasks finish what they have.
struct HostRegistry<Hand: Sendable>: Sendable {
    private struct Host: Sendable {
        var task: Int?
        var hand: Hand?
    }
    private var hosts: [ObjectIdentifier: Host] = [:]

    /// Whether nobody is left.
    var isEmpty: Bool { hosts.isEmpty }

    /// An iterator began.
    mutating func arrived(_ host: ObjectIdentifier) {
        hosts[host] = Host()
    }

    /// An iterator asked for more, in that task; one that has left isn't heard any more.
    mutating func asked(_ host: ObjectIdentifier, in task: Int?, with hand: Hand?) {
        guard hosts[host] != nil else { return }
        hosts[host] = Host(task: task, hand: hand)
    }

    /// An iterator ended, however often it says so.
    mutating func left(_ host: ObjectIdentifier) {
        hosts[host] = nil
    }

    /// Counts out the iterators that were last seen in a task.
    ///
    /// - Returns: what they have in hand.
    mutating func leave(task: Int) -> [Hand] {
        let leaving = hosts.filter { $0.value.task == task }
        for host in leaving.keys { hosts[host] = nil }
        return leaving.values.compactMap(\.hand)
    }
}
