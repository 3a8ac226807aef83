internal import CRdKafka
import Synchronization

/// A client for those who may outlive it: what they do with it ends before it is destroyed.
final class ClientReference: Sendable {
    /// librdkafka's handle may be used from any thread.
    private struct Pointer: @unchecked Sendable { let client: OpaquePointer }
    private let pointer = Mutex<Pointer?>(nil)

    func open(_ client: OpaquePointer) {
        let pointer = Pointer(client: client)
        self.pointer.withLock { $0 = pointer }
    }

    /// Waits for a `use` that is under way.
    func close() { pointer.withLock { $0 = nil } }

    /// Lends the client for a call that doesn't block; nil where it is gone.
    func use<Result: Sendable>(_ body: (OpaquePointer) -> Result) -> Result? {
        pointer.withLock { pointer in pointer.map { body($0.client) } }
    }
}
