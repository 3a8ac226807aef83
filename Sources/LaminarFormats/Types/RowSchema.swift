/// The columns of a table or of a batch, in order.
///
///     let schema = try RowSchema([ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("amount", .double)])
///     schema.index(of: "ID")         // 0: by exact name, then ignoring case
public struct RowSchema: Hashable, Sendable {
    /// In the order of the DDL.
    public let columns: [ColumnSchema]
    private let exact: [String: Int]
    private let folded: [String: Int]
    private let table: NameTable

    /// - Throws: ``FormatError`` with code `.schema` for two columns of one name or a type that can't be.
    public init(_ columns: [ColumnSchema]) throws(FormatError) {
        var exact: [String: Int] = [:]
        var folded: [String: Int] = [:]
        for (index, column) in columns.enumerated() {
            if let problem = column.type.problem {
                throw FormatError(.schema, "Column \(column.name): \(problem).")
            }
            if exact.updateValue(index, forKey: column.name) != nil {
                throw FormatError(.schema, "There are two columns named \(column.name): rename one of them.")
            }
            let fold = column.name.lowercased()
            // Two names that differ in case only are told apart by their exact spelling alone.
            folded[fold] = folded[fold] == nil ? index : -1
        }
        self.columns = columns
        self.exact = exact
        self.folded = folded.filter { $0.value >= 0 }
        table = NameTable(columns.map(\.name))
    }

    /// No columns.
    private init() {
        columns = []
        exact = [:]
        folded = [:]
        table = NameTable([])
    }

    /// A schema without columns.
    public static let empty = RowSchema()

    /// The column's place by exact name, then ignoring case; nil when there is none, or only several that differ in case.
    public func index(of name: String) -> Int? {
        table.place(of: name) ?? exact[name] ?? folded[name.lowercased()]
    }

    /// The columns at these places, in this order: what a query that needs only some of them asks a decoder for.
    public func projecting(_ indices: [Int]) throws(FormatError) -> RowSchema {
        var chosen: [ColumnSchema] = []
        for index in indices {
            guard columns.indices.contains(index) else {
                throw FormatError(.schema, "There is no column \(index): the table has \(columns.count).")
            }
            chosen.append(columns[index])
        }
        return try RowSchema(chosen)
    }

    /// Equal when the columns are.
    public static func == (left: RowSchema, right: RowSchema) -> Bool { left.columns == right.columns }

    /// Hashes the columns.
    public func hash(into hasher: inout Hasher) { hasher.combine(columns) }

    /// An identifier as SQL writes it: bare where that reads back to the same name, else in double quotes.
    static func quoted(_ name: String) -> String {
        let isBare =
            name.first.map { $0 == "_" || $0.isLowercase && $0.isASCII } ?? false
            && name.allSatisfy { $0.isASCII && ($0 == "_" || $0.isLowercase || $0.isNumber) }
        return isBare
            ? name
            : "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension RowSchema: CustomStringConvertible {
    /// The column list as SQL writes it.
    public var description: String {
        let list = columns.map { column in
            var text = "\(RowSchema.quoted(column.name)) \(column.type)"
            if !column.isNullable { text += " NOT NULL" }
            if let metadata = column.metadata { text += " METADATA FROM '\(metadata.rawValue)'" }
            return text
        }
        return "(\(list.joined(separator: ", ")))"
    }
}
