import Foundation
import Testing

@Suite struct ObservabilityTests {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    private func sources() throws -> [String] {
        let folder = Self.project.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .map { try String(contentsOf: $0, encoding: .utf8) }
    }

    private func document() throws -> String {
        try String(contentsOf: Self.project.appending(path: "docs/observability.md"), encoding: .utf8)
    }

    @Test("the log's keys and components are those of the document, and every line has a component") func log() throws {
        var keys: Set<String> = []
        var components: Set<String> = []
        for text in try sources() {
            for call in text.matches(of: /log\(\s*(?:\.\w+|level), (?:\[([^\]]*)\]|[^,\[]*, metadata: \[([^\]]*)\])/) {
                let metadata = String(call.output.1 ?? call.output.2 ?? "")
                for pair in metadata.matches(of: /"(\w+)": (?:"([^"]*)")?/) {
                    keys.insert(String(pair.output.1))
                    if pair.output.1 == "component" { components.insert(String(pair.output.2 ?? "")) }
                }
                #expect(metadata.contains("\"component\""), "\(call.output.0)")
            }
            for pair in text.matches(of: /"component": "([^"]+)"/) { components.insert(String(pair.output.1)) }
            if text.contains("\"facility\":") { keys.insert("facility") }
        }
        let section = try #require(try document().components(separatedBy: "## Log\n").last)
        let rows = section.matches(of: /\n\| `(\w+)` \| (.*) \|/)
        #expect(Set(rows.map { String($0.output.1) }) == keys)
        let row = try #require(rows.first { $0.output.1 == "component" })
        #expect(Set(row.output.2.matches(of: /`([^`]+)`/).map { String($0.output.1) }) == components)
    }

    @Test("every metric that Grafana's dashboard asks for is in the document, and every one there is shown")
    func grafana() throws {
        let data = try Data(contentsOf: Self.project.appending(path: "docs/grafana-dashboard.json"))
        let dashboard = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        let expressions = panels.flatMap { ($0["targets"] as? [[String: Any]]) ?? [] }.compactMap {
            $0["expr"] as? String
        }
        #expect(expressions.count > 30)
        let asked = Set(
            expressions.flatMap { $0.matches(of: /laminar_[a-z_]+/).map { String($0.output) } }.map {
                $0.hasSuffix("_bucket") ? String($0.dropLast("_bucket".count)) : $0
            })
        let documented = Set(try document().matches(of: /\n\| `(laminar_[a-z_]+)` \|/).map { String($0.output.1) })
        #expect(asked == documented)
        #expect(dashboard["title"] as? String == "Laminar")
    }
}
