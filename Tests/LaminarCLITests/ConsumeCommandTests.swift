import LaminarTesting
import Testing

@testable import LaminarCLI

@Suite struct ConsumeCommandTests {
    private static func script(_ broker: EmbeddedBroker) -> String {
        Run.script.replacing("localhost:9092", with: broker.bootstrapServers)
    }

    @Test("every row up to the topic's end, or up to the limit")
    func rows() async throws {
        let broker = try EmbeddedBroker()
        try await broker.produce((0..<50).map { TestRecord(value: "{\"id\": \($0)}") }, to: "orders")
        let all = try await Run(["consume", "orders", "--format", "json"], setUp: Self.script(broker))
        #expect(all.code == .done, "\(all.errors)")
        #expect(Set(all.output) == Set((0..<50).map { "{\"id\":\($0)}" }))
        let some = try await Run(["consume", "orders", "--format", "csv", "--limit", "7"], setUp: Self.script(broker))
        #expect(some.output.count == 8)
        #expect(some.code == .done)
        await broker.close()
    }

    @Test("a record that can't be decoded ends it with its place")
    func badRecord() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("orders", partitions: 1)
        try await broker.produce([TestRecord(value: "{\"id\": 1}"), TestRecord(value: "oops")], to: "orders")
        let run = try await Run(["consume", "orders", "--format", "json"], setUp: Self.script(broker))
        #expect(run.code == .failed)
        #expect(run.output == ["{\"id\":1}"])
        let text = run.errors.joined(separator: "\n")
        #expect(text.contains("orders[0]@1"), "\(text)")
        #expect(!text.contains("oops"))
        await broker.close()
    }

    @Test("a table that isn't there is an error with a suggestion")
    func unknownTable() async throws {
        let run = try await Run(["consume", "ordres"], setUp: Run.script)
        #expect(run.code == .failed)
        #expect(run.errors.joined().contains("Did you mean orders?"))
    }
}
