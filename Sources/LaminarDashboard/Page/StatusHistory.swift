import LaminarKafka
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The numbers of the last ten minutes, taken at each turn.
final class StatusHistory: Sendable {
    /// One turn of one source.
    struct Point: Encodable, Sendable {
        let time: Int64
        let recordRate: Double
        let byteRate: Double
        let lag: Int64?
    }

    private struct Totals {
        var records: Double
        var bytes: Double
    }
    private struct State {
        var points: [String: [Point]] = [:]
        var totals: [String: Totals] = [:]
        var lastTime: ContinuousClock.Instant?
        var last: Status?
    }
    private struct Opening: Encodable {
        let status: Status
        let points: [String: [Point]]
        let interval: Double
    }

    /// How far back the page looks.
    private static let length = Duration.seconds(600)

    let interval: Duration
    let content: @Sendable () -> (any DashboardContent)?
    private let title: String
    private let startedAt: Int64
    private let state = Mutex(State())

    init(title: String, interval: Duration, content: @escaping @Sendable () -> (any DashboardContent)?) {
        self.title = title
        self.interval = interval
        self.content = content
        startedAt = Self.now
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    private var mostPoints: Int { max(2, Int(Self.length / interval)) }

    /// Takes the numbers of this turn.
    ///
    /// - Returns: the event for open pages.
    func take() -> [UInt8] {
        let status = measured()
        state.withLock { state in
            for source in status.sources {
                var points = state.points[source.key] ?? []
                if points.count >= mostPoints { points.removeFirst(points.count - mostPoints + 1) }
                points.append(
                    Point(
                        time: status.time, recordRate: source.recordRate, byteRate: source.byteRate, lag: source.lag))
                state.points[source.key] = points
            }
            let shown = Set(status.sources.map(\.key))
            state.points = state.points.filter { shown.contains($0.key) }
            state.last = status
        }
        return Self.event("status", status)
    }

    /// Now, with the rates since the last turn.
    private func measured() -> Status {
        var status = read()
        let now = ContinuousClock.now
        state.withLock { state in
            let seconds = state.lastTime.map { (now - $0) / .seconds(1) } ?? 0
            state.lastTime = now
            var totals: [String: Totals] = [:]
            for index in status.sources.indices {
                let source = status.sources[index]
                let total = Totals(records: Double(source.records), bytes: Double(source.bytes))
                let before = state.totals["source " + source.key]
                status.sources[index].recordRate = Self.rate(before?.records, total.records, seconds)
                status.sources[index].byteRate = Self.rate(before?.bytes, total.bytes, seconds)
                totals["source " + source.key] = total
            }
            for index in status.sinks.indices {
                let sink = status.sinks[index]
                let before = state.totals["sink " + sink.topic]
                status.sinks[index].recordRate = Self.rate(before?.records, sink.records, seconds)
                totals["sink " + sink.topic] = Totals(records: sink.records, bytes: sink.bytes)
            }
            state.totals = totals
        }
        return status
    }

    /// A total that is smaller than before is another source's.
    private static func rate(_ before: Double?, _ now: Double, _ seconds: Double) -> Double {
        guard let before, seconds > 0, now >= before else { return 0 }
        return ((now - before) / seconds * 10).rounded() / 10
    }

    private func read() -> Status { Status(content(), title: title, startedAt: startedAt, time: Self.now) }

    /// Now; the rates are the last turn's.
    func status() -> Status {
        var status = read()
        let last = state.withLock { $0.last }
        for index in status.sources.indices {
            guard let before = last?.sources.first(where: { $0.key == status.sources[index].key }) else { continue }
            status.sources[index].recordRate = before.recordRate
            status.sources[index].byteRate = before.byteRate
        }
        return status
    }

    func statusJSON() -> [UInt8] { Array((try? JSONEncoder().encode(status())) ?? Data()) }

    /// What a page gets first: the whole history.
    func opening() -> [UInt8] {
        let points = state.withLock { $0.points }
        return Self.event("opening", Opening(status: status(), points: points, interval: interval / .seconds(1)))
    }

    /// An event as EventSource reads it; JSON has no line break in it.
    private static func event(_ name: String, _ value: some Encodable) -> [UInt8] {
        var bytes = Array("event: \(name)\ndata: ".utf8)
        bytes += Array((try? JSONEncoder().encode(value)) ?? Data())
        bytes += Array("\n\n".utf8)
        return bytes
    }
}
