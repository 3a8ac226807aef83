package import LaminarFormats
package import LaminarSQL

/// Gives a parsed query its meaning: names become columns, operators and functions become overloads with types.
///
///     var binder = Binder(catalog: catalog, source: text, parameters: [.bigint(7)])
///     let bound = try binder.bind(query)
///
/// Types and conversions are PostgreSQL's. A binder serves one statement. Time and memory are linear in the text, but
/// for stars; a result has ``mostColumns`` columns at most, and common table expressions that use each other many times
/// are refused before they grow beyond ``mostExpansions`` copies.
package final class Binder {
    /// SQLite's bound.
    package static let mostColumns = 2_000
    /// How often common table expressions may be copied into each other.
    package static let mostExpansions = 2_000
    /// SQLite's bound is 64 tables a join.
    package static let mostTables = 60

    let catalog: any QueryCatalog
    let source: String
    let parameters: [Value]
    /// The last name that was seen: where an error points that has no better place.
    var place: SQL.Position
    /// What the user should know about the query.
    package internal(set) var notices: [String] = []
    /// How many queries are around what is being bound.
    var depth = 0
    /// Copies of common tables in the one that is being bound.
    var expansions = 0
    /// How often each open common table was named by its recursive part.
    var selfReferences: [Int: Int] = [:]
    private var sources = 0
    private var commons = 0

    /// - Parameters:
    ///   - catalog: the tables.
    ///   - source: the text that the query was parsed from, for errors.
    ///   - parameters: the values of `$1`, `$2`, …
    ///   - place: where the statement begins.
    package init(
        catalog: any QueryCatalog, source: String, parameters: [Value] = [], place: SQL.Position = .start
    ) {
        self.catalog = catalog
        self.source = source
        self.parameters = parameters
        self.place = place
    }

    /// Binds a query.
    ///
    /// - Throws: ``SQLError`` with code `.semantic` for what means nothing, `.unsupported` for what isn't known here, and
    ///   what the catalog throws.
    package func bind(_ query: SQL.Query) throws -> BoundQuery {
        try bindQuery(query, in: Scope(parent: nil))
    }

    /// Binds the query of an INSERT: its columns are converted to those that are written to, as an assignment is.
    ///
    /// - Parameters:
    ///   - columns: the columns that are named, in their order, or all of the table's.
    ///   - table: the table's name, for the errors.
    package func bind(_ query: SQL.Query, into columns: [ColumnSchema], of table: SQL.ObjectName) throws -> BoundQuery {
        if table.position != .start { place = table.position }
        let given = try query.body.width ?? bind(query).columns.count
        guard given == columns.count else {
            throw fail(
                "INSERT gives \(given) values for \(columns.count) columns of \(table.name)", at: table.position,
                expected: "\(columns.map(\.name).joined(separator: ", "))")
        }
        return try bindQuery(query, in: Scope(parent: nil), as: columns.map(\.type))
    }

    func nextSource() -> Int {
        sources += 1
        return sources
    }

    func nextCommon() -> Int {
        commons += 1
        return commons
    }

    // MARK: Errors

    func fail(
        _ message: String, at position: SQL.Position? = nil, expected: String? = nil, suggestion: String? = nil
    ) -> SQLError {
        SQLError(
            code: .semantic, message: message, at: known(position), in: source, expected: expected,
            suggestion: suggestion)
    }

    func refuse(_ message: String, at position: SQL.Position? = nil, instead: String) -> SQLError {
        SQLError(code: .unsupported, message: message, at: known(position), in: source, expected: instead)
    }

    func fail(_ message: String, at expression: SQL.Expression, expected: String? = nil) -> SQLError {
        fail(message, at: expression.firstPosition, expected: expected)
    }

    /// Nodes that were made by the parser have the start of the text for their place.
    func known(_ position: SQL.Position?) -> SQL.Position {
        guard let position, position != .start else { return place }
        return position
    }
}

extension SQL.QueryBody {
    /// How many columns it has where that can be seen; nil where a star must be spread.
    fileprivate var width: Int? {
        switch self {
        case .values(let rows): return rows.first?.count
        case .select(let select):
            let isPlain = select.items.allSatisfy { if case .expression = $0 { true } else { false } }
            return isPlain && !select.from.isEmpty ? select.items.count : nil
        case .combined(_, let bodies): return bodies.first?.width
        case .nested(let query): return query.body.width
        }
    }
}

extension ColumnType? {
    /// The type as an error names it.
    var words: String { map(\.description) ?? "a string whose type isn't known" }
}
