import Foundation
import Testing

@Suite struct ReadmeTests {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: Self.project.appending(path: path)), as: UTF8.self)
    }

    @Test("README's first Swift block is the example that is compiled") func snippet() throws {
        let block = try #require(
            try text("README.md").components(separatedBy: "```swift\n").dropFirst().first?
                .components(separatedBy: "```").first)
        #expect(block == (try text("Examples/Readme/main.swift")))
    }

    @Test(
        "every Swift block of a document stands in a program that is compiled",
        arguments: [
            (
                "docs/sinks.md",
                ["Sinks/main", "KafkaToValues/main", "ImpulseToKafka/main", "KafkaToKafka/main"], 5
            ), ("docs/arrow.md", ["ArrowFile/main", "ArrowExport/ArrowExport"], 2),
            ("docs/operating.md", ["Admin/main"], 2),
            ("docs/observability.md", ["Dashboard/main"], 1),
            ("docs/pipelines.md", ["Pipelines/main"], 3),
            ("docs/flink.md", ["Flink/main"], 1),
            (
                "docs/getting-started.md", ["Readme/main", "ExactlyOnceSQLite/main", "SQLPipeline/main"], 4
            ), ("docs/aws.md", ["Pages/AWS"], 2),
            ("docs/configuration.md", ["Pages/Configuration"], 1),
            ("docs/formats.md", ["Pages/Formats"], 3),
            ("docs/json-schema.md", ["Pages/JSONSchema"], 1),
            ("docs/migrating.md", ["Pages/Migrating"], 3),
            ("docs/registries.md", ["Pages/Registries"], 1),
            ("docs/security.md", ["Pages/Security"], 6),
            ("docs/sql.md", ["Pages/SQL"], 1),
            ("docs/docc/LaminarKafka.md", ["Readme/main"], 1),
        ])
    func snippets(document: String, programs: [String], count: Int) throws {
        let examples = try programs.map { Self.lines(try text("Examples/\($0).swift")).joined(separator: "\n") }
        let blocks = try text(document).components(separatedBy: "```swift\n").dropFirst()
        #expect(blocks.count >= count)
        for block in blocks {
            let code = Self.lines(block.components(separatedBy: "```")[0]).joined(separator: "\n")
            #expect(examples.contains { $0.contains(code) }, "\(code)")
        }
    }

    @Test("every document with Swift in it is among those whose blocks are compiled") func allSnippets() throws {
        let test = try text("Tests/DocumentationTests/ReadmeTests.swift")
        for document in try documents() where document != "README.md" {
            let hasSwift = try text(document).contains("```swift\n")
            #expect(!hasSwift || test.contains("\"\(document)\""), "\(document)")
        }
    }

    @Test("every example is in the table of Examples/README.md, and nothing else is") func examples() throws {
        let folder = Self.project.appending(path: "Examples").path(percentEncoded: false)
        let folders = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { !$0.contains(".") && $0 != "Cluster" }
        let rows = try text("Examples/README.md").matches(of: /\n\| \[[^\]]+\]\((\w+)\) \|/).map { String($0.output.1) }
        #expect(rows.sorted() == folders.sorted())
    }

    /// Lines without what stands before them, so that a block may be shown at any depth.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test(
        "a document's first Swift block is the example that is compiled",
        arguments: [("docs/bad-records.md", "BadRecords")])
    func documents(path: String, example: String) throws {
        let block = try #require(
            try text(path).components(separatedBy: "```swift\n").dropFirst().first?.components(separatedBy: "```").first
        )
        #expect(block == (try text("Examples/\(example)/main.swift")))
    }

    @Test("every make target that a document names is in the Makefile") func targets() throws {
        let makefile = try text("Makefile")
        for document in try documents() {
            for match in try text(document).matches(
                of: /(?:^|`)make ([a-z][a-z-]+)(?:`|\s+#|$)/.anchorsMatchLineEndings())
            {
                #expect(makefile.contains("\n\(match.output.1):"), "\(document): make \(match.output.1)")
            }
        }
    }

    @Test("every relative link leads to a file") func links() throws {
        for document in try documents() {
            let folder = Self.project.appending(path: document).deletingLastPathComponent()
            for match in try text(document).matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/) {
                let target = folder.appending(path: String(match.output.1)).standardizedFileURL
                #expect(
                    FileManager.default.fileExists(atPath: target.path(percentEncoded: false)),
                    "\(document): \(match.output.1)")
            }
        }
    }

    @Test("no document and no source names another machine's folders") func folders() throws {
        for document in try documents() {
            #expect(!(try text(document).contains("/home/")), "\(document)")
        }
    }

    private func documents() throws -> [String] {
        let top = try FileManager.default.contentsOfDirectory(atPath: Self.project.path(percentEncoded: false))
        let folder = Self.project.appending(path: "docs").path(percentEncoded: false)
        let docs = try FileManager.default.contentsOfDirectory(atPath: folder)
        return top.filter { $0.hasSuffix(".md") } + docs.filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
            + ["Examples/README.md"]
    }
}
