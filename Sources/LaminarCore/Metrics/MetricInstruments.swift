internal import Synchronization

/// A number that only grows; one atomic addition from any thread.
///
///     let batches = registry.counter(.sourceBatches, "shop")      // once
///     batches.add(1)                                              // for every batch
public final class MetricCounter: Sendable {
    private let total = Atomic<Int>(0)

    init() {}

    /// Adds to it; zero and negative numbers are ignored. Overflows after 9 × 10¹⁸ to negative numbers, as a reset would look.
    public func add(_ count: Int = 1) {
        guard count > 0 else { return }
        total.wrappingAdd(count, ordering: .relaxed)
    }

    /// What was added so far.
    public var value: Int { total.load(ordering: .relaxed) }
}

/// A number that goes up and down.
public final class MetricGauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    init() {}

    /// The number now.
    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    /// Sets it.
    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}

/// Values by size: how long something took, mostly. For what happens once a batch or less: a short lock a value.
public final class MetricHistogram: Sendable {
    private let bounds: [Double]
    private let state: Mutex<(counts: [Int], sum: Double)>
    private let followers: MetricFollowers
    private let definition: MetricDefinition
    private let labels: [String]

    init(_ definition: MetricDefinition, _ labels: [String], _ followers: MetricFollowers) {
        if case .histogram(let bounds) = definition.kind { self.bounds = bounds } else { bounds = [] }
        state = Mutex((Array(repeating: 0, count: bounds.count + 1), 0))
        self.followers = followers
        self.definition = definition
        self.labels = labels
    }

    /// Notes a value; what isn't a number is left out.
    public func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[index] &+= 1
            state.sum += value
        }
        followers.tell(definition, labels, value)
    }

    /// Notes a time in seconds.
    public func record(_ duration: Duration) { record(duration / .seconds(1)) }

    /// Notes the time since an instant, in seconds.
    public func record(since start: ContinuousClock.Instant) { record(.now - start) }

    /// What was noted so far.
    public var value: MetricDistribution {
        state.withLock { MetricDistribution(bounds: bounds, counts: $0.counts, sum: $0.sum) }
    }
}

/// Those who want each value of a histogram as it comes, which its counts don't tell any more.
final class MetricFollowers: Sendable {
    typealias Body = @Sendable (MetricDefinition, [String], Double) -> Void
    private let isFollowed = Atomic<Bool>(false)
    private let bodies = Mutex<[Body]>([])

    func add(_ body: @escaping Body) {
        bodies.withLock { $0.append(body) }
        isFollowed.store(true, ordering: .releasing)
    }

    func tell(_ definition: MetricDefinition, _ labels: [String], _ value: Double) {
        guard isFollowed.load(ordering: .acquiring) else { return }
        for body in bodies.withLock({ $0 }) { body(definition, labels, value) }
    }
}
