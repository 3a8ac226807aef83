/// Writes metrics as Prometheus reads them.
///
/// - Note: Format: Prometheus, "Exposition formats › Text-based format", version 0.0.4.
enum PrometheusText {
    /// What an HTTP response of it is called.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func text(of families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty { write(family, to: &text) }
        return text
    }

    private static func write(_ family: MetricFamily, to text: inout String) {
        let definition = family.definition
        text += "# HELP \(definition.name) \(escaped(definition.help, quotes: false))\n"
        text += "# TYPE \(definition.name) \(word(definition.kind))\n"
        for sample in family.samples {
            let labels = zip(definition.labels, sample.labels).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
            switch sample.value {
            case .number(let number): line(definition.name, labels, number, to: &text)
            case .distribution(let distribution):
                var passed = 0
                for (index, count) in distribution.counts.enumerated() {
                    passed += count
                    let bound = index < distribution.bounds.count ? distribution.bounds[index] : .infinity
                    let labels = labels + ["le=\"\(Self.number(bound))\""]
                    line(definition.name + "_bucket", labels, Double(passed), to: &text)
                }
                line(definition.name + "_sum", labels, distribution.sum, to: &text)
                line(definition.name + "_count", labels, Double(passed), to: &text)
            }
        }
    }

    private static func line(_ name: String, _ labels: [String], _ value: Double, to text: inout String) {
        text += name
        if !labels.isEmpty { text += "{\(labels.joined(separator: ","))}" }
        text += " \(number(value))\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }

    private static func word(_ kind: MetricDefinition.Kind) -> String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension MetricsRegistry {
    /// The content type of ``prometheusText()``.
    public static let prometheusContentType = PrometheusText.contentType
}
