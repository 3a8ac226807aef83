internal import LaminarSQL

/// A CREATE TABLE of Flink's, as it is written.
struct FlinkDefinition {
    struct Column {
        let name: String
        /// Nil for a computed column and for a type that has no counterpart.
        let type: SQL.TypeName?
        let isNotNull: Bool
        /// The record's field behind METADATA, in Flink's words.
        let metadata: String?
        /// The tokens of a computed column's expression.
        let expression: String?
        /// What was written for the type.
        let written: String
    }

    var name: String
    var columns: [Column] = []
    /// Clauses that have no counterpart: `WATERMARK FOR ts`, `PRIMARY KEY`.
    var others: [String] = []
    /// In lower case, in order.
    var options: [(key: String, value: String)] = []
    /// The comment lines before it.
    var comments: [String] = []

    subscript(option: String) -> String? { options.last { $0.key == option }?.value }
}

/// One statement of a Flink script.
enum FlinkStatement {
    case createTable(FlinkDefinition)
    /// `INSERT INTO name`.
    case insert(String)
    /// Anything else by its first words, with the comment lines before it.
    case other(String, comments: [String])
}
