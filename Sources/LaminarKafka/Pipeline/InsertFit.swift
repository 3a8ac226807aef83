internal import LaminarFormats
internal import LaminarQuery
internal import LaminarSQL

/// How the columns of a query become those of the table that INSERT INTO names.
struct InsertFit: Sendable {
    /// The table's columns.
    let columns: [ColumnSchema]
    /// For each of them the query's column; nil for NULL.
    private let sources: [Int?]
    private let types: [ColumnType]

    /// - Parameters:
    ///   - query: the columns that the query gives.
    ///   - schema: the columns of the table.
    /// - Throws: ``LaminarError`` with code `invalidColumn`.
    init(_ insert: SQL.Insert, of query: [ColumnSchema], into schema: RowSchema) throws(LaminarError) {
        let table = insert.table.name
        var targets: [Int] = []
        for identifier in insert.columns {
            guard let index = schema.index(of: identifier.name) else {
                throw LaminarError(
                    code: .invalidColumn, message: "Table \(table) has no column \(identifier.name).",
                    suggestion: SQL.suggestion(for: identifier.name, among: schema.columns.map(\.name)),
                    position: identifier.position)
            }
            guard !targets.contains(index) else {
                throw LaminarError(
                    code: .invalidColumn, message: "Column \(identifier.name) is named twice.",
                    position: identifier.position)
            }
            targets.append(index)
        }
        if insert.columns.isEmpty { targets = Array(schema.columns.indices.prefix(query.count)) }
        guard targets.count == query.count else {
            let expected = insert.columns.isEmpty ? schema.columns.count : insert.columns.count
            throw LaminarError(
                code: .invalidColumn,
                message: "The query gives \(query.count) columns, and INSERT INTO \(table) takes \(expected): name the "
                    + "columns, as in INSERT INTO \(table) (…) SELECT ….", position: insert.table.position)
        }
        var sources = [Int?](repeating: nil, count: schema.columns.count)
        for (source, target) in targets.enumerated() {
            let (given, wanted) = (query[source], schema.columns[target])
            guard Self.canAssign(given.type, to: wanted.type) else {
                throw LaminarError(
                    code: .invalidColumn,
                    message: "Column \(wanted.name) of table \(table) is \(wanted.type), and the query gives "
                        + "\(given.type): write CAST(… AS \(wanted.type)).", position: insert.table.position)
            }
            sources[target] = source
        }
        for (index, column) in schema.columns.enumerated() where !column.isNullable && sources[index] == nil {
            throw LaminarError(
                code: .invalidColumn,
                message: "Column \(column.name) of table \(table) is NOT NULL, and the query gives nothing for it.",
                position: insert.table.position)
        }
        self.sources = sources
        types = query.map(\.type)
        columns = schema.columns.map { ColumnSchema($0.name, $0.type, isNullable: $0.isNullable) }
    }

    /// The query around which the table's columns are put.
    func apply(to query: BoundQuery) -> BoundQuery {
        // Greater than any number that a binder gives.
        let id = 1_000_000
        let source = BoundSource(id: id, name: "inserted", columns: query.columns, origin: .subquery(query))
        let items = zip(columns, sources).map { column, source -> BoundItem in
            guard let source else { return BoundItem(column.name, BoundExpression(.constant(.null), column.type)) }
            let given = BoundExpression(.column(ColumnReference(source: id, column: source)), types[source])
            if types[source] == column.type { return BoundItem(column.name, given) }
            return BoundItem(column.name, BoundExpression(.cast(given), column.type))
        }
        return BoundQuery(body: .select(BoundSelect(items: items, from: .source(source))), columns: columns)
    }

    private static func canAssign(_ given: ColumnType, to wanted: ColumnType) -> Bool {
        if given == wanted { return true }
        guard let cast = FunctionCatalog.cast(from: given.kind, to: wanted.kind) else { return false }
        return cast.context <= .assignment
    }
}
