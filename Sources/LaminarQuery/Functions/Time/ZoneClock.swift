import Foundation
import LaminarFormats
import Synchronization

/// The clocks of a time zone, by its IANA name.
///
/// - Note: The zones and their changes are the system's: `tzdata` on Linux.
struct ZoneClock {
    private let zone: TimeZone

    private static let known = Mutex<[String: TimeZone]>([:])

    /// - Throws: ``QueryError`` with code `invalidArgument` for a name that is none.
    init(_ name: String) throws(QueryError) {
        if let zone = Self.known.withLock({ $0[name] }) {
            self.zone = zone
            return
        }
        let trimmed = TrimmedText.trimmed(name)
        let isUTC = ["utc", "gmt", "z", "zulu"].contains(trimmed.lowercased())
        guard let zone = isUTC ? TimeZone(secondsFromGMT: 0) : Self.zone(trimmed) else {
            throw QueryError(
                .invalidArgument, "this time zone isn't known: use an IANA name such as 'Europe/Warsaw', or an INTERVAL"
            )
        }
        Self.known.withLock { known in
            // Names may come from rows.
            if known.count >= 1000 { known = [:] }
            known[name] = zone
        }
        self.zone = zone
    }

    /// `GMT+2` and its like would be taken for what they aren't: PostgreSQL counts such offsets to the west.
    private static func zone(_ name: String) -> TimeZone? {
        guard name.contains("/") || name.allSatisfy({ $0.isLetter || $0.isNumber }), name.first?.isLetter ?? false
        else {
            return nil
        }
        return TimeZone(identifier: name) ?? TimeZone(abbreviation: name)
    }

    /// What the clocks show at an instant.
    func local(_ microseconds: Int64) throws(QueryError) -> Int64 {
        try shifted(microseconds, by: offset(at: microseconds))
    }

    /// The instant at which the clocks show this; where they are set forward over it, as if they weren't yet.
    func instant(_ local: Int64) throws(QueryError) -> Int64 {
        let first = offset(at: try shifted(local, by: -offset(at: local)))
        let moment = try shifted(local, by: -first)
        return offset(at: moment) == first ? moment : try shifted(local, by: -offset(at: moment))
    }

    private func offset(at microseconds: Int64) -> Int64 {
        let seconds = CivilText.floored(microseconds, by: 1_000_000).quotient
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))) * 1_000_000
    }

    private func shifted(_ value: Int64, by offset: Int64) throws(QueryError) -> Int64 {
        let (sum, overflow) = value.addingReportingOverflow(offset)
        if overflow { throw .outOfRange(.timestamp) }
        return sum
    }
}
