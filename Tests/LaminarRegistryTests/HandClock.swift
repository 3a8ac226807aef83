import LaminarRegistry
import Synchronization

/// A clock that is where it was put: each wait moves it on at once, and is remembered.
final class HandClock: Sendable {
    private let state = Mutex((now: Duration.zero, waits: [Duration]()))

    var waits: [Duration] { state.withLock { $0.waits } }
    func advance(by duration: Duration) { state.withLock { $0.now += duration } }

    var time: RegistryTime {
        RegistryTime(
            now: { [self] in state.withLock { $0.now } },
            sleep: { [self] duration in
                try Task.checkCancellation()
                state.withLock {
                    $0.now += duration
                    $0.waits.append(duration)
                }
            })
    }
}
