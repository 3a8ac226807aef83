#if ServiceLifecycle && SwiftLog
    import LaminarEcosystem
    import LaminarKafka
    import LaminarTesting
    import Logging
    import ServiceLifecycle
    import Testing

    @Suite struct ServiceLifecycleTests {
        @Test("a graceful shutdown ends the service after its sources have committed") func graceful() async throws {
            let broker = try EmbeddedBroker()
            try broker.createTopic("orders", partitions: 1)
            try await broker.produce((0..<3).map { TestRecord(value: #"{"id": \#($0)}"#) }, to: "orders")
            let laminar = try await Laminar(database: .inMemory)
            try await laminar.execute(
                """
                CREATE CONNECTION shop TO kafka (bootstrap_servers = '\(broker.bootstrapServers)', topic = 'orders',
                    type = 'source', format = 'json', group_id = 'service');
                CREATE TABLE orders (id BIGINT NOT NULL) WITH (connector = 'shop');
                """)
            let reader = Reader(laminar: laminar)
            let group = ServiceGroup(
                configuration: .init(
                    services: [
                        .init(service: laminar),
                        .init(
                            service: reader, successTerminationBehavior: .gracefullyShutdownGroup),
                    ], logger: Logger(label: "test")))
            try await group.run()
            let error = await #expect(throws: LaminarError.self) { try await laminar.execute("SHOW TABLES") }
            #expect(error?.code == .shutDown)
            await broker.close()
        }

        @Test("cancellation ends it too") func cancelled() async throws {
            let laminar = try await Laminar(database: .inMemory)
            let running = Task { try await run(laminar) }
            running.cancel()
            _ = try? await running.value
            await #expect(throws: LaminarError.self) { try await laminar.execute("SHOW TABLES") }
        }

        private func run(_ service: some Service) async throws { try await service.run() }
    }

    /// Reads three rows, and with that the group's work is done.
    private struct Reader: Service {
        struct Order: Codable, Sendable { let id: Int64 }
        let laminar: Laminar

        func run() async throws {
            var ids: [Int64] = []
            for try await order in try laminar.source("orders", as: Order.self) {
                ids.append(order.id)
                if ids.count == 3 { break }
            }
            #expect(ids == [0, 1, 2])
        }
    }
#endif
