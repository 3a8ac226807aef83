import Synchronization

/// Counts the bytes that brokers have sent as answers to Fetch, as they came over the wire.
final class FetchMeter: RequestObserver {
    private static let fetch: Int16 = 1
    private let count = Atomic<Int>(0)

    /// Bytes so far.
    var bytes: Int { count.load(ordering: .relaxed) }

    func received(_ key: Int16, bytes: Int) {
        if key == Self.fetch, bytes > 0 { count.wrappingAdd(bytes, ordering: .relaxed) }
    }
}
