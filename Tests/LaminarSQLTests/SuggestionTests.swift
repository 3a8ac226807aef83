import LaminarSQL
import Testing

@Suite struct SuggestionTests {
    static let words = [
        "bootstrap_servers", "topic", "topics", "topic_pattern", "type", "format", "group_id", "offset", "timestamp",
    ]

    @Test(
        "the nearest word is meant",
        arguments: [
            ("bootstrap_server", "bootstrap_servers"), ("bootstrap.servers", "bootstrap_servers"),
            ("BOOTSTRAP_SERVERS", "bootstrap_servers"),
            ("tpoic", "topic"), ("topcis", "topics"), ("fromat", "format"), ("groupid", "group_id"),
            ("ofset", "offset"), ("tipe", "type"),
        ])
    func nearest(word: String, meant: String) {
        #expect(SQL.suggestion(for: word, among: SuggestionTests.words) == meant)
    }

    @Test(
        "nothing is suggested for a word that is like none",
        arguments: ["", "x", "parallelism", "fetch.min.bytes", String(repeating: "a", count: 1000)])
    func none(word: String) {
        #expect(SQL.suggestion(for: word, among: SuggestionTests.words) == nil)
    }

    @Test("of two that are equally near the first is taken") func ties() {
        #expect(SQL.suggestion(for: "topix", among: ["topic", "topiz"]) == "topic")
        #expect(SQL.suggestion(for: "a", among: []) == nil)
    }
}
