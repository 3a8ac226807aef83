internal import LaminarKafka

/// Executes a script and prints what each statement gives, as it comes.
struct StatementRun: Sendable {
    private let laminar: Laminar
    private let printer: ResultPrinter

    init(_ laminar: Laminar, _ printer: ResultPrinter) {
        self.laminar = laminar
        self.printer = printer
    }

    /// - Throws: `StatementError` for the first statement that fails; what the statements before it did is printed. What keeps
    ///   rows from being printed, and a cancellation, are thrown as they are.
    func run(_ script: String) async throws {
        var reading: ReadingProgress?
        defer { reading?.stop() }
        do {
            try await laminar.execute(script, isFollowed: printer.isFollowed) { output in
                switch output {
                case .begun(let rows): reading = ReadingProgress(of: rows, printer.tool)
                case .result(let result):
                    reading?.stop()
                    reading = nil
                    try printer.print(result)
                case .rows(let rows): try await printer.print(rows)
                }
            }
        } catch let error as StatementError {
            switch error.underlying {
            case is BrokenPipe, is OutputError, is CancellationError: throw error.underlying
            default: throw error
            }
        }
    }
}
