import LaminarKafka
import LaminarTesting
import Synchronization
import Testing

@Suite("A transaction that its coordinator aborts under a running transform", .timeLimit(.minutes(4)))
struct ForcedAbortTests {
    enum Force: CaseIterable {
        /// It was open for longer than `transaction.timeout.ms`.
        case timeOut
        /// Another producer of the same transactional id began: a client that nobody here wrote.
        case takeOver
    }

    @Test(
        "none of its outputs is ever visible, the transform ends as fenced, and a restart does everything once",
        arguments: Force.allCases)
    func forced(force: Force) async throws {
        let kafka = try await KafkaFixture.start(
            properties: ["transaction.abort.timed.out.transaction.cleanup.interval.ms": "200"])
        guard kafka.offers(.transactionTimeouts, promise: "a transaction that is aborted by its coordinator") else {
            return
        }
        let run = try await TransformRun(records: 4_000, mode: .exactlyOnce, on: kafka)
        // One transaction holds everything, and is committed only after the coordinator has aborted it.
        let interval = force == .timeOut ? Duration.seconds(4) : .seconds(3600)
        let id = "forced-\(run.output)"
        let transform = try run.transform(
            source: { $0.commits = .automatic(every: interval) },
            sink: {
                $0.transactionalID = id
                if force == .timeOut { $0.properties["transaction.timeout.ms"] = "2000" }
            })
        let seen = Mutex(0)
        let error = await #expect(throws: KafkaError.self) {
            try await TransformRun.process(transform) { batch in
                let all = seen.withLock { count in
                    count += batch.recordCount
                    return count
                }
                guard all == run.input.count, force == .takeOver else { return }
                try await takeOver("\(id)-0", on: kafka)
                transform.commit()
            }
        }
        #expect(error?.code == .fenced, "\(error as Any)")
        #expect(seen.withLock { $0 } == run.input.count)
        await transform.close()
        #expect(try await run.outputs(0) == [:])
        let committed = try await kafka.committedOffsets(of: run.group, topic: run.input.name)
        #expect(committed.values.allSatisfy { $0 <= 0 }, "\(committed)")

        let restarted = try run.transform(sink: { $0.transactionalID = id })
        let working = Task { try await TransformRun.process(restarted) }
        try await run.waitUntilCommitted()
        await restarted.close()
        try await working.value
        #expect(try await run.outputs() == run.expected())
        await kafka.stop()
    }

    /// Starts a producer of that id in Python, which makes the coordinator abort what is open.
    private func takeOver(_ id: String, on kafka: KafkaFixture) async throws {
        let script = """
            import sys
            from confluent_kafka import Producer
            Producer({"bootstrap.servers": sys.argv[1], "transactional.id": sys.argv[2]}).init_transactions(60)
            """
        _ = try await Peers.python(script, [kafka.bootstrapServers, id]).success(within: .seconds(90))
    }
}
