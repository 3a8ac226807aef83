// The only file that imports swift-metrics, under the trait SwiftMetrics.

#if SwiftMetrics
    public import LaminarCore
    internal import LaminarKafka
    public import Metrics
    internal import Synchronization

    /// Laminar's metrics go to swift-metrics, and with it to whatever backend the host has bootstrapped.
    ///
    ///     let recorder = SwiftMetricsRecorder(laminar.metrics)
    ///     try await recorder.run()                        // beside the host's other tasks, until it is cancelled
    ///
    /// Names and labels stay (labels are dimensions). Counters and gauges are copied every ten seconds, counters by what they
    /// have grown; each value of a histogram goes to a `Recorder` as it comes. A counter that the backend shows begins at the
    /// recorder's start.
    public final class SwiftMetricsRecorder: Sendable {
        private let registry: MetricsRegistry
        private let factory: (any MetricsFactory)?
        /// A backend may make a series of its own for each handler, so each is made once.
        private struct Handlers {
            var counters: [Series: (handler: any CounterHandler, copied: Double)] = [:]
            var meters: [Series: any MeterHandler] = [:]
            var recorders: [Series: any RecorderHandler] = [:]
        }
        private struct Series: Hashable {
            let definition: MetricDefinition
            let labels: [String]

            var dimensions: [(String, String)] { zip(definition.labels, labels).map { ($0, $1) } }
        }
        private let handlers = Mutex(Handlers())

        /// - Parameters:
        ///   - registry: whose numbers.
        ///   - factory: where to; nil for the one that was bootstrapped.
        public init(_ registry: MetricsRegistry = .shared, factory: (any MetricsFactory)? = nil) {
            self.registry = registry
            self.factory = factory
            registry.follow { [weak self] definition, labels, value in
                self?.recorder(Series(definition: definition, labels: labels)).record(value)
            }
        }

        /// Copies until the task is cancelled, and once more then.
        public func run(every interval: Duration = .seconds(10)) async throws {
            defer { copy() }
            while true {
                copy()
                try await Task.sleep(for: interval)
            }
        }

        /// Copies once.
        public func copy() {
            for family in registry.read() {
                for sample in family.samples {
                    guard case .number(let number) = sample.value else { continue }
                    let series = Series(definition: family.definition, labels: sample.labels)
                    if family.definition.kind == .counter { count(series, number) } else { meter(series).set(number) }
                }
            }
        }

        private var target: any MetricsFactory { factory ?? MetricsSystem.factory }

        private func count(_ series: Series, _ number: Double) {
            handlers.withLock { handlers in
                let known = handlers.counters[series]
                let handler =
                    known?.handler
                    ?? target.makeCounter(label: series.definition.name, dimensions: series.dimensions)
                handlers.counters[series] = (handler, number)
                let grown = Int64(exactly: (number - (known?.copied ?? 0)).rounded()) ?? 0
                if grown > 0 { handler.increment(by: grown) }
            }
        }

        private func meter(_ series: Series) -> any MeterHandler {
            handlers.withLock { handlers in
                if let known = handlers.meters[series] { return known }
                let made = target.makeMeter(label: series.definition.name, dimensions: series.dimensions)
                handlers.meters[series] = made
                return made
            }
        }

        private func recorder(_ series: Series) -> any RecorderHandler {
            handlers.withLock { handlers in
                if let known = handlers.recorders[series] { return known }
                let made = target.makeRecorder(
                    label: series.definition.name, dimensions: series.dimensions, aggregate: true)
                handlers.recorders[series] = made
                return made
            }
        }
    }
#endif
