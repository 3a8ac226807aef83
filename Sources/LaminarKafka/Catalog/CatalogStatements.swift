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
        case .createPipeline, .startPipeline, .stopPipeline, .select, .insert, .explain:
            throw LaminarError.notAvailable(statement)
        }
    }
}

/// What a statement needs to know besides the catalog.
struct CatalogSurroundings: Sendable {
    /// The formats that a connection may name.
    let formats: FormatRegistry
    /// Whether a secret may be written out: only where the catalog is gone with the process.
    let allowsLiteralSecrets: Bool
    /// The tables that are being read in this process.
    let openTables: Set<String>

    private static let builtInFormats = Set(FormatRegistry().names)

    /// The same for reading options.
    func context(keptGroupID: String? = nil) -> ConfigurationContext {
        ConfigurationContext(
            formats: Set(formats.names).subtracting(Self.builtInFormats), allowsLiteralSecrets: allowsLiteralSecrets,
            keptGroupID: keptGroupID)
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

    /// A statement that is understood and that this version doesn't execute.
    static func notAvailable(_ statement: SQL.Statement) -> LaminarError {
        let message =
            switch statement {
            case .createPipeline, .startPipeline, .stopPipeline:
                "Pipelines aren't available in this version. Read the table with source(_:as:) and process its values "
                    + "in Swift."
            case .insert:
                "INSERT isn't available in this version. Write records with KafkaProducer, or with laminar produce."
            case .explain:
                "EXPLAIN isn't available in this version, since SELECT isn't."
            default:
                "SELECT isn't available in this version. Read a Kafka table with laminar consume, or with "
                    + "source(_:as:)."
            }
        return LaminarError(code: .notAvailable, message: message)
    }
}
