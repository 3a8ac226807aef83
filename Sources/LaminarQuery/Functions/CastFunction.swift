package import LaminarFormats
package import LaminarStore

/// How a value of one type becomes one of another.
package struct CastFunction: Sendable {
    /// Where the conversion happens without being asked for, as PostgreSQL has it.
    package enum Context: Int, Sendable, Comparable {
        /// Everywhere: an argument, an operand, the branches of a CASE.
        case implicit
        /// When a value is stored into a column: INSERT.
        case assignment
        /// Only by CAST and `::`.
        case explicit

        package static func < (left: Context, right: Context) -> Bool { left.rawValue < right.rawValue }
    }

    package enum Implementation: Sendable {
        /// The stored form is the same.
        case none
        /// A function of SQLite's own.
        case native(String)
        /// A function of ours over the value and the extras.
        case registered(SQLiteScalarFunction)
    }

    package let from: TypeKind
    package let to: TypeKind
    package let context: Context
    package let implementation: Implementation
    /// Literals that follow the value: scales, precisions, a type.
    package let extras: (@Sendable (ColumnType, ColumnType) -> [String])?

    /// The conversion in SQLite's text.
    package func sql(_ value: String, from: ColumnType, to: ColumnType) -> String {
        let added = extras.map { $0(from, to).map { ", \($0)" }.joined() } ?? ""
        switch implementation {
        case .none: return value
        case .native(let name): return "\(name)(\(value)\(added))"
        case .registered(let function): return "\(function.name)(\(value)\(added))"
        }
    }
}
