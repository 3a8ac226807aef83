/// How many records a reader is behind: what lies between the next offset that it reads and the end.
enum Lag {
    /// - Returns: 0 for a position past the end; nil where one of the two isn't known.
    static func records(from next: Int64?, to end: Int64?) -> Int64? {
        guard let next, let end else { return nil }
        let (lag, overflow) = end.subtractingReportingOverflow(next)
        return overflow ? nil : max(0, lag)
    }
}
