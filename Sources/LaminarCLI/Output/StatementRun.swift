internal import LaminarKafka

/// Executes a script and prints a result a statement as it goes.
struct StatementRun: Sendable {
    private let laminar: Laminar
    private let printer: ResultPrinter

    init(_ laminar: Laminar, _ printer: ResultPrinter) {
        self.laminar = laminar
        self.printer = printer
    }

    /// - Throws: `StatementError` for the first statement that fails; what the statements before it did is printed.
    func run(_ script: String) async throws {
        do {
            for result in try await laminar.execute(script) { try printer.print(result) }
        } catch let error as StatementError {
            for result in error.completed { try printer.print(result) }
            throw error
        }
    }
}
