/// Where PostgreSQL and DuckDB mean different things, each with its reason. Ours is PostgreSQL's.
struct KnownDifference: Sendable {
    /// Why both are right.
    let reason: String
    /// Whether it explains that the answers to a statement differ.
    let explains: @Sendable (_ sql: String, _ ours: DifferentialTests.Outcome, _ theirs: DuckDB.Answer) -> Bool

    static let all: [KnownDifference] = [
        KnownDifference(reason: "DuckDB refuses to order by a constant, which to PostgreSQL means no order") {
            _, _, theirs in
            theirs.error?.contains("ORDER BY non-integer literal") ?? false
        },
        KnownDifference(reason: "ß has no capital letter to PostgreSQL, and ẞ to DuckDB") { sql, _, theirs in
            sql.contains("upper(") && "\(theirs.rows ?? [])".contains("ẞ")
        },
    ]
}
