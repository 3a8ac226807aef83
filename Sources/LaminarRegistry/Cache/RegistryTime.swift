/// Waiting and looking at the clock, so that a test can do it by hand.
public struct RegistryTime: Sendable {
    /// Since any moment, always the same one.
    public let now: @Sendable () -> Duration
    /// Waits; ends early, by throwing, when the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void

    /// A clock of a test's.
    public init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The system's continuous clock.
    public static let system: RegistryTime = {
        let start = ContinuousClock.now
        return RegistryTime(
            now: { start.duration(to: .now) }, sleep: { try await Task.sleep(for: $0, clock: .continuous) })
    }()
}
