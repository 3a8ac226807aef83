import Foundation

/// Runs blocking work (flush, destroy, an answer that is waited for) on a thread of its own, never in Swift's
/// cooperative pool, whose threads must not block.
func onOwnedThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try body() })
        }
    }
}
