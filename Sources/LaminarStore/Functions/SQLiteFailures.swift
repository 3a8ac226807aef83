/// The error that a registered function or a virtual table threw, kept while SQLite unwinds the statement.
///
/// SQLite carries a code and a text only; whoever stepped the statement takes the error itself from here. One connection
/// owns it, so only one thread is in it at a time.
final class SQLiteFailures {
    private var first: (any Error)?

    /// Keeps the first error of a statement.
    func keep(_ error: any Error) {
        if first == nil { first = error }
    }

    /// The error that ended the statement, once.
    func take() -> (any Error)? {
        defer { first = nil }
        return first
    }
}
