#if SwiftMetrics
    import LaminarCore
    import LaminarEcosystem
    import Metrics
    import MetricsTestKit
    import Testing

    @Suite struct SwiftMetricsTests {
        private static let orders = MetricDefinition(counter: "shop_orders_total", "Orders.", labels: ["country"])
        private static let depth = MetricDefinition(gauge: "shop_depth", "Depth.")
        private static let seconds = MetricDefinition(histogram: "shop_seconds", "Times.", labels: ["step"])

        @Test("counters are copied by what they have grown, gauges as they are, histograms value by value")
        func copying() throws {
            let registry = MetricsRegistry()
            let backend = TestMetrics()
            let recorder = SwiftMetricsRecorder(registry, factory: backend)
            registry.counter(Self.orders, "at").add(3)
            registry.gauge(Self.depth).set(1.5)
            recorder.copy()
            registry.counter(Self.orders, "at").add(4)
            registry.gauge(Self.depth).set(-2)
            registry.histogram(Self.seconds, "read").record(0.25)
            registry.histogram(Self.seconds, "read").record(0.5)
            recorder.copy()
            recorder.copy()
            let counter = try backend.expectCounter("shop_orders_total", [("country", "at")])
            #expect(counter.values == [3, 4])
            #expect(try backend.expectMeter("shop_depth").values.last == -2)
            #expect(try backend.expectRecorder("shop_seconds", [("step", "read")]).values == [0.25, 0.5])
        }

        @Test("a run that is cancelled copies once more") func run() async throws {
            let registry = MetricsRegistry()
            let backend = TestMetrics()
            let recorder = SwiftMetricsRecorder(registry, factory: backend)
            registry.counter(Self.orders, "at").add(1)
            let run = Task { try await recorder.run(every: .seconds(3600)) }
            while (try? backend.expectCounter("shop_orders_total", [("country", "at")])) == nil { await Task.yield() }
            registry.counter(Self.orders, "at").add(5)
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            #expect(try backend.expectCounter("shop_orders_total", [("country", "at")]).totalValue == 6)
        }
    }
#endif
