/// What a metric is: its name, its kind, its labels, and a sentence for whoever reads the numbers.
///
///     extension MetricDefinition {
///         static let invoices = MetricDefinition(
///             counter: "shop_invoices_total", "Invoices that were sent.", labels: ["country"])
///     }
///     let sent = laminar.metrics.counter(.invoices, "at")
///
/// Names follow Prometheus: a prefix, base units (`_seconds`, `_bytes`), and `_total` for what only grows. A label has few
/// values: a connection's name or a reason, never a key, an offset or an id of a record.
public struct MetricDefinition: Sendable, Hashable {
    /// How its numbers are to be read.
    public enum Kind: Sendable, Hashable {
        /// Only grows, from 0 at the start of the process.
        case counter
        /// Goes up and down.
        case gauge
        /// How often values lay at or below each bound, ascending.
        case histogram(bounds: [Double])
    }

    /// As Prometheus shows it.
    public let name: String
    /// How its numbers are to be read.
    public let kind: Kind
    /// One sentence.
    public let help: String
    /// The labels' names; values are given in this order.
    public let labels: [String]

    /// A number that only grows.
    public init(counter name: String, _ help: String, labels: [String] = []) {
        self.init(name, .counter, help, labels)
    }

    /// A number that goes up and down.
    public init(gauge name: String, _ help: String, labels: [String] = []) {
        self.init(name, .gauge, help, labels)
    }

    /// Values by size.
    ///
    /// - Parameter bounds: ascending; values above the last count as well.
    public init(
        histogram name: String, _ help: String, labels: [String] = [], bounds: [Double] = MetricDefinition.seconds
    ) {
        self.init(name, .histogram(bounds: bounds), help, labels)
    }

    private init(_ name: String, _ kind: Kind, _ help: String, _ labels: [String]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
    }

    /// Bounds for durations in seconds, from half a millisecond to half a minute.
    public static let seconds: [Double] = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
}
