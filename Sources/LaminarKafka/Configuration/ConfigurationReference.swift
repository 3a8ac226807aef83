/// The reference of every option and property rule, printed from the tables that the parser reads.
///
/// `docs/configuration.md` holds the same text; a test compares the two, and rewrites the file when `LAMINAR_UPDATE_DOCS`
/// is set.
package enum ConfigurationReference {
    /// What stands before and after the generated part of `docs/configuration.md`.
    package static let begin =
        "<!-- The part below is printed by ConfigurationReference; LAMINAR_UPDATE_DOCS=1 with the tests renews it. -->"
    /// What stands after it.
    package static let end = "<!-- End of the printed part. -->"

    /// The names of all options, for completion.
    package static var optionNames: [String] { OptionCatalog.sections.flatMap { $0.options.map(\.name) } }

    /// Every table, as Markdown, without the markers.
    package static func markdown() -> String {
        let options = OptionCatalog.sections.map { section in
            "### \(section.title)\n\n" + optionTable(section.options)
        }
        let parts =
            ["## Options"] + options + [
                "## Properties of librdkafka",
                properties(), "### What Laminar sets", laminarProperties(), "### Names of Java's clients",
                javaProperties(), "### What can't be set", deniedProperties(),
            ]
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func optionTable(_ options: [OptionDefinition]) -> String {
        let rows = options.map { option in
            row([
                names(option), places(option.roles), option.kind.summary, defaultCell(option),
                option.text.replacing("|", with: "\\|"),
            ])
        }
        return table(["option", "on", "value", "default", "what it does"], rows)
    }

    private static func names(_ option: OptionDefinition) -> String {
        let aliases = option.aliases.map { "`\($0)`" }.joined(separator: ", ")
        return "`\(option.name)`" + (aliases.isEmpty ? "" : " (also \(aliases))")
    }

    private static func places(_ roles: OptionDefinition.Roles) -> String {
        let words: [(OptionDefinition.Roles, String)] = [
            (.source, "source"), (.sink, "sink"), (.impulse, "impulse"), (.table, "table"),
        ]
        return words.filter { roles.contains($0.0) }.map(\.1).joined(separator: ", ")
    }

    private static func defaultCell(_ option: OptionDefinition) -> String {
        if option.isRequired { return "required" }
        return option.defaultText.map { "`\($0)`" } ?? option.defaultNote ?? "-"
    }

    private static func properties() -> String {
        """
        Any other name of librdkafka's is passed through as it is. Its name and value are checked by the \
        loaded library at CREATE; a value with `${secret:name}` is checked by its name alone until the client connects. A \
        producer's property on a source is an error, and so is a consumer's on a sink.
        """
    }

    private static func laminarProperties() -> String {
        func rows(_ properties: [(name: String, value: String)], _ place: String, _ note: String) -> [String] {
            properties.map { row(["`\($0.name)`", place, "`\($0.value)`", note]) }
        }
        let source = KafkaSourceConfiguration.self
        let sink = KafkaSinkConfiguration.self
        let shared = sink.defaultProperties.filter { entry in
            source.defaultProperties.contains { $0.name == entry.name && $0.value == entry.value }
        }
        func own(_ properties: [(name: String, value: String)]) -> [(name: String, value: String)] {
            properties.filter { entry in !shared.contains { $0.name == entry.name } }
        }
        func replaceable(_ properties: [(name: String, value: String)], _ place: String) -> [String] {
            properties.map { entry in
                let isOwned = DeniedProperty.rule(for: entry.name) != nil
                return row(["`\(entry.name)`", place, "`\(entry.value)`", isOwned ? "no" : "yes"])
            }
        }
        return table(
            ["property", "on", "value", "may be overridden"],
            replaceable(shared, "source, sink") + replaceable(own(source.defaultProperties), "source")
                + rows(source.ownedProperties, "source", "no") + replaceable(own(sink.defaultProperties), "sink")
                + replaceable(sink.transactionalDefaults, "sink, `exactly_once`")
                + rows(sink.ownedProperties, "sink", "no"))
            + "\n\nA property that the loaded librdkafka doesn't know (`fetch.queue.backoff.ms` before 2.2) is left out."
    }

    private static func javaProperties() -> String {
        let rows = JavaProperty.all.map { property -> String in
            let names = property.names.map { "`\($0)`" }.joined(separator: ", ")
            switch property.outcome {
            case .renamed(let target, _): return row([names, "read as `\(target)`"])
            case .refused(let advice): return row([names, "an error: \(advice)"])
            }
        }
        let special = [
            row(["`max.poll.records`", "a cap on the batch, beside `batch_size`"]),
            row(["`auto.offset.reset` = `none`", "read as `error`"]),
            row(["`request.timeout.ms` on a source", "read as `socket.timeout.ms`"]),
            row([
                "`partition.assignment.strategy` with Java's classes",
                "read as `cooperative-sticky`, `range`, `roundrobin`",
            ]),
            row([
                "`client_configs` (Arroyo)",
                "`name=value` pairs separated by commas, or a JSON object where a value has a comma; also `client_configs.<name>`",
            ]),
        ]
        return table(["Java's name", "here"], special + rows)
    }

    private static func deniedProperties() -> String {
        table(
            ["property", "instead"],
            (DeniedProperty.all + DeniedProperty.families).map { property in
                let isFamily = property.names.allSatisfy { $0.hasSuffix(".") }
                let names = property.names.map { "`\($0)\(isFamily ? "*" : "")`" }.joined(separator: ", ")
                return row([names, property.advice])
            } + [row(["`*_cb`", "callbacks are set by code"])])
    }

    private static func table(_ heads: [String], _ rows: [String]) -> String {
        ([row(heads), "|" + String(repeating: "---|", count: heads.count)] + rows).joined(separator: "\n")
    }

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
