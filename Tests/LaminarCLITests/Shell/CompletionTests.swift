import Testing

@testable import LaminarCLI

@Suite("Tab completes what may stand there") struct CompletionTests {
    private static let names = Completion.Names(
        tables: ["orders", "order_lines", "customers"], connections: ["shop"], pipelines: ["spend"],
        columns: ["orders": ["id", "amount", "_kafka_offset"]])
    private let completion = Completion(names, options: ["bootstrap_servers", "topic", "topics", "topic_pattern"])

    @Test(arguments: [
        ("SELECT * FROM cust", "omers ", ["customers"]),
        ("SELECT * FROM or", "der", ["order_lines", "orders"]),
        ("SELECT * FROM sp", "end ", ["spend"]),
        ("SELECT * FROM system.kafka_b", "rokers ", ["system.kafka_brokers"]),
        ("DESCRIBE orders", " ", ["orders"]),
        ("DROP CONNECTION s", "hop ", ["shop"]),
        ("SELECT am", "", []),
        ("SELECT 1 FROM orders WHERE am", "ount ", ["amount"]),
        ("SELECT 1 FROM orders WHERE _k", "afka_offset ", ["_kafka_offset"]),
        ("create connec", "", ["connection", "connections"]),
        ("DESC", "", ["DESC", "DESCRIBE"]),
        ("CREATE CONNECTION c TO kafka (boot", "strap_servers ", ["bootstrap_servers"]),
        ("CREATE CONNECTION c TO kafka (topic = 'a', topic_", "pattern ", ["topic_pattern"]),
        ("\\ti", "ming ", ["\\timing"]),
        ("\\d cu", "stomers ", ["customers"]),
        ("\\follow SELECT am", "", []),
        ("\\follow SELECT 1 FROM orders WHERE am", "ount ", ["amount"]),
        ("SELECT 'x' FROM nothing_lik", "", []),
    ])
    func word(text: String, insertion: String, candidates: [String]) {
        let result = completion.result(for: text)
        if candidates.count > 1 {
            #expect(result.candidates == candidates)
        } else {
            #expect(result == Completion.Result(insertion: insertion, candidates: candidates))
        }
    }

    @Test("a list lines up") func list() {
        let result = Completion.Result(candidates: ["a", "long_name", "b"])
        #expect(result.list == "a          long_name  b")
    }
}
