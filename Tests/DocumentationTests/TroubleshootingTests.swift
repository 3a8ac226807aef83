import Foundation
import Testing

@Suite struct TroubleshootingTests {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    @Test("every public error code stands in docs/troubleshooting.md") func codes() throws {
        let page = try text(Self.project.appending(path: "docs/troubleshooting.md"))
        var found = 0
        for file in try sources() {
            for match in try text(file).matches(of: /public static let (\w+) = Code\("/) {
                let name = file.deletingPathExtension().lastPathComponent + "." + match.output.1
                #expect(page.contains("`\(match.output.1)`") || page.contains("`\(name)`"), "\(name)")
                found += 1
            }
        }
        #expect(found > 100)
    }

    /// Every source that hosts meet; what tests are made of has its own errors.
    private func sources() throws -> [URL] {
        let folder = Self.project.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        return files.compactMap { $0 as? URL }.filter {
            $0.pathExtension == "swift" && !$0.path.contains("LaminarTesting")
        }
    }

    private func text(_ file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }
}
