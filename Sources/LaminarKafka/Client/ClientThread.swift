internal import CRdKafka
import LaminarCore

/// A thread of our own for blocking calls of librdkafka.
enum ClientThread {
    /// Starts a detached thread; it ends when `body` returns.
    ///
    /// - Parameter name: shown by the system's tools, at most 15 bytes of it.
    /// - Throws: ``KafkaError`` with code `client` when the system has no thread left.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(KafkaError) {
        do {
            try OwnedThread.start {
                laminar_name_thread(name)
                body()
            }
        } catch {
            throw KafkaError(code: .client, message: error.description, underlying: error)
        }
    }

    /// Runs a blocking call on a thread of its own and waits for it without holding a thread of the pool.
    static func run<Result: Sendable>(
        _ name: String, _ body: @escaping @Sendable () throws(KafkaError) -> Result
    ) async throws(KafkaError) -> Result {
        let outcome: Swift.Result<Result, KafkaError> = await withCheckedContinuation { continuation in
            let work: @Sendable () -> Void = {
                do throws(KafkaError) { continuation.resume(returning: .success(try body())) } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            do throws(KafkaError) { try start(name, work) } catch { continuation.resume(returning: .failure(error)) }
        }
        return try outcome.get()
    }
}
