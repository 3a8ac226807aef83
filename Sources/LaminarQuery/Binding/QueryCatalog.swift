package import LaminarFormats
package import LaminarSQL

/// The tables that a query can name.
package protocol QueryCatalog: Sendable {
    /// The table of a name, whose parts are folded (`system`, `connections`); nil where there is none.
    ///
    /// - Throws: what makes a table that exists unusable in a query: a sink, say.
    func table(named name: SQL.ObjectName) throws -> CatalogTable?

    /// All names, for suggestions.
    var tableNames: [String] { get }

    /// A function that stands where a table can: `FROM test_connection('shop')`; nil where there is none of that name.
    ///
    /// - Parameter arguments: constants; a parameter's value included.
    func rowFunction(named name: String, arguments: [Value]) throws -> (any QueryTable)?

    /// The names of such functions, for suggestions.
    var rowFunctionNames: [String] { get }
}

extension QueryCatalog {
    package func rowFunction(named name: String, arguments: [Value]) throws -> (any QueryTable)? { nil }
    package var rowFunctionNames: [String] { [] }
}

/// Where the rows of a named table are.
package enum CatalogTable: Sendable {
    /// A Kafka table, a system table or rows in memory: a virtual table.
    case scanned(any QueryTable)
    /// A table inside the attached Laminar database (schema `local`), whose values are in stored form.
    case stored(schema: RowSchema, name: String)

    /// Names and types of its columns.
    package var schema: RowSchema {
        switch self {
        case .scanned(let table): table.schema
        case .stored(let schema, _): schema
        }
    }
}
