import LaminarCore
import Testing

@testable import LaminarKafka

@Suite struct TopicPatternTests {
    @Test(
        "a POSIX extended expression matches the whole name",
        arguments: [
            ("events-.*", "events-a", true), ("events-.*", "my-events-a", false), ("events", "events2", false),
            ("a|b", "b", true), ("a|b", "ab", false), ("^events$", "events", true), ("e{2,3}", "eee", true),
            ("[[:alpha:]]+-[0-9]", "x-1", true), (#"a\.b"#, "a.b", true), (#"a\.b"#, "axb", false),
            ("[]a]+", "a", true), ("(a)(b)?", "ab", true),
        ])
    func matching(pattern: String, name: String, matches: Bool) throws {
        try TopicPattern.check(pattern)
        #expect(TopicMatch.matches(name, TopicPattern.anchored(pattern)) == matches)
    }

    @Test(
        "what POSIX hasn't is refused by name, with POSIX's words",
        arguments: [
            (#"e-\d+"#, "[0-9]"), (#"e-\D+"#, "[^0-9]"), (#"\w+"#, "[A-Za-z0-9_]"), (#"\s"#, "[[:space:]]"),
            (#"[\d_]+"#, "0-9"), ("(?=a).*", "lookahead"), ("(?!a).*", "negative lookahead"), ("(?<=a)b", "lookbehind"),
            ("(?:a|b)", "(…)"), ("(?i)a", "(?i)"), ("(?P<n>a)", "(?…)"), ("a*?", "lazy"), ("a+?b", "lazy"),
            ("a{2}+", "possessive"), (#"(a)\1"#, "back-reference"), (#"a\b"#, #"\b"#), ("(a", "POSIX"), ("[a", "POSIX"),
            ("", "empty"), ("(((a{1,255}){1,255}){1,255})", "repeats too much"), ("a{99999999999999999999}", "POSIX"),
        ])
    func dialects(pattern: String, words: String) {
        let error = #expect(throws: ConfigurationError.self) { try TopicPattern.check(pattern) }
        #expect(error?.option == "topic_pattern")
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test("a name as an expression matches nothing else") func escaping() {
        let name = "a.b-c_d"
        #expect(TopicMatch.matches(name, TopicPattern.anchored(TopicPattern.escaped(name))))
        #expect(!TopicMatch.matches("axb-c_d", TopicPattern.anchored(TopicPattern.escaped(name))))
    }

    @Test("names of topics", arguments: ["", ".", "..", "a b", "ä", "a/b", String(repeating: "a", count: 250), "^a"])
    func names(name: String) {
        #expect(throws: ConfigurationError.self) { try TopicName.check(name, option: "topic") }
    }

    @Test("what is excluded is read by no pattern, with a group or without one") func excluded() {
        let names = ["__consumer_offsets", "events-a", "events-aa", "events-dlq", "events-x", "orders"]
        func found(_ excluded: String?) -> [String] {
            TopicMatch.matching(names, TopicPattern.anchored("events-.*"), excluded: excluded)
        }
        #expect(found(nil) == ["events-a", "events-aa", "events-dlq", "events-x"])
        #expect(found(#"^private,^__,^events-dlq$"#) == ["events-a", "events-aa", "events-x"])
        #expect(found(#"^events-a{2\,3}$,x$"#) == ["events-a", "events-dlq"])
        let configuration = KafkaSourceConfiguration(bootstrapServers: "a:1", subscription: .pattern("events-.*"))
        #expect(configuration.excluding(["events-dlq"]).topics(among: names) == ["events-a", "events-aa", "events-x"])
    }

    @Test("a pattern never matches an internal or a dead letter topic") func hidden() async throws {
        let configuration = KafkaSourceConfiguration(bootstrapServers: "a:1", subscription: .pattern(".*"))
        var own = configuration
        own.properties["topic.blacklist"] = "^private"
        let properties = try await own.clientProperties(secrets: .standard, excludedTopics: ["events.dlq"])
        #expect(properties["topic.blacklist"] == #"^private,^__,^events\.dlq$"#)
        #expect(LibrdkafkaProperties.check("topic.blacklist", properties["topic.blacklist"] ?? "") == .accepted)
        let named = KafkaSourceConfiguration(bootstrapServers: "a:1", subscription: .topics(["__consumer_offsets"]))
        #expect(try await named.clientProperties(secrets: .standard)["topic.blacklist"] == nil)
    }
}
