internal import LaminarFormats
internal import LaminarSQL
internal import LaminarStore

/// Executes one statement on the catalog, inside the caller's transaction: reads, checks, writes.
///
/// The statements are in extensions, a file for each kind.
struct CatalogStatements {
    let catalog: Catalog
    let surroundings: CatalogSurroundings

    func execute(_ statement: SQL.Statement) throws -> StatementResult {
        switch statement {
        case .createConnection(let statement): return try create(statement)
        case .createTable(let statement): return try create(statement)
        case .drop(let statement): return try drop(statement)
        case .show(let statement): return try show(statement)
        case .describe(let name): return try describe(name)
        case .createPipeline(let statement): return try create(statement)
        case .startPipeline(let name): return try setPipeline(name, started: true)
        case .stopPipeline(let name): return try setPipeline(name, started: false)
        case .select, .insert, .explain:
            // Queries run beside the catalog, not inside of its transaction.
            throw LaminarError(code: .notAvailable, message: "A query isn't a statement of the catalog.")
        }
    }
}

/// What a statement needs to know besides the catalog.
struct CatalogSurroundings: Sendable {
    /// The formats that a connection may name.
    let formats: FormatRegistry
    /// The sources of tokens that a connection may name.
    let tokenProviders: [String: HostTokens]
    /// Whether a secret may be written out: only where the catalog is gone with the process.
    let allowsLiteralSecrets: Bool
    /// The tables that are being read in this process.
    let openTables: Set<String>
    /// Where the pipelines that this process knows of stand.
    var pipelineStates: [String: String] = [:]
    /// The text that statements come from, for errors that point into it.
    var script = ""

    private static let builtInFormats = Set(FormatRegistry().names)

    /// The same for reading options.
    func context(keptGroupID: String? = nil) -> ConfigurationContext {
        ConfigurationContext(
            formats: Set(formats.names).subtracting(Self.builtInFormats), allowsLiteralSecrets: allowsLiteralSecrets,
            keptGroupID: keptGroupID, tokenProviders: tokenProviders)
    }
}

extension LaminarError {
    /// Something that the catalog doesn't have, with what was probably meant.
    static func unknown(
        _ kind: String, _ name: String, among names: [String], at position: SQL.Position?, cure: String = ""
    ) -> LaminarError {
        let list = names.isEmpty ? "there is none yet" : nil
        return LaminarError(
            code: .unknownName,
            message: "There is no \(kind) \(name)\(list.map { "; \($0)" } ?? "").\(cure.isEmpty ? "" : " " + cure)",
            suggestion: SQL.suggestion(for: name, among: names), position: position)
    }
}
