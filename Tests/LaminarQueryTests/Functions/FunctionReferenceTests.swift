import Foundation
import LaminarStore
import Testing

@testable import LaminarQuery

@Suite struct FunctionReferenceTests {
    private var document: URL {
        var folder = URL(filePath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder.appending(path: "docs/sql-functions.md")
    }

    @Test("docs/sql-functions.md lists every function as the catalog declares it") func documentIsCurrent() throws {
        let text = try String(contentsOf: document, encoding: .utf8)
        let begin = try #require(text.range(of: FunctionReference.begin))
        let end = try #require(text.range(of: FunctionReference.end))
        let printed = "\n\n" + FunctionReference.markdown() + "\n"
        if ProcessInfo.processInfo.environment["LAMINAR_UPDATE_DOCS"] != nil {
            let renewed = text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: printed)
            try renewed.write(to: document, atomically: true, encoding: .utf8)
        } else {
            let isCurrent = String(text[begin.upperBound..<end.lowerBound]) == printed
            #expect(isCurrent, "Run the tests once with LAMINAR_UPDATE_DOCS=1, which renews docs/sql-functions.md.")
        }
    }

    @Test("every overload has a name of its own inside SQLite") func distinctNames() {
        let names = FunctionCatalog.scalars.compactMap { function -> String? in
            guard case .registered(let registered) = function.implementation else { return nil }
            return registered.name
        }
        let repeated = Dictionary(grouping: names, by: { $0 }).filter { $0.value.count > 1 }.keys.sorted()
        #expect(repeated == [])
    }

    @Test("no two overloads take the same") func distinctOverloads() {
        for name in FunctionCatalog.names {
            let lists = FunctionCatalog.scalars(named: name).map(\.parameters)
            #expect(Set(lists).count == lists.count, "\(name)")
        }
    }
}
