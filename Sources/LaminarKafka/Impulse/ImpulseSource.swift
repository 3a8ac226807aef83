internal import Foundation
import LaminarFormats
import Synchronization

/// A source that makes its own records, at a given rate: for demos, tests and load.
///
///     let source = try ImpulseSource(ImpulseConfiguration(eventRate: 100, messageCount: 1000), decoding: .records)
///     for try await record in source { try await sink.enqueue(record) }
///
/// Iterated as a ``KafkaSource`` is: by value, or by ``batches`` of what is due. It ends after `message_count` records, when
/// it is closed, and when the task is cancelled. Iterating it again begins anew.
public final class ImpulseSource<Value: Sendable>: Sendable {
    /// What the source was made with.
    public let configuration: ImpulseConfiguration
    private let decoding: ImpulseDecoding<Value>
    private let closing = ShutdownSignal()

    /// - Throws: ``ConfigurationError`` for a value out of range.
    public init(_ configuration: ImpulseConfiguration, decoding: ImpulseDecoding<Value>) throws {
        try configuration.validate()
        self.configuration = configuration
        self.decoding = decoding
    }

    /// Ends every iteration.
    public func close() async { closing.raise() }

    /// The values that are due, together: one at a low rate, up to a thousand at a high one.
    public var batches: Batches { Batches(source: self) }

    /// A sequence of batches.
    public struct Batches: AsyncSequence, Sendable {
        /// Some consecutive values, at least one.
        public typealias Element = [Value]
        let source: ImpulseSource<Value>

        /// Begins to iterate; the clock starts with the first `next()`.
        public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

        /// Visits the batches.
        public struct Iterator: AsyncIteratorProtocol {
            let source: ImpulseSource<Value>
            private var run: Run?

            init(source: ImpulseSource<Value>) { self.source = source }

            /// The next values; nil at the end.
            ///
            /// - Throws: `DecodeFailure` where the values' type can't be read from an impulse's columns.
            public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [Value]? {
                if run == nil { run = Run(decode: try source.decoding.makeDecoder()) }
                guard var run else { return nil }
                let values = try await run.next(source, isolation: actor)
                self.run = run
                return values
            }

            /// The same without an actor.
            public mutating func next() async throws -> [Value]? { try await next(isolation: nil) }
        }
    }

    /// One iteration: when it began and how far it is.
    struct Run {
        private static var mostRecords: Int64 { 1000 }
        let decode: (ImpulseRecords) throws -> [Value]
        private let started = ContinuousClock.now
        private let startedAt = Timestamp(Date())
        private var made: Int64 = 0

        init(decode: @escaping (ImpulseRecords) throws -> [Value]) { self.decode = decode }

        mutating func next(
            _ source: ImpulseSource<Value>, isolation actor: isolated (any Actor)?
        ) async throws -> [Value]? {
            let schedule = ImpulseSchedule(source.configuration)
            while let moment = schedule.next(made: made), !source.closing.isRaised, !Task.isCancelled {
                let count = Swift.min(Self.mostRecords, schedule.due(after: ContinuousClock.now - started, made: made))
                guard count > 0 else {
                    await source.closing.wait(until: started + moment)
                    continue
                }
                defer { made += count }
                return try decode(records(Int(count), source.configuration.eventTimeInterval))
            }
            return nil
        }

        private func records(_ count: Int, _ interval: Duration?) -> ImpulseRecords {
            guard let interval else {
                return ImpulseRecords(
                    first: made, timestamps: [Int64](repeating: Timestamp(Date()).microseconds, count: count))
            }
            let nanoseconds = Int128(interval.nanoseconds)
            return ImpulseRecords(
                first: made,
                timestamps: (0..<Int128(count)).map { index in
                    let offset = (Int128(made) + index) * nanoseconds / 1000
                    return Int64(clamping: Int128(startedAt.microseconds) + offset)
                })
        }
    }
}

extension ImpulseSource: AsyncSequence {
    /// A record's value.
    public typealias Element = Value

    /// Begins to iterate; the clock starts with the first `next()`.
    public func makeAsyncIterator() -> Iterator { Iterator(batches: Batches.Iterator(source: self)) }

    /// Visits the values one by one.
    public struct Iterator: AsyncIteratorProtocol {
        private var batches: Batches.Iterator
        private var values: [Value] = []
        private var index = 0

        init(batches: Batches.Iterator) { self.batches = batches }

        /// The next value; nil at the end.
        ///
        /// - Throws: `DecodeFailure` where the values' type can't be read from an impulse's columns.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Value? {
            while index >= values.count {
                guard let batch = try await batches.next(isolation: actor) else { return nil }
                values = batch
                index = 0
            }
            defer { index += 1 }
            return values[index]
        }

        /// The same without an actor.
        public mutating func next() async throws -> Value? { try await next(isolation: nil) }
    }
}

extension ImpulseSource: OpenSource {
    package var isOpen: Bool { !closing.isRaised }
    package func countCallerOut() {}
}

extension ShutdownSignal {
    /// Returns at that moment, or before when it has happened or the task is cancelled.
    func wait(until deadline: ContinuousClock.Instant) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Task.sleep(until: deadline, clock: .continuous) }
            await group.next()
            group.cancelAll()
        }
    }
}
