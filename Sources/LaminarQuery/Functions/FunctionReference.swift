/// The reference of every function, printed from the catalog that the binder resolves against.
///
/// `docs/sql-functions.md` holds the same text; a test compares the two, and rewrites the file when `LAMINAR_UPDATE_DOCS` is
/// set.
package enum FunctionReference {
    /// What stands before the generated part of `docs/sql-functions.md`.
    package static let begin =
        "<!-- The part below is printed by FunctionReference; LAMINAR_UPDATE_DOCS=1 with the tests renews it. -->"
    /// What stands after it.
    package static let end = "<!-- End of the printed part. -->"

    /// A table for each section, as Markdown, without the markers.
    package static func markdown() -> String {
        FunctionSection.allCases.map { section in
            "## \(section.rawValue)\n\n| call | gives | what it does |\n|---|---|---|\n"
                + rows(section).joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }

    /// One function under one summary, with all overloads that share it.
    private struct Entry {
        var name: String
        var signatures: [String]
        var results: [String]
        var documentation: FunctionDocumentation
    }

    private static func rows(_ section: FunctionSection) -> [String] {
        entries(section).map { entry in
            var summary = entry.documentation.summary
            if let (sql, result) = entry.documentation.example { summary += " `\(sql)` is `\(result)`." }
            let signatures = entry.signatures.map { "`\($0)`" }.joined(separator: "<br>")
            return "| \(cell(signatures)) | \(entry.results.joined(separator: "<br>")) | \(cell(summary)) |"
        }
    }

    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    private static func entries(_ section: FunctionSection) -> [Entry] {
        let scalars = FunctionCatalog.scalars.map { function in
            Entry(
                name: function.name, signatures: [signature(function.name, function.parameters, function.variadic)],
                results: [result(function.result)], documentation: function.documentation)
        }
        let aggregates = FunctionCatalog.aggregates.filter { $0.name != "single_value" }.map { function in
            Entry(
                name: function.name, signatures: [signature(function.name, function.parameters, nil)],
                results: [result(function.result)], documentation: function.documentation)
        }
        var entries: [Entry] = []
        for entry in scalars + aggregates where entry.documentation.section == section {
            let isSame = { (other: Entry) in
                other.name == entry.name && other.documentation.summary == entry.documentation.summary
            }
            if let index = entries.firstIndex(where: isSame) {
                entries[index].signatures += entry.signatures
                entries[index].results += entry.results
                if entries[index].documentation.example == nil { entries[index].documentation = entry.documentation }
            } else {
                entries.append(entry)
            }
        }
        return entries
    }

    private static func signature(
        _ name: String, _ parameters: [ParameterType], _ variadic: ParameterType?
    ) -> String {
        let types = parameters.map { word($0) }
        if let first = name.first, !first.isLetter {
            let sign = ["~~": "LIKE", "~~*": "ILIKE"][name] ?? name
            if types.count == 1 { return "\(sign) \(types[0])" }
            return "\(types[0]) \(sign) \(types[1])" + (types.count == 3 ? " ESCAPE \(types[2])" : "")
        }
        if name == "extract" { return "EXTRACT(field FROM \(types[1]))" }
        return "\(name)(\((types + (variadic.map { ["\(word($0)) …"] } ?? [])).joined(separator: ", ")))"
    }

    private static func word(_ parameter: ParameterType) -> String {
        switch parameter {
        case .kind(let kind): kind.rawValue
        case .any, .castToText: "any"
        case .element: "T"
        case .array: "T[]"
        }
    }

    private static func result(_ rule: ResultRule) -> String {
        switch rule {
        case .type(let type): String(describing: type)
        case .argument: "T"
        case .arrayOfArgument: "T[]"
        case .computed: "DECIMAL"
        }
    }
}
