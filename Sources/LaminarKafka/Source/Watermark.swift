/// How far one partition has been processed without a hole.
///
///     var watermark = Watermark()
///     watermark.deliver(10...19)
///     watermark.acknowledge(12...19)      // position stays nil: 10 and 11 are still out
///     watermark.acknowledge(10...11)      // position is 20
///
/// Records may be acknowledged in any order and from several tasks; what may be committed is the end of the contiguous
/// prefix, contiguous in the order of delivery and not in number: compaction and control records leave gaps, and a gap
/// holds nothing back.
struct Watermark: Sendable, Equatable {
    /// The next offset to read after everything up to here was processed; nil before the first.
    private(set) var position: Int64?
    /// Delivered and not yet passed, in order of delivery.
    private var outstanding: [ClosedRange<Int64>] = []
    private var head = 0
    /// Acknowledged ahead of the position: sorted, disjoint, never adjacent.
    private var ahead: [ClosedRange<Int64>] = []

    /// Whether everything that was delivered has been acknowledged.
    var isDrained: Bool { head == outstanding.count }

    /// The first offset that was delivered and isn't acknowledged; nil where there is none.
    var firstOutstanding: Int64? { isDrained ? nil : outstanding[head].lowerBound }

    /// How many offsets were delivered and aren't passed.
    var outstandingCount: Int { outstanding[head...].reduce(0) { $0 + $1.count } }

    /// Whether these are the oldest of what was delivered and not yet passed, in order of delivery.
    func begins(with runs: [ClosedRange<Int64>]) -> Bool {
        guard runs.count <= outstanding.count - head else { return false }
        return zip(outstanding[head...], runs).allSatisfy { $0.lowerBound == $1.lowerBound }
    }

    /// Notes consecutive offsets that were handed to the host.
    mutating func deliver(_ run: ClosedRange<Int64>) {
        outstanding.append(run)
    }

    /// Takes back what was delivered and never reached the host, a run or the end of one: it holds nothing up, and is
    /// passed by nobody.
    mutating func withdraw(_ run: ClosedRange<Int64>) {
        guard
            let index = outstanding[head...].firstIndex(where: {
                $0.upperBound == run.upperBound && $0.contains(run.lowerBound)
            })
        else { return }
        let delivered = outstanding[index]
        if delivered.lowerBound == run.lowerBound {
            outstanding.remove(at: index)
        } else {
            outstanding[index] = delivered.lowerBound...run.lowerBound - 1
        }
    }

    /// Notes processed offsets; those never delivered are ignored once the position passes them.
    mutating func acknowledge(_ run: ClosedRange<Int64>) {
        // The common case, whole runs in order of delivery, touches no list.
        if ahead.isEmpty, head < outstanding.count, outstanding[head] == run {
            pass(run)
            return
        }
        insert(run)
        while head < outstanding.count, let next = ahead.first(where: { $0.contains(outstanding[head].lowerBound) }) {
            let run = outstanding[head]
            if next.upperBound >= run.upperBound {
                pass(run)
            } else {
                outstanding[head] = (next.upperBound + 1)...run.upperBound
                position = next.upperBound + 1
                break
            }
        }
        if let position { ahead.removeAll { $0.upperBound < position } }
    }

    private mutating func pass(_ run: ClosedRange<Int64>) {
        position = run.upperBound + 1
        head += 1
        if head == outstanding.count {
            outstanding.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024 {
            outstanding.removeFirst(head)
            head = 0
        }
    }

    private mutating func insert(_ run: ClosedRange<Int64>) {
        var merged = run
        var index = ahead.firstIndex { $0.upperBound >= run.lowerBound - 1 } ?? ahead.count
        while index < ahead.count, ahead[index].lowerBound <= merged.upperBound + 1 {
            merged =
                min(merged.lowerBound, ahead[index].lowerBound)...max(merged.upperBound, ahead[index].upperBound)
            ahead.remove(at: index)
        }
        index = min(index, ahead.count)
        ahead.insert(merged, at: index)
    }
}
