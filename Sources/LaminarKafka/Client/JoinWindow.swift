internal import CRdKafka
import Synchronization

/// Tells when the member is between two generations of its group, so that no commit is sent then.
///
/// A commit that goes out while a JoinGroup waits for its answer is handled by the broker after it, with the old
/// generation; librdkafka takes the refusal (ILLEGAL_GENERATION) for a lost assignment and gives up every partition, so
/// that records are read twice (`RebalanceTests`). librdkafka tells no join state, but its interceptors see the
/// requests: the window opens when JoinGroup goes out and closes when SyncGroup's answer is there.
final class JoinWindow: Sendable {
    private static let joinGroup: Int16 = 11
    private static let leaveGroup: Int16 = 13
    private static let syncGroup: Int16 = 14

    private let open = Atomic<Bool>(false)
    private let joined = Atomic<Bool>(false)
    private let wake: WakeSignal

    init(wake: WakeSignal) { self.wake = wake }

    /// Whether a commit would come too late.
    var isOpen: Bool { open.load(ordering: .acquiring) }

    /// Whether the group has ever answered a JoinGroup.
    var hasJoined: Bool { joined.load(ordering: .acquiring) }

    /// A request went out.
    func sent(_ key: Int16) {
        switch key {
        case Self.joinGroup: open.store(true, ordering: .releasing)
        case Self.leaveGroup: close()
        default: break
        }
    }

    /// A response came.
    func received(_ key: Int16) {
        switch key {
        case Self.joinGroup: joined.store(true, ordering: .releasing)
        case Self.syncGroup: close()
        default: break
        }
    }

    private func close() {
        open.store(false, ordering: .releasing)
        wake.raise()
    }
}

extension JoinWindow: RequestObserver {
    func sent(_ key: Int16, to broker: Int32) { sent(key) }
    func received(_ key: Int16, from broker: Int32, _ response: rd_kafka_resp_err_t) { received(key) }
}
