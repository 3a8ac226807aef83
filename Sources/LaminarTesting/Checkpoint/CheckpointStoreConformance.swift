public import LaminarKafka

/// Tries a checkpoint store: what `CheckpointStore` promises, promise by promise, in any test framework.
///
///     let kit = CheckpointStoreConformance(
///         open: { try await MyStore(path) },                              // the same database each time
///         write: { connection, number in try connection.insert(number) },  // a row of the host's, in the transaction
///         rows: { try await readAllNumbers(path) })                       // what is stored, by another way
///     try await kit.verify()
///
/// Each promise uses sources and rows of its own, so that one database serves for all. `write` stores a number that no
/// other call stores; `rows` gives all that are stored, in any order.
public struct CheckpointStoreConformance<Store: CheckpointStore>: Sendable {
    let open: @Sendable () async throws -> Store
    let write: @Sendable (Store.Transaction, Int) throws -> Void
    let rows: @Sendable () async throws -> [Int]
    let survivesReopening: Bool

    /// - Parameters:
    ///   - open: gives a store over the same database each time: another process, as it were.
    ///   - write: stores a number as a row, with what a transaction offers.
    ///   - rows: all the numbers that are stored, read outside of any transaction.
    ///   - survivesReopening: false for a store that `open` gives a second time and that doesn't outlive the process.
    public init(
        open: @escaping @Sendable () async throws -> Store,
        write: @escaping @Sendable (Store.Transaction, Int) throws -> Void,
        rows: @escaping @Sendable () async throws -> [Int], survivesReopening: Bool = true
    ) {
        self.open = open
        self.write = write
        self.rows = rows
        self.survivesReopening = survivesReopening
    }

    /// A promise of every store.
    public struct Promise: Sendable, CustomStringConvertible {
        /// The promise in words.
        public let description: String
        let check: @Sendable (CheckpointStoreConformance, Trial<Store>) async throws -> Void
    }

    /// Tries every promise.
    ///
    /// - Throws: ``ConformanceFailure`` with all that aren't kept.
    public func verify() async throws {
        var broken: [String] = []
        for promise in Self.promises {
            do { try await verify(promise) } catch { broken.append("\(error)") }
        }
        if !broken.isEmpty { throw ConformanceFailure(message: broken.joined(separator: "\n")) }
    }

    /// Tries one promise: for a framework with parameterized tests.
    ///
    /// - Throws: ``ConformanceFailure`` where it isn't kept.
    public func verify(_ promise: Promise) async throws {
        do {
            let trial = try await Trial(kit: self, store: open())
            try await promise.check(self, trial)
        } catch let failure as ConformanceFailure {
            throw ConformanceFailure(message: "\(promise.description): \(failure.message)")
        } catch {
            throw ConformanceFailure(message: "\(promise.description): unexpected error: \(error)")
        }
    }
}

/// A promise that isn't kept, with the evidence.
public struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    /// The promise, and what was seen instead.
    public let message: String
    /// The message.
    public var description: String { message }
}
