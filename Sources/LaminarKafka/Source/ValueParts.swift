import Dispatch
import LaminarFormats

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Makes a batch's values side by side on the machine's cores, in order in one array.
///
/// A `Decodable` type costs several times what its columns cost (most of it in the standard library's containers), so that
/// one decoding thread would be the limit of a source (`consume codable`).
struct ValueParts<Value: Sendable>: Sendable {
    /// In order of the items, those without a value left out.
    private(set) var values: [Value]
    /// The items that have none, in order.
    private let odd: [Odd]
    private let items: Int

    /// An item without a value: `failure` is nil where that is right, for a tombstone.
    typealias Odd = (item: Int, failure: DecodeFailure?)

    /// What one part makes, straight into its place in the array.
    struct Part {
        let items: Range<Int>
        private let place: UnsafeMutablePointer<Value>
        fileprivate private(set) var count = 0
        fileprivate private(set) var odd: [Odd] = []

        fileprivate init(items: Range<Int>, place: UnsafeMutablePointer<Value>) {
            self.items = items
            self.place = place
        }

        /// The next item's value; called or ``leaveOut(_:_:)`` once for each of the part's items.
        @inline(__always)
        mutating func append(_ value: consuming Value) {
            (place + count).initialize(to: value)
            count &+= 1
        }

        /// The next item has no value.
        mutating func leaveOut(_ item: Int, _ failure: DecodeFailure?) {
            odd.append((item, failure))
        }
    }

    /// Calls `fill` for each part, with its number (0 up to ``ValuePartLimits/most``); calls with the same number come
    /// from one thread at a time.
    ///
    /// - Parameter fill: goes over the part's items by itself. What it uses for every item it takes hold of once: two
    ///   threads that count references to the same object for each item are slower than one.
    init(_ items: Int, _ fill: (_ number: Int, inout Part) -> Void) {
        let count = max(1, min(ValuePartLimits.most, items / ValuePartLimits.fewestItems))
        var odd: [Odd] = []
        values = Array(unsafeUninitializedCapacity: items) { buffer, total in
            guard let start = buffer.baseAddress else { return }
            var parts = (0..<count).map { number in
                let first = items * number / count
                return Part(items: first..<items * (number + 1) / count, place: start + first)
            }
            Self.run(&parts, fill)
            for part in parts {
                // Only parts behind one that left something out have to move.
                if total < part.items.lowerBound {
                    (start + total).moveInitialize(from: start + part.items.lowerBound, count: part.count)
                }
                total += part.count
                odd += part.odd
            }
        }
        self.odd = odd
        self.items = items
    }

    private static func run(_ parts: inout [Part], _ fill: (_ number: Int, inout Part) -> Void) {
        guard parts.count > 1 else {
            fill(0, &parts[0])
            return
        }
        parts.withUnsafeMutableBufferPointer { buffer in
            withoutActuallyEscaping(fill) { fill in
                // Each call touches the one part of its number, and all have returned when this returns.
                nonisolated(unsafe) let buffer = buffer
                nonisolated(unsafe) let fill = fill
                DispatchQueue.concurrentPerform(iterations: buffer.count) { number in
                    // Filled in place they would share cache lines.
                    var part = buffer[number]
                    fill(number, &part)
                    buffer[number] = part
                }
            }
        }
    }

    /// The batch's contents: the values, and which record has which.
    ///
    /// - Parameters:
    ///   - records: in the batch.
    ///   - limit: records that count: fewer than `records` where an earlier step stopped.
    ///   - record: the record of an item; nil where items and records are the same.
    consuming func contents(
        records: Int, limit: Int, record: ((Int) -> Int)?, onBad: (BadRecord) -> BadRecord.Verdict
    ) -> BatchContents<Value> {
        if odd.isEmpty, record == nil, items == limit {
            return BatchContents(values: .stored(values), records: limit)
        }
        var map = ValueMap(records: records)
        func add(_ items: Range<Int>) {
            guard let record else { return map.addValues(items.count, at: items.lowerBound) }
            for item in items { map.addValues(1, at: record(item)) }
        }
        var item = 0
        for (passed, odd) in odd.enumerated() {
            add(item..<odd.item)
            item = odd.item + 1
            let index = record?(odd.item) ?? odd.item
            guard let failure = odd.failure else {
                map.addTombstone(at: index)
                continue
            }
            if onBad(BadRecord(index: index, failure: failure)) == .stop {
                values.removeLast(values.count - (odd.item - passed))
                return BatchContents(values: .stored(values), valueOfRecord: map.finish(records: index), records: index)
            }
        }
        add(item..<items)
        return BatchContents(values: .stored(values), valueOfRecord: map.finish(records: limit), records: limit)
    }
}

/// How a batch is parted.
enum ValuePartLimits {
    /// Below this a part isn't worth a hand-over.
    static let fewestItems = 64

    /// The most parts of a batch: several for each core, so that a core which was held up doesn't make the others wait.
    static let most = 4 * min(4, max(1, ProcessInfo.processInfo.activeProcessorCount))
}
