import Foundation
import Testing

@testable import LaminarKafka

@Suite struct ConfigurationReferenceTests {
    /// `docs/configuration.md` of this checkout.
    private var document: URL {
        var folder = URL(filePath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder.appending(path: "docs/configuration.md")
    }

    @Test("docs/configuration.md lists every option as the code declares it") func documentIsCurrent() throws {
        let text = try String(contentsOf: document, encoding: .utf8)
        let begin = try #require(text.range(of: ConfigurationReference.begin))
        let end = try #require(text.range(of: ConfigurationReference.end))
        let printed = "\n\n" + ConfigurationReference.markdown() + "\n"
        if ProcessInfo.processInfo.environment["LAMINAR_UPDATE_DOCS"] != nil {
            let renewed = text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: printed)
            try renewed.write(to: document, atomically: true, encoding: .utf8)
        } else {
            let isCurrent = String(text[begin.upperBound..<end.lowerBound]) == printed
            #expect(isCurrent, "Run the tests once with LAMINAR_UPDATE_DOCS=1, which renews docs/configuration.md.")
        }
    }

    @Test("every option is in it once, under its name", arguments: OptionCatalog.all.map(\.name))
    func everyOption(name: String) throws {
        let options = try #require(ConfigurationReference.markdown().split(separator: "## Properties of").first)
        let rows = options.split(separator: "\n").filter {
            $0.hasPrefix("| `\(name)` |") || $0.hasPrefix("| `\(name)` (")
        }
        #expect(rows.count == 1)
    }

    @Test("names and aliases are distinct") func distinctNames() {
        let names = OptionCatalog.all.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
    }

    @Test(
        "every default is a value that the option takes",
        arguments: OptionCatalog.all.filter { $0.defaultText != nil }.map(\.name))
    func defaultsAreValid(name: String) throws {
        let option = try #require(OptionCatalog.byName[name])
        let text = try #require(option.defaultText)
        #expect(try option.normalised(text, context: ConfigurationContext()) == text)
    }

    @Test("a governor is an option") func governors() {
        for option in OptionCatalog.all {
            for governor in option.governors { #expect(OptionCatalog.byName[governor] != nil, "\(governor)") }
        }
    }
}
