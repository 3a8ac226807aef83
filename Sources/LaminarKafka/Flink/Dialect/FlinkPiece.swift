internal import LaminarFormats
internal import LaminarSQL

/// A translated expression.
struct FlinkPiece {
    let text: String
    /// Nil where it isn't known.
    let type: ColumnType?
    /// Whether it needs no parentheses as an operand.
    let isAtom: Bool

    init(_ text: String, _ type: ColumnType?, isAtom: Bool = true) {
        self.text = text
        self.type = type
        self.isAtom = isAtom
    }

    /// As an operand.
    var operand: String { isAtom ? text : "(\(text))" }

    var isInstant: Bool { type == .timestamp }
}

/// A relation that a query can name, with its columns where they are known.
struct FlinkRelation {
    let name: String
    let columns: [Column]?

    struct Column {
        let name: String
        let type: ColumnType?
        /// Headers, which aren't JSON in Flink.
        var isHeaders = false
    }

    func column(_ name: String) -> Column? {
        columns?.first { $0.name == name } ?? columns?.first { $0.name.lowercased() == name.lowercased() }
    }
}

/// What names mean inside of one SELECT, and around it.
struct FlinkScope {
    private(set) var levels: [[FlinkRelation]] = []

    func inner(_ relations: [FlinkRelation]) -> FlinkScope {
        var copy = self
        copy.levels.append(relations)
        return copy
    }

    var relations: [FlinkRelation] { levels.last ?? [] }

    /// The relation and column behind a name of one or more parts, and what is left of it: fields of a STRUCT.
    func find(_ name: SQL.ObjectName) -> (relation: String?, column: FlinkRelation.Column, rest: [String])? {
        let parts = name.parts.map(\.name)
        for level in levels.reversed() {
            if parts.count > 1, let relation = level.first(where: { $0.name == parts[0] }),
                let column = relation.column(parts[1])
            {
                return (relation.name, column, Array(parts.dropFirst(2)))
            }
            for relation in level {
                if let column = relation.column(parts[0]) { return (nil, column, Array(parts.dropFirst())) }
            }
        }
        return nil
    }
}
