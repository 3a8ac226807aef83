internal import LaminarFormats
internal import LaminarHTTP

/// Follows the references of a schema, each by the subject and version that it is pinned to, into the order in which they
/// can be read: each before those that need it.
///
/// A registry keeps references free of circles; what comes over the wire is not trusted to be.
struct SchemaReferences {
    private let endpoints: ConfluentEndpoints
    private let language: PublishedSchema.Language
    private(set) var ordered: [PublishedSchema.Reference] = []
    private var pins: [String: ConfluentMessages.Reference] = [:]
    private var asked = 0

    private static let deepest = 32
    private static let most = 256

    init(_ endpoints: ConfluentEndpoints, language: PublishedSchema.Language) {
        self.endpoints = endpoints
        self.language = language
    }

    /// - Throws: ``RegistryError`` with code `invalidSchema` for circles, too many and too deep.
    mutating func follow(_ references: [ConfluentMessages.Reference]) async throws(RegistryError) {
        try await follow(references, path: [])
    }

    private mutating func follow(
        _ references: [ConfluentMessages.Reference], path: [ConfluentMessages.Reference]
    ) async throws(RegistryError) {
        guard path.count < Self.deepest || references.isEmpty else {
            throw RegistryError(
                .invalidSchema, "A schema's references are nested deeper than \(Self.deepest) levels.")
        }
        for reference in references {
            let shown = "\(RegistryAnswer.quoted(reference.subject)), version \(reference.version)"
            if path.contains(where: { $0.subject == reference.subject && $0.version == reference.version }) {
                throw RegistryError(.invalidSchema, "A schema refers to itself by way of subject \(shown).")
            }
            if let pinned = pins[reference.name] {
                guard pinned == reference else {
                    throw RegistryError(
                        .invalidSchema,
                        "A schema refers to \(RegistryAnswer.quoted(reference.name)) in two versions: subject "
                            + "\(RegistryAnswer.quoted(pinned.subject)), version \(pinned.version), and \(shown).")
                }
                continue
            }
            asked += 1
            guard asked <= Self.most else {
                throw RegistryError(.invalidSchema, "A schema has more than \(Self.most) references.")
            }
            let message = try await schema(of: reference, shown)
            try await follow(message.references ?? [], path: path + [reference])
            pins[reference.name] = reference
            ordered.append(.init(name: reference.name, text: message.schema ?? ""))
        }
    }

    /// Deleted versions too, for a reference outlives them.
    private func schema(
        of reference: ConfluentMessages.Reference, _ shown: String
    ) async throws(RegistryError) -> ConfluentMessages.Schema {
        let subject = PercentEncoding.encode(reference.subject)
        let (response, host) = try await endpoints.send(
            .get, "/subjects/\(subject)/versions/\(reference.version)?deleted=true")
        let message = try RegistryAnswer.decode(ConfluentMessages.Schema.self, from: response, of: host)
        let found = try ConfluentRegistry.language(message, "subject \(shown)", host)
        guard found == language else {
            throw RegistryError(
                .invalidSchema,
                "A \(language.rawValue) schema refers to subject \(shown), which is \(found.rawValue).")
        }
        return message
    }
}
