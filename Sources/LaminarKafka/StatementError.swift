public import LaminarSQL

/// The statement of a script that failed, with its place; what the statements before it did stands.
///
///     do {
///         try await laminar.execute(script)
///     } catch let error as StatementError {
///         print(error)                // the message, the line with a caret, and what was probably meant
///         print(error.number, error.line, error.column, error.completed.count)
///     }
///
/// The reason itself, a `SQLError`, ``ConfigurationError``, ``LaminarError`` or `StoreError`, is ``underlying``.
public struct StatementError: Error, Sendable {
    /// The statement's number in the script, from 1.
    public let number: Int
    /// What the statement is: `CREATE TABLE orders`; empty where it couldn't be read at all.
    public let statement: String
    /// What is wrong and what to do.
    public let message: String
    /// What was probably meant.
    public let suggestion: String?
    /// Where in the script.
    public let position: SQL.Position
    /// Why.
    public let underlying: any Error
    /// The results of the statements before it, which stand.
    public let completed: [StatementResult]
    private let drawing: String

    /// The line in the script, from 1.
    public var line: Int { position.line }
    /// The column in the line, from 1.
    public var column: Int { position.column }

    init(
        _ underlying: any Error, number: Int, statement: String, at start: SQL.Position, in script: String,
        completed: [StatementResult]
    ) {
        let place: SQL.Position?
        switch underlying {
        case let error as SQLError: (message, suggestion, place) = (error.message, error.suggestion, error.position)
        case let error as ConfigurationError:
            (message, suggestion, place) = (error.message, error.suggestion, error.position)
        case let error as LaminarError: (message, suggestion, place) = (error.message, error.suggestion, error.position)
        default: (message, suggestion, place) = ("\(underlying)", nil, nil)
        }
        self.number = number
        self.statement = statement
        self.underlying = underlying
        self.completed = completed
        position = place ?? start
        let drawn =
            underlying as? SQLError
            ?? SQLError(code: .semantic, message: message, at: position, in: script, suggestion: suggestion)
        drawing = drawn.description
    }
}

extension StatementError: CustomStringConvertible {
    /// Which statement, what is wrong, the line with a caret, and what was probably meant.
    public var description: String {
        let name = statement.isEmpty ? "" : " (\(statement))"
        return "Statement \(number)\(name) failed.\n\(drawing)"
    }
}
