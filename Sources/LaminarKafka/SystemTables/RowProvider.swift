package import LaminarFormats

/// Where a system table's rows come from: all of them at once, when they are asked for.
///
///     let found = try await provider.rows()
///     for row in found.rows { … }                   // as many values as the schema has columns
package protocol RowProvider: Sendable {
    /// Names and types of the columns.
    var schema: RowSchema { get }
    /// The numbers of columns whose values take longer to know than those of the others; none unless told otherwise.
    var slowColumns: Set<Int> { get }
    /// The rows now. What can't be reached is a notice, not an error.
    func rows() async throws -> ProvidedRows
    /// The same with NULL for the slow columns.
    func quickRows() async throws -> ProvidedRows
}

extension RowProvider {
    package var slowColumns: Set<Int> { [] }
    package func quickRows() async throws -> ProvidedRows { try await rows() }
}

/// Rows, and what a person should know beside them.
package struct ProvidedRows: Sendable {
    /// As many values in each as there are columns.
    package var rows: [[Value]]
    /// One sentence each.
    package var notices: [String]

    package init(_ rows: [[Value]] = [], notices: [String] = []) {
        self.rows = rows
        self.notices = notices
    }
}
