import Dispatch
import Synchronization

/// How a polling thread asks a checkpoint store where to begin: the store's async call, waited for within a bound.
struct CheckpointStart: Sendable {
    let source: String
    private let claims: any CheckpointClaiming
    /// How long one claim may take before it counts as a store that is away.
    var bound = Duration.seconds(15)

    init(source: String, claims: any CheckpointClaiming) {
        self.source = source
        self.claims = claims
    }

    /// Takes the partitions over; blocks the calling thread, which must be one of our own.
    ///
    /// - Throws: ``CheckpointError``; whatever else the store throws counts as `unavailable`.
    func claim(_ partitions: Set<TopicPartition>) throws(CheckpointError) -> [TopicPartition: CheckpointClaim] {
        guard !partitions.isEmpty else { return [:] }
        let answer = Answer()
        let asked = partitions.sorted()
        let task = Task { [claims, source] in
            do { answer.set(.success(try await claims.claim(asked, for: source))) } catch {
                answer.set(.failure(error))
            }
        }
        guard let outcome = answer.wait(bound) else {
            // A claim that succeeds after all only raises the epochs; the next one raises them again.
            task.cancel()
            throw CheckpointError(
                code: .unavailable,
                message:
                    "The checkpoint store of source \(source) did not answer a claim within \(bound): look whether "
                    + "its database is up, or locked.")
        }
        do { return try Self.check(outcome.get(), against: partitions, source) } catch let error as CheckpointError {
            throw error
        } catch {
            throw CheckpointError(
                code: .unavailable, message: "The checkpoint store of source \(source) failed: \(error).",
                underlying: error)
        }
    }

    private static func check(
        _ claims: [CheckpointClaim], against partitions: Set<TopicPartition>, _ source: String
    ) throws(CheckpointError) -> [TopicPartition: CheckpointClaim] {
        var found: [TopicPartition: CheckpointClaim] = [:]
        for claim in claims { found[claim.partition] = claim }
        guard Set(found.keys) == partitions, claims.count == partitions.count,
            claims.allSatisfy({ $0.epoch > 0 && $0.stored?.nextOffset ?? 0 >= 0 })
        else {
            throw CheckpointError(
                code: .brokenStore,
                message: "The checkpoint store of source \(source) answered a claim of \(partitions.count) partitions "
                    + "with \(claims.count) claims that don't fit it: try it with CheckpointStoreConformance.")
        }
        return found
    }

    /// What the task says and the thread waits for.
    private final class Answer: Sendable {
        private let outcome = Mutex<Result<[CheckpointClaim], any Error>?>(nil)
        private let signal = DispatchSemaphore(value: 0)

        func set(_ result: Result<[CheckpointClaim], any Error>) {
            outcome.withLock { $0 = result }
            signal.signal()
        }

        func wait(_ bound: Duration) -> Result<[CheckpointClaim], any Error>? {
            guard signal.wait(timeout: .now() + .nanoseconds(bound.nanoseconds)) == .success else { return nil }
            return outcome.withLock { $0 }
        }
    }
}

extension KafkaError {
    /// A checkpoint's error on its way through a polling thread; the source throws what is inside.
    init(_ error: CheckpointError) {
        self.init(code: .checkpoint, message: error.message, underlying: error)
    }

    /// Whether the checkpoint store may be back in a moment.
    var isStoreAway: Bool { (underlying as? CheckpointError)?.code == .unavailable }
}
