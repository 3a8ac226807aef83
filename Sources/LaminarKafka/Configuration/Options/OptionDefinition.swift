/// One option as it is declared: the tables of these drive parsing, suggestions, SHOW CREATE and the reference.
struct OptionDefinition: Sendable {
    /// Where an option has a meaning.
    struct Roles: OptionSet, Sendable, Hashable {
        let rawValue: Int
        static let source = Roles(rawValue: 1)
        static let sink = Roles(rawValue: 2)
        static let impulse = Roles(rawValue: 4)
        /// CREATE TABLE only; every option of a connection may be overridden there as well.
        static let table = Roles(rawValue: 8)
        static let kafka: Roles = [.source, .sink]
        static let every: Roles = [.source, .sink, .impulse]
    }

    /// The name in SHOW CREATE, errors and the reference.
    let name: String
    /// Other names of the same option.
    let aliases: [String]
    let roles: Roles
    let kind: OptionKind
    /// The default as it would be written; nil where there is none that can be.
    let defaultText: String?
    /// What the reference says in the default's place: `required`, or how it is made.
    let defaultNote: String?
    let isRequired: Bool
    /// Options on which this one hangs, or that stand in its place: a table that states one of them inherits this one no
    /// longer.
    let governors: [String]
    /// What it is for, in one or two sentences.
    let text: String

    init(
        _ name: String, _ roles: Roles, _ kind: OptionKind, aliases: [String] = [], default defaultText: String? = nil,
        note: String? = nil, required: Bool = false, governors: [String] = [], _ text: String
    ) {
        self.name = name
        self.aliases = aliases
        self.roles = roles
        self.kind = kind
        self.defaultText = defaultText
        self.defaultNote = note
        self.isRequired = required
        self.governors = governors
        self.text = text
    }
}

/// All options, by name and alias.
enum OptionCatalog {
    /// The tables in the order of the reference, each with its heading.
    static let sections: [(title: String, options: [OptionDefinition])] = [
        ("Cluster and topics", clusterOptions),
        ("Sources", sourceOptions),
        ("Sinks", sinkOptions),
        ("Authentication", authenticationOptions),
        ("TLS", tlsOptions),
        ("Formats", formatOptions),
        ("Schema registries", registryOptions),
        ("Impulse", impulseOptions),
        ("Tables", tableOptions),
    ]

    static let all: [OptionDefinition] = sections.flatMap(\.options)

    /// By name and by every alias.
    static let byName: [String: OptionDefinition] = {
        var index: [String: OptionDefinition] = [:]
        for option in all {
            for name in [option.name] + option.aliases { index[name] = option }
        }
        return index
    }()

    /// Where an option stands in the reference, so that lists of options have one order.
    static let order: [String: Int] = Dictionary(
        all.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
}
