/// Decides when librdkafka's fetcher has to be woken, from the bytes that lie in the data queue.
///
/// The fetcher stops when the queue is full and looks again a second later. So the watch waits until the queue was
/// (nearly) full, asks once it has fallen below a quarter, and asks again at every idle turn until it grows, a few times:
/// an ask that comes while the fetcher is still deciding is lost, and a topic that is at its end never grows.
struct FetchWatch: Sendable, Equatable {
    private static let mostTries = 10

    private let limit: Int
    private var peak = 0
    private var last = 0
    private var tries = 0

    /// - Parameter limit: the queue's bound in bytes.
    init(limit: Int) { self.limit = limit }

    /// Whether an answer to an ask is being waited for.
    var isImpatient: Bool { tries > 0 }

    /// - Returns: whether to ask now.
    mutating func note(bytes: Int) -> Bool {
        defer { last = bytes }
        if bytes > last {
            peak = max(peak, bytes)
            tries = 0
            return false
        }
        guard peak >= limit / 2, bytes < limit / 4 else { return false }
        peak = bytes
        tries = Self.mostTries
        return true
    }

    /// Nothing came for a while.
    ///
    /// - Returns: whether to ask again.
    mutating func idle() -> Bool {
        guard tries > 0 else { return false }
        tries -= 1
        return true
    }
}
