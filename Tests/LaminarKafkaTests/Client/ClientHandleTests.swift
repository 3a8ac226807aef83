import CRdKafka
import LaminarCore
import LaminarTesting
import Synchronization
import Testing

@testable import LaminarKafka

@Suite("A client and those who hear of its requests", .timeLimit(.minutes(5)))
struct ClientHandleTests {
    private final class Listener: RequestObserver {
        let requests = Atomic<Int>(0)
        func sent(_ key: Int16, to broker: Int32) { requests.add(1, ordering: .relaxed) }
        func received(_ key: Int16, from broker: Int32, _ response: rd_kafka_resp_err_t) {}
    }

    private final class Nobody: ClientDelegate {
        func clientFailed(_ response: rd_kafka_resp_err_t, _ reason: String) {}
    }

    /// What is left of a client.
    private struct Remains: Sendable {
        weak let listener: Listener?
        weak let reaper: QuietReaper?
        nonisolated(unsafe) let client: OpaquePointer
    }

    private func makeAndDrop(_ broker: EmbeddedBroker, abandoning: Bool) throws -> Remains {
        let listener = Listener()
        var properties = ClientProperties()
        properties.set("bootstrap.servers", broker.bootstrapServers)
        properties.set("group.id", "g")
        let handle = try ClientHandle(
            .consumer, properties: properties,
            callbacks: ClientCallbacks(log: SilentLogSink(), delegate: Nobody()), observers: [listener])
        if abandoning { handle.abandon() }
        return Remains(listener: listener, reaper: handle.reaper, client: handle.client)
    }

    @Test("when it is gone so are they") func destroyed() async throws {
        let broker = try EmbeddedBroker()
        let remains = try makeAndDrop(broker, abandoning: false)
        let deadline = ContinuousClock.now + .seconds(20)
        while remains.listener != nil || remains.reaper != nil, ContinuousClock.now < deadline {
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
        #expect(remains.listener == nil && remains.reaper == nil)
        await broker.close()
    }

    @Test("one that is abandoned goes on calling them: they stay") func abandoned() async throws {
        let broker = try EmbeddedBroker()
        let remains = try makeAndDrop(broker, abandoning: true)
        try #require(remains.listener != nil && remains.reaper != nil)
        let before = remains.listener?.requests.load(ordering: .relaxed) ?? 0
        var metadata: UnsafePointer<rd_kafka_metadata>?
        #expect(rd_kafka_metadata(remains.client, 1, nil, &metadata, 20_000) == RD_KAFKA_RESP_ERR_NO_ERROR)
        if let metadata { rd_kafka_metadata_destroy(metadata) }
        #expect(remains.listener?.requests.load(ordering: .relaxed) ?? 0 > before)
        #expect(remains.reaper != nil)
        await broker.close()
    }
}
