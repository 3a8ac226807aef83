import Dispatch
import LaminarFormats

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An instant that fits into an atomic number, and that can be shown as a time of day.
struct Moment: Sendable, Comparable {
    /// Nanoseconds of the machine's uptime.
    let uptime: UInt64

    static var now: Moment { Moment(uptime: DispatchTime.now().uptimeNanoseconds) }

    static func < (left: Moment, right: Moment) -> Bool { left.uptime < right.uptime }

    func seconds(since earlier: Moment) -> Double { Double(uptime) / 1e9 - Double(earlier.uptime) / 1e9 }

    /// For spans, by the clock of now.
    var nanosecondsSince1970: UInt64 { UInt64(max(0, time.microseconds)) &* 1000 }

    /// The time of day then, by the clock of now.
    var time: Timestamp {
        let now = Moment.now
        return Timestamp(microseconds: Timestamp.now.microseconds &- Int64(max(0, now.seconds(since: self)) * 1e6))
    }
}

extension Timestamp {
    /// This machine's clock, now.
    static var now: Timestamp {
        Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }
}
