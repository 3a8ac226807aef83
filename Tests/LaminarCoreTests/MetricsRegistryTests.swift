import LaminarCore
import Testing

@Suite struct MetricsRegistryTests {
    private static let orders = MetricDefinition(counter: "shop_orders_total", "Orders.", labels: ["country"])
    private static let depth = MetricDefinition(gauge: "shop_depth", "Depth.", labels: ["queue"])
    private static let seconds = MetricDefinition(
        histogram: "shop_seconds", "Times.", labels: ["step"], bounds: [0.1, 1, 10])

    @Test("the same labels are the same instrument, and what is counted is read by labels or in sum") func counting() {
        let registry = MetricsRegistry()
        registry.counter(Self.orders, "at").add(2)
        registry.counter(Self.orders, "at").add()
        registry.counter(Self.orders, "ch").add(4)
        registry.counter(Self.orders, "ch").add(-10)
        #expect(registry.value(Self.orders, ["country": "at"]) == 3)
        #expect(registry.value(Self.orders) == 7)
        #expect(registry.value(Self.orders, ["country": "de"]) == nil)
        #expect(registry.value(Self.orders, ["no such label": "at"]) == nil)
        #expect(registry.value(Self.depth) == nil)
    }

    @Test("a gauge holds the last value") func gauge() {
        let registry = MetricsRegistry()
        registry.gauge(Self.depth, "a").set(2.5)
        registry.gauge(Self.depth, "a").set(-1)
        #expect(registry.value(Self.depth) == -1)
    }

    @Test("a histogram counts values at or below each bound, and leaves out what isn't a number") func histogram()
        throws
    {
        let registry = MetricsRegistry()
        let histogram = registry.histogram(Self.seconds, "read")
        for value in [0.1, 0.05, 0.5, 100, .nan, .infinity] { histogram.record(value) }
        histogram.record(.milliseconds(200))
        #expect(histogram.value.counts == [2, 2, 0, 1])
        #expect(histogram.value.count == 5)
        #expect(abs(histogram.value.sum - 100.85) < 1e-9)
        #expect(histogram.value.quantile(0.5) == 1)
        #expect(histogram.value.quantile(1) == .infinity)
        #expect(registry.histogram(Self.seconds, "write").value.quantile(0.5) == nil)
        #expect(registry.value(Self.seconds, ["step": "read"]) == 5)
    }

    @Test("values from several threads are all there") func threads() async {
        let registry = MetricsRegistry()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        registry.counter(Self.orders, "\(task % 2)").add()
                        registry.histogram(Self.seconds, "read").record(1)
                    }
                }
            }
        }
        #expect(registry.value(Self.orders) == 8_000)
        #expect(registry.value(Self.seconds) == 8_000)
    }

    @Test("label values that are too many count together") func cardinality() {
        let registry = MetricsRegistry()
        for number in 0..<5_000 { registry.counter(Self.orders, "\(number)").add() }
        #expect(registry.samples(Self.orders).count == MetricsRegistry.mostSeries + 1)
        #expect(registry.value(Self.orders) == 5_000)
        #expect(registry.value(Self.orders, ["country": "other"]) == 4_000)
    }

    private final class Queues: MetricReader {
        let depths: [(String, Double)]
        init(_ depths: [(String, Double)]) { self.depths = depths }
        func read(into readings: inout MetricReadings) {
            for (queue, depth) in depths { readings.add(MetricsRegistryTests.depth, [queue], depth) }
        }
    }

    @Test("readers are asked when somebody reads, add up, and are forgotten with their last reference") func readers() {
        let registry = MetricsRegistry()
        let one = Queues([("a", 1), ("b", 2)])
        var two: Queues? = Queues([("b", 3)])
        registry.add(one)
        if let two { registry.add(two) }
        #expect(registry.value(Self.depth, ["queue": "b"]) == 5)
        two = nil
        #expect(registry.value(Self.depth, ["queue": "b"]) == 2)
        registry.remove(one)
        #expect(registry.value(Self.depth) == nil)
    }

    @Test("the text is Prometheus's, escaped and with cumulative buckets") func text() {
        let registry = MetricsRegistry()
        registry.counter(Self.orders, "a\"b\\c\nd").add(3)
        registry.histogram(Self.seconds, "read").record(0.5)
        registry.gauge(Self.depth, "a").set(1.5)
        #expect(
            registry.prometheusText() == """
                # HELP shop_depth Depth.
                # TYPE shop_depth gauge
                shop_depth{queue="a"} 1.5
                # HELP shop_orders_total Orders.
                # TYPE shop_orders_total counter
                shop_orders_total{country="a\\"b\\\\c\\nd"} 3
                # HELP shop_seconds Times.
                # TYPE shop_seconds histogram
                shop_seconds_bucket{step="read",le="0.1"} 0
                shop_seconds_bucket{step="read",le="1"} 1
                shop_seconds_bucket{step="read",le="10"} 1
                shop_seconds_bucket{step="read",le="+Inf"} 1
                shop_seconds_sum{step="read"} 0.5
                shop_seconds_count{step="read"} 1

                """)
    }

    @Test("wrong numbers of labels lose nothing and stop nobody") func labels() {
        let registry = MetricsRegistry()
        registry.counter(Self.orders).add()
        registry.counter(Self.orders, "at", "too many").add()
        #expect(registry.value(Self.orders, ["country": ""]) == 1)
        #expect(registry.value(Self.orders, ["country": "at"]) == 1)
    }
}
