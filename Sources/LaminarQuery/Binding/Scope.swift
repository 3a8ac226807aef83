import LaminarFormats
import LaminarSQL

/// The names that an expression can use, and what may stand in it.
final class Scope {
    /// Where in a SELECT an expression stands.
    enum Clause: String {
        case items = "the SELECT list"
        case condition = "WHERE"
        case join = "a join's condition"
        case groupBy = "GROUP BY"
        case having = "HAVING"
        case orderBy = "ORDER BY"
        case aggregate = "an aggregate"
        case filter = "FILTER"
        case window = "a window"
        case values = "VALUES"
        case limit = "LIMIT"
        case from = "FROM"

        /// Whether an aggregate may stand there.
        var takesAggregates: Bool {
            switch self {
            case .items, .having, .orderBy, .window: true
            case .condition, .join, .groupBy, .aggregate, .filter, .values, .limit, .from: false
            }
        }

        /// Whether a function with OVER may stand there.
        var takesWindows: Bool { self == .items || self == .orderBy }
    }

    /// A column that a name can mean.
    struct NamedColumn {
        var name: String
        var expression: BoundExpression
    }

    /// A table of FROM under the name by which its columns are qualified.
    struct Relation {
        /// One part for an alias; the parts of its name otherwise.
        var name: [String]
        var columns: [NamedColumn]
        var source: Int
    }

    /// A common table that can be named in FROM.
    struct Common {
        var name: String
        var id: Int
        /// nil while the part that doesn't refer to itself is being bound.
        var columns: [ColumnSchema]?
        /// How many copies SQLite makes of what is inside, itself included.
        var weight: Int
        /// How deep the recursive part is that may name the table; nil once the table is complete.
        var openDepth: Int?
    }

    let parent: Scope?
    var relations: [Relation] = []
    /// What an unqualified name can mean, and what `*` stands for: columns merged by USING are there once.
    var columns: [NamedColumn] = []
    var commons: [Common] = []
    var windows: [SQL.NamedWindow] = []
    var clause = Clause.items
    /// Whether an aggregate of this SELECT was bound.
    var hasAggregates = false
    /// Columns of this scope that subqueries use outside of aggregates: in a grouped SELECT they must be keys.
    var usedBelow: [BoundExpression] = []
    /// Aliases of the SELECT list, for errors: WHERE and HAVING don't know them.
    var aliases: [String] = []

    init(parent: Scope?) { self.parent = parent }

    /// The common table of a name, from the inside out.
    func common(named name: String) -> Common? {
        var scope: Scope? = self
        while let current = scope {
            if let found = current.commons.last(where: { $0.name == name }) { return found }
            scope = current.parent
        }
        return nil
    }

    /// Whether a source belongs to this scope's own FROM.
    func owns(_ source: Int) -> Bool { relations.contains { $0.source == source } }

    /// Every name that could have been meant, for suggestions.
    var allNames: [String] {
        columns.map(\.name) + (parent?.allNames ?? [])
    }
}

extension Scope.Relation {
    /// Whether a qualifier means this table: its alias, its whole name or the end of it.
    func isNamed(_ parts: some Collection<String>) -> Bool {
        parts.count <= name.count && name.suffix(parts.count).elementsEqual(parts)
    }
}
