import Foundation
import LaminarTesting
import Synchronization
import Testing

/// A topic under load, a program that reads it exactly once into a destination, and the comparison at the end: record for
/// record, nothing missing and nothing twice.
final class Proof: Sendable {
    let kafka: KafkaFixture
    let topic: String
    let destination: any Destination
    let victim: CrashVictim
    private let producer: TestProducer
    private let count = Mutex(0)

    /// How many rounds there are: `$LAMINAR_ROUNDS`, else 20.
    static var rounds: Int { ProcessInfo.processInfo.environment["LAMINAR_ROUNDS"].flatMap { Int($0) } ?? 20 }

    /// - Parameter listener: by which way the victim comes to its broker.
    init(on kafka: KafkaFixture, into destination: any Destination, by listener: KafkaFixture.Listener = .plaintext)
        async throws
    {
        self.kafka = kafka
        self.destination = destination
        topic = try await kafka.createTopic("proof", partitions: 4)
        victim = CrashVictim(
            CrashVictim.beside("LaminarVictim"),
            [destination.kind, kafka.bootstrapServers(listener), topic, "\(topic)-group", destination.place])
        producer = try TestProducer(
            bootstrapServers: kafka.bootstrapServers,
            properties: ["message.timeout.ms": "120000", "reconnect.backoff.max.ms": "500"])
    }

    var group: String { "\(topic)-group" }

    static let isProgress: @Sendable (String) -> Bool = { $0.hasPrefix("stored") }

    /// Writes so many more records.
    func produce(_ more: Int) async throws {
        let from = count.withLock { count in
            defer { count += more }
            return count
        }
        try await producer.produce(
            (from..<(from + more)).map { TestRecord(value: "value \($0)", key: "\($0 % 97)") }, to: topic,
            timeout: .seconds(120))
    }

    /// Lets a victim live while something happens to its surroundings, under load; it must be alive at the end, and then
    /// have everything.
    ///
    /// - Parameter known: what it may say when it ends by itself after all; then it is started again, as a supervisor would.
    func survives(unless known: String? = nil, _ happenings: @escaping @Sendable () async throws -> Void) async throws {
        var program = try victim.start()
        try await produce(200)
        _ = try await program.line(within: .seconds(60), where: Self.isProgress)
        try await underLoad(happenings)
        if let known, try await !hasEverything() {
            let end = try await program.result(within: .seconds(60))
            #expect(end.status == 3 && end.errors.contains(known), "\(end.status): \(end.errors.suffix(2000))")
            program = try victim.start()
        }
        try await complete(with: program)
    }

    /// Whether all of the topic comes to the destination within the time that a victim has.
    private func hasEverything() async throws -> Bool {
        let count = try await kafka.read(topic, format: "%p|%o|%s").count
        return try await records(count).count >= count
    }

    /// What is in the destination when it holds that many different records, or the victim's time is up.
    private func records(_ count: Int) async throws -> Set<String> {
        let deadline = ContinuousClock.now + .seconds(240)
        while true {
            let found = Set(try await destination.records())
            if found.count >= count || ContinuousClock.now >= deadline { return found }
        }
    }

    /// Writes records all the time until `body` is done.
    func underLoad(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try await self.produce(50)
                    // Some hundred records a second: a load, and not a benchmark.
                    try? await Task.sleep(for: .milliseconds(100))
                }
                return false
            }
            group.addTask {
                try await body()
                return true
            }
            while let isDone = try await group.next() { if isDone { group.cancelAll() } }
        }
    }

    /// Starts a last one, which isn't killed, and compares when it has had the time to read everything.
    func complete() async throws {
        try await complete(with: try victim.start())
    }

    private func complete(with program: ExternalProcess) async throws {
        let (found, expected) = try await ending(with: program)
        // The difference tells; all records of both would be megabytes.
        let isEqual = found == expected
        #expect(isEqual, "\(Self.difference(found, expected))")
    }

    /// What is in the destination and what in the topic, both sorted, once the last one has had the time to read it all.
    func ending() async throws -> (found: [String], expected: [String]) { try await ending(with: try victim.start()) }

    private func ending(with program: ExternalProcess) async throws -> (found: [String], expected: [String]) {
        let expected = try await kafka.read(topic, format: "%p|%o|%s").sorted()
        #expect(expected.count >= count.withLock { $0 }, "the topic lacks records that were acknowledged")
        _ = try await records(expected.count)
        let end = try await program.result(within: .seconds(60))
        #expect(end.status == 0, "the last one ended with \(end.status): \(end.errors.suffix(2000))")
        // What it still had in hand is there now, if it was too much.
        return (try await destination.records().sorted(), expected)
    }

    /// What is missing, what is there twice, and what never was in the topic.
    private static func difference(_ found: [String], _ expected: [String]) -> String {
        var counts: [String: Int] = [:]
        for line in found { counts[line, default: 0] += 1 }
        let missing = expected.filter { counts[$0] == nil }
        let twice = counts.filter { $0.value > 1 }.keys.sorted()
        let foreign = Set(counts.keys).subtracting(expected).sorted()
        return "\(found.count) of \(expected.count) records; missing \(missing.count): \(missing.prefix(8)); "
            + "twice \(twice.count): \(twice.prefix(8)); never written \(foreign.count): \(foreign.prefix(8))."
    }
}
