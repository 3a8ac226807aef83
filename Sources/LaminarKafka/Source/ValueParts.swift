import Dispatch
import LaminarFormats

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Makes a batch's values side by side on the machine's cores, and puts them together in order.
///
/// A `Decodable` type costs several times what its columns cost (most of it in the standard library's containers), so that
/// one decoding thread would be the limit of a source (`consume codable`).
struct ValueParts {
    /// Below this a part isn't worth waking a thread.
    private static let fewestItems = 128

    /// The most parts that ``make(_:_:)`` uses, 1 to 4.
    static let most = min(4, max(1, ProcessInfo.processInfo.activeProcessorCount))

    /// What one part made: its values, and the items that have none.
    struct Part<Value: Sendable>: Sendable {
        var items: Range<Int>
        var values: [Value] = []
        /// In order; failure nil for an item that has no value by right: a tombstone.
        var odd: [(item: Int, failure: DecodeFailure?)] = []
    }

    /// Calls `fill` for each part, with its number (0 up to ``most``); calls with the same number come from one thread at
    /// a time.
    ///
    /// - Parameter fill: goes over the part's items by itself. What it uses for every item it takes hold of once: two
    ///   threads that count references to the same object for each item are slower than one.
    static func make<Value: Sendable>(_ items: Int, _ fill: (_ number: Int, inout Part<Value>) -> Void) -> [Part<Value>]
    {
        let count = max(1, min(most, items / fewestItems))
        var parts = (0..<count).map { Part<Value>(items: items * $0 / count..<items * ($0 + 1) / count) }
        for number in 0..<count { parts[number].values.reserveCapacity(parts[number].items.count) }
        if count == 1 {
            fill(0, &parts[0])
        } else {
            parts.withUnsafeMutableBufferPointer { buffer in
                withoutActuallyEscaping(fill) { fill in
                    // Each call touches the one part of its number, and all have returned when this returns.
                    nonisolated(unsafe) let buffer = buffer
                    nonisolated(unsafe) let fill = fill
                    DispatchQueue.concurrentPerform(iterations: count) { number in
                        // Filled in place they would share cache lines.
                        var part = buffer[number]
                        fill(number, &part)
                        buffer[number] = part
                    }
                }
            }
        }
        return parts
    }

    /// All parts as one: values in order, and which record has which.
    ///
    /// - Parameters:
    ///   - records: in the batch.
    ///   - limit: records that count: fewer than `records` where an earlier step stopped.
    ///   - record: the record of an item.
    static func join<Value: Sendable>(
        _ parts: [Part<Value>], records: Int, limit: Int, record: (Int) -> Int, isIdentity: Bool,
        onBad: (BadRecord) -> BadRecord.Verdict
    ) -> BatchContents<Value> {
        if parts.count == 1, parts[0].odd.isEmpty, isIdentity, parts[0].items.count == limit {
            return BatchContents(values: .stored(parts[0].values), records: limit)
        }
        var values: [Value] = []
        values.reserveCapacity(parts.reduce(0) { $0 + $1.values.count })
        var map = ValueMap(records: records)
        func add(_ items: Range<Int>) {
            if isIdentity {
                map.addValues(items.count, at: items.lowerBound)
            } else {
                for item in items { map.addValues(1, at: record(item)) }
            }
        }
        for part in parts {
            var item = part.items.lowerBound
            var taken = 0
            for odd in part.odd {
                values += part.values[taken..<taken + odd.item - item]
                add(item..<odd.item)
                taken += odd.item - item
                item = odd.item + 1
                let index = record(odd.item)
                guard let failure = odd.failure else {
                    map.addTombstone(at: index)
                    continue
                }
                if onBad(BadRecord(index: index, failure: failure)) == .stop {
                    return BatchContents(
                        values: .stored(values), valueOfRecord: map.finish(records: index), records: index)
                }
            }
            values += part.values[taken...]
            add(item..<part.items.upperBound)
        }
        return BatchContents(values: .stored(values), valueOfRecord: map.finish(records: limit), records: limit)
    }
}
