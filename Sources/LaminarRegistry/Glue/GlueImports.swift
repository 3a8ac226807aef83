internal import LaminarFormats

/// Finds what a Protobuf schema imports, which Glue keeps no references to: under the import's path as schema name in the
/// same registry, in its latest version.
///
///     var imports = GlueImports { name in try await version(named: name) }
///     try await imports.follow(text)
///     imports.ordered                         // each before those that need it
///
/// A name may be the path, the path without `.proto`, or either of them with dots for the slashes, which Glue doesn't allow
/// in names. An import that is under none of them is left out: the decoder misses it only where a type of it is used.
struct GlueImports {
    /// Gives the latest text of a Protobuf schema by its name; nil where there is none of that name.
    typealias Lookup = @Sendable (String) async throws(RegistryError) -> String?

    private(set) var ordered: [PublishedSchema.Reference] = []
    private let lookup: Lookup
    private var asked: Set<String> = []

    private static let deepest = 32
    private static let most = 256

    init(_ lookup: @escaping Lookup) { self.lookup = lookup }

    /// - Throws: ``RegistryError``; code `invalidSchema` for circles, too many and too deep.
    mutating func follow(_ text: String) async throws(RegistryError) {
        try await follow(text, path: [])
    }

    private mutating func follow(_ text: String, path: [String]) async throws(RegistryError) {
        let imports = ProtobufSources.imports(of: text)
        guard path.count < Self.deepest || imports.isEmpty else {
            throw RegistryError(
                .invalidSchema, "A Protobuf schema's imports are nested deeper than \(Self.deepest) levels.")
        }
        for name in imports {
            guard !path.contains(name) else {
                throw RegistryError(
                    .invalidSchema, "A schema imports itself by way of \(RegistryAnswer.quoted(name)).")
            }
            guard asked.insert(name).inserted else { continue }
            guard asked.count <= Self.most else {
                throw RegistryError(.invalidSchema, "A schema has more than \(Self.most) imports.")
            }
            guard let found = try await find(name) else { continue }
            try await follow(found, path: path + [name])
            ordered.append(.init(name: name, text: found))
        }
    }

    /// The text of one import; nil where it is under none of its names.
    func find(_ path: String) async throws(RegistryError) -> String? {
        for name in Self.names(of: path) {
            if let found = try await lookup(name) { return found }
        }
        return nil
    }

    /// The names under which an import may stand, the likeliest first.
    static func names(of path: String) -> [String] {
        let bare = path.hasSuffix(".proto") ? String(path.dropLast(6)) : path
        var names: [String] = []
        for name in [path, bare, path.replacing("/", with: "."), bare.replacing("/", with: ".")]
        where !name.isEmpty && !names.contains(name) {
            names.append(name)
        }
        return names
    }
}
