/// All numbers of one metric at one moment.
public struct MetricFamily: Sendable, Hashable {
    /// What they mean.
    public let definition: MetricDefinition
    /// One for each combination of label values, in their order.
    public let samples: [MetricSample]
}

/// One number, or one distribution, with its label values.
public struct MetricSample: Sendable, Hashable {
    /// In the order of ``MetricDefinition/labels``.
    public let labels: [String]
    /// What was read.
    public let value: MetricValue
}

/// What a sample holds.
public enum MetricValue: Sendable, Hashable {
    /// Of a counter or a gauge.
    case number(Double)
    /// Of a histogram.
    case distribution(MetricDistribution)

    /// The number; of a distribution how many values it has.
    public var number: Double {
        switch self {
        case .number(let number): number
        case .distribution(let distribution): Double(distribution.count)
        }
    }
}

/// How often values lay in each range.
public struct MetricDistribution: Sendable, Hashable {
    /// Upper ends of the ranges, ascending.
    public let bounds: [Double]
    /// How many values lay in each range; one more than bounds, for what lies above the last.
    public let counts: [Int]
    /// All values together.
    public let sum: Double

    /// How many values there were.
    public var count: Int { counts.reduce(0, &+) }

    /// The bound at or below which that part of the values lies; infinite above the last bound, nil where there is no value.
    ///
    /// - Parameter part: 0.5 for the median, 0.99 for all but one of a hundred.
    public func quantile(_ part: Double) -> Double? {
        let wanted = Double(count) * min(max(part, 0), 1)
        guard count > 0 else { return nil }
        var passed = 0
        for (index, count) in counts.enumerated() {
            passed += count
            if Double(passed) >= wanted, passed > 0 { return index < bounds.count ? bounds[index] : .infinity }
        }
        return nil
    }
}

/// Numbers as they are gathered at one moment. What is added under the same labels counts together.
public struct MetricReadings: Sendable {
    private(set) var values: [MetricDefinition: [[String]: Double]] = [:]

    /// Adds a number, in the order of the definition's labels.
    public mutating func add(_ definition: MetricDefinition, _ labels: [String] = [], _ value: Double) {
        values[definition, default: [:]][definition.fitted(labels), default: 0] += value
    }

    /// Gives a number that can't be added up; the largest one counts.
    public mutating func raise(_ definition: MetricDefinition, _ labels: [String] = [], to value: Double) {
        let labels = definition.fitted(labels)
        values[definition, default: [:]][labels] = max(value, values[definition]?[labels] ?? value)
    }
}

/// Has numbers that needn't be kept up to date: they are asked for when somebody reads the metrics.
public protocol MetricReader: AnyObject, Sendable {
    /// Adds its numbers; called from any thread, so it must not block for long.
    func read(into readings: inout MetricReadings)
}

extension MetricDefinition {
    /// As many label values as there are labels.
    func fitted(_ values: [String]) -> [String] {
        if values.count == labels.count { return values }
        return labels.indices.map { values.indices.contains($0) ? values[$0] : "" }
    }
}
