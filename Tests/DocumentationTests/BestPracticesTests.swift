import Foundation
import Testing

@Suite("The ten best practices") struct BestPracticesTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs")
        .standardizedFileURL

    private func page(_ name: String) throws -> String {
        try String(contentsOf: Self.docs.appending(path: name), encoding: .utf8)
    }

    @Test("each has an option that the reference or librdkafka knows, and metrics that there are") func rows() throws {
        let rows = try page("best-practices.md").matches(of: /\n\| (\d+)\. [^|]+ \| ([^|]+) \| ([^|]+) \|/)
        #expect(rows.compactMap { Int($0.output.1) } == Array(1...10))
        let options = try page("configuration.md")
        for row in rows {
            let named = row.output.2.matches(of: /`'?([a-z_.]+)'?`/).map { String($0.output.1) }
            #expect(!named.isEmpty, "\(row.output.0)")
            for option in named where !option.hasSuffix(".timeout.ms") {
                #expect(options.contains("`\(option)`") || options.contains("'\(option)'"), "\(option)")
            }
            #expect(row.output.3.contains(/laminar_[a-z_]+/), "\(row.output.0)")
        }
    }

    @Test("every metric that is named is documented, with the labels that are asked for") func metrics() throws {
        let documented = try page("observability.md").matches(of: /\n\| `(laminar_[a-z_]+)` \| \w+ \| ([^|]*) \|/)
        let labels = Dictionary(
            uniqueKeysWithValues: documented.map { (String($0.output.1), String($0.output.2)) })
        for match in try page("best-practices.md").matches(of: /(laminar_[a-z_]+)(?:\{(\w+)=)?/) {
            let known = labels[String(match.output.1)]
            #expect(known != nil, "\(match.output.1)")
            if let label = match.output.2 { #expect(known?.contains("`\(label)`") == true, "\(match.output.0)") }
        }
    }
}
