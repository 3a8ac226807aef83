internal import Synchronization

/// All metrics of a process: made once, added to from anywhere, read as values or as Prometheus text.
///
///     laminar.metrics.value(.sourceRecords, ["source": "shop"])     // 1250.0
///     print(laminar.metrics.prometheusText())
///     let sent = laminar.metrics.counter(.invoices, "at")            // the host's own, beside Laminar's
///
/// A host scrapes one text, so ``shared`` is what every `Laminar`, source and sink uses unless it is given another.
///
/// Memory is bounded: a metric has at most ``mostSeries`` combinations of label values; further ones count together under
/// the value `other` of every label.
public final class MetricsRegistry: Sendable {
    /// The process's own, which is used unless another is given.
    public static let shared = MetricsRegistry()
    /// How many combinations of label values a metric has at most.
    public static let mostSeries = 1_000

    private enum Series: Sendable {
        case counter(MetricCounter)
        case gauge(MetricGauge)
        case histogram(MetricHistogram)

        var value: MetricValue {
            switch self {
            case .counter(let counter): .number(Double(counter.value))
            case .gauge(let gauge): .number(gauge.value)
            case .histogram(let histogram): .distribution(histogram.value)
            }
        }
    }
    private struct Reader: Sendable {
        weak let reader: (any MetricReader)?
    }
    private struct State {
        var series: [MetricDefinition: [[String]: Series]] = [:]
        var readers: [ObjectIdentifier: Reader] = [:]
    }

    private let state = Mutex(State())
    private let followers = MetricFollowers()

    /// An empty one, for a test or for a host that keeps things apart.
    public init() {}

    // MARK: Instruments

    /// The counter with these label values; the same one each time. Keep it: a look-up takes a lock.
    ///
    /// - Parameter labels: in the order of the definition's.
    public func counter(_ definition: MetricDefinition, _ labels: String...) -> MetricCounter {
        counter(definition, labels)
    }

    /// The same with an array.
    public func counter(_ definition: MetricDefinition, _ labels: [String]) -> MetricCounter {
        if case .counter(let counter) = series(definition, labels, { _ in .counter(MetricCounter()) }) {
            return counter
        }
        return MetricCounter()
    }

    /// The gauge with these label values; the same one each time.
    public func gauge(_ definition: MetricDefinition, _ labels: String...) -> MetricGauge {
        if case .gauge(let gauge) = series(definition, labels, { _ in .gauge(MetricGauge()) }) { return gauge }
        return MetricGauge()
    }

    /// The histogram with these label values; the same one each time.
    public func histogram(_ definition: MetricDefinition, _ labels: String...) -> MetricHistogram {
        let made = series(definition, labels) { .histogram(MetricHistogram(definition, $0, followers)) }
        if case .histogram(let histogram) = made { return histogram }
        return MetricHistogram(definition, labels, followers)
    }

    /// Asks an object for its numbers whenever the metrics are read. It is held weakly.
    public func add(_ reader: some MetricReader) {
        state.withLock { state in
            state.readers = state.readers.filter { $0.value.reader != nil }
            state.readers[ObjectIdentifier(reader)] = Reader(reader: reader)
        }
    }

    /// Asks it no more.
    public func remove(_ reader: some MetricReader) {
        state.withLock { state in _ = state.readers.removeValue(forKey: ObjectIdentifier(reader)) }
    }

    /// Calls `body` with each value of every histogram, for the life of this registry: for adapters, which can't make
    /// values out of counts.
    package func follow(_ body: @escaping @Sendable (MetricDefinition, [String], Double) -> Void) {
        followers.add(body)
    }

    private func series(
        _ definition: MetricDefinition, _ labels: [String], _ make: ([String]) -> Series
    ) -> Series {
        state.withLock { state in
            var labels = definition.fitted(labels)
            if let known = state.series[definition]?[labels] { return known }
            if (state.series[definition]?.count ?? 0) >= Self.mostSeries {
                labels = labels.map { _ in Self.other }
                if let known = state.series[definition]?[labels] { return known }
            }
            let made = make(labels)
            state.series[definition, default: [:]][labels] = made
            return made
        }
    }

    /// What stands for label values that are too many.
    package static let other = "other"

    // MARK: Reading

    /// Everything, by name and then by label values.
    public func read() -> [MetricFamily] { read { _ in true } }

    private func read(_ isWanted: (MetricDefinition) -> Bool) -> [MetricFamily] {
        let (series, readers) = state.withLock { ($0.series, $0.readers.values.compactMap(\.reader)) }
        var readings = MetricReadings()
        for reader in readers { reader.read(into: &readings) }
        var all: [MetricDefinition: [[String]: MetricValue]] = series.filter { isWanted($0.key) }
            .mapValues { $0.mapValues(\.value) }
        for (definition, values) in readings.values where isWanted(definition) {
            for (labels, value) in Self.bounded(values) {
                let before = all[definition]?[labels]?.number ?? 0
                all[definition, default: [:]][labels] = .number(before + value)
            }
        }
        return all.map { definition, samples in
            MetricFamily(
                definition: definition,
                samples: samples.map { MetricSample(labels: $0.key, value: $0.value) }
                    .sorted { $0.labels.lexicographicallyPrecedes($1.labels) })
        }.sorted { $0.definition.name < $1.definition.name }
    }

    private static func bounded(_ values: [[String]: Double]) -> [[String]: Double] {
        guard values.count > mostSeries else { return values }
        var kept: [[String]: Double] = [:]
        for (labels, value) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let key = kept.count < mostSeries - 1 ? labels : labels.map { _ in other }
            kept[key, default: 0] += value
        }
        return kept
    }

    /// One metric's number: the sum over all series with these label values. Of a histogram, how many values it has.
    ///
    ///     registry.value(.decodeErrors, ["source": "shop"])      // of all reasons
    ///
    /// - Returns: nil where nothing was counted under such labels.
    public func value(_ definition: MetricDefinition, _ labels: [String: String] = [:]) -> Double? {
        let samples = samples(definition, labels)
        return samples.isEmpty ? nil : samples.reduce(0) { $0 + $1.value.number }
    }

    /// The series of one metric that have these label values.
    public func samples(_ definition: MetricDefinition, _ labels: [String: String] = [:]) -> [MetricSample] {
        let family = read { $0 == definition }.first
        return (family?.samples ?? []).filter { sample in
            labels.allSatisfy { name, value in
                definition.labels.firstIndex(of: name).map { sample.labels[$0] == value } ?? false
            }
        }
    }

    /// Everything in Prometheus's text format, to be served as `text/plain; version=0.0.4`.
    ///
    /// - Note: Format: Prometheus, "Exposition formats › Text-based format", version 0.0.4.
    public func prometheusText() -> String { PrometheusText.text(of: read()) }
}
