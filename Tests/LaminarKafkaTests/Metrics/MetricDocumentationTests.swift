import Foundation
import LaminarCore
import LaminarKafka
import Testing

@Suite struct MetricDocumentationTests {
    private static let table: [String] = {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../docs/observability.md").standardizedFileURL
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("| `laminar_") }
    }()

    private static func row(_ metric: MetricDefinition) -> String {
        let kind =
            switch metric.kind {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
        return "| `\(metric.name)` | \(kind) | \(labels) | \(metric.help) |"
    }

    @Test("the document's table is what the code counts") func table() {
        #expect(Self.table == MetricDefinition.laminar.map(Self.row))
    }

    @Test("names are Prometheus's, with base units and few labels", arguments: MetricDefinition.laminar)
    func names(metric: MetricDefinition) {
        #expect(metric.name.wholeMatch(of: /laminar_[a-z]+(_[a-z]+)*/) != nil)
        #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter))
        #expect(metric.labels.count <= 3)
        #expect(metric.labels.allSatisfy { !["le", "quantile", "job", "instance"].contains($0) })
        #expect(metric.help.hasSuffix("."))
        if case .histogram(let bounds) = metric.kind {
            #expect(metric.name.hasSuffix("_seconds"))
            #expect(bounds == bounds.sorted() && !bounds.isEmpty)
        }
    }

    @Test("a name means one metric") func unique() {
        #expect(Set(MetricDefinition.laminar.map(\.name)).count == MetricDefinition.laminar.count)
    }
}
