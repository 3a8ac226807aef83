internal import LaminarKafka
internal import LaminarSQL

/// `laminar` alone: statements and backslash commands, typed at a terminal, until `\q` or Ctrl-D.
///
/// Ctrl-C gives up the line that is typed, or cancels the statement that runs, and never ends the shell. Earlier statements
/// are kept in a file, but for those in which a secret is written out.
final class Shell {
    private let laminar: Laminar
    private let tool: CommandLineTool
    private let editor: LineEditor
    private let names: SharedNames
    private var printer: ResultPrinter
    private var isTiming = false
    private var statement = ""

    init(_ laminar: Laminar, tool: CommandLineTool) throws {
        self.laminar = laminar
        self.tool = tool
        let names = SharedNames()
        self.names = names
        printer = ResultPrinter(format: .table, tool: tool)
        editor = try LineEditor(history: Self.historyFile(tool.environment)) { text in names.complete(text) }
    }

    /// `$LAMINAR_HISTORY`, else `.laminar_history` in the home folder; none where the variable is empty.
    private static func historyFile(_ environment: [String: String]) -> String? {
        if let path = environment["LAMINAR_HISTORY"] { return path.isEmpty ? nil : path }
        return environment["HOME"].map { $0 + "/.laminar_history" }
    }

    func run() async throws {
        tool.say("Laminar \(Laminar.version). \\? lists the shell's commands, \\q leaves.")
        learnNames()
        let editor = editor
        try await withTaskCancellationHandler {
            while !Task.isCancelled {
                names.statement = statement
                switch try await read() {
                case .line(let line): if try await take(line) { return }
                case .interrupted:
                    statement = ""
                    tool.say("^C")
                case .end:
                    tool.say("")
                    return
                }
            }
        } onCancel: {
            editor.end()
        }
    }

    private func read() async throws -> LineEditor.Input {
        let editor = editor
        let prompt = statement.isEmpty ? "laminar> " : "      -> "
        return try await Interruption.taking({ editor.interrupt() }, resized: { editor.resized() }) {
            try await editor.read(prompt: prompt)
        }
    }

    /// Takes a line.
    ///
    /// - Returns: whether that was the last one.
    private func take(_ line: String) async throws -> Bool {
        let word = line.trimmingBlanks
        // Also in the middle of a statement, which it leaves as it is, but not inside of a string or a comment.
        if word.hasPrefix("\\"), statement.isEmpty || SQL.isComplete(statement + "\n;") {
            return try await perform(word)
        }
        if statement.isEmpty {
            if word.isEmpty { return false }
            switch word.lowercased() {
            case "exit", "quit", "exit;", "quit;": return true
            case "help", "help;":
                tool.say(MetaCommand.helpText)
                return false
            default: break
            }
        }
        statement += statement.isEmpty ? line : "\n" + line
        guard SQL.isComplete(statement) else {
            if SQL.isBlank(statement) { statement = "" }
            return false
        }
        let script = statement
        statement = ""
        if !SQL.holdsSecret(script) { try await editor.remember(Self.oneLine(script)) }
        await execute(script)
        return false
    }

    /// A statement as one line of the history; comments keep it on several.
    private static func oneLine(_ script: String) -> String {
        if script.contains("--") { return script }
        return script.split(whereSeparator: \.isNewline).map { String($0).trimmingBlanks }.joined(separator: " ")
    }

    private func perform(_ line: String) async throws -> Bool {
        let command: MetaCommand
        do throws(UsageError) {
            command = try MetaCommand(parsing: line)
        } catch {
            tool.report(error.message)
            return false
        }
        try await editor.remember(line)
        return await perform(command)
    }

    private func perform(_ command: MetaCommand) async -> Bool {
        switch command {
        case .quit: return true
        case .help: tool.say(MetaCommand.helpText)
        case .timing(let choice):
            isTiming = choice ?? !isTiming
            tool.say("Timing is \(isTiming ? "on" : "off").")
        case .expanded(let choice):
            printer.isExpanded = choice ?? !printer.isExpanded
            tool.say("Rows are printed \(printer.isExpanded ? "one below the other" : "as a table").")
        case .format(let format):
            printer.format = format
            tool.say("Rows are printed as \(format.rawValue).")
        case .list:
            var printer = printer
            printer.hasTitles = true
            await execute("SHOW CONNECTIONS; SHOW TABLES; SHOW PIPELINES", printer)
        case .describe(let name): await execute("DESCRIBE \(name)")
        case .follow(let select):
            var printer = printer
            printer.isFollowed = true
            await execute(select, printer)
        case .include(let path):
            do {
                await execute(try TextFile.text(of: path))
            } catch {
                tool.report("\(error)")
            }
        }
        return false
    }

    private func execute(_ script: String) async { await execute(script, printer) }

    /// Executes statements; a failure is told, and the shell goes on.
    private func execute(_ script: String, _ printer: ResultPrinter) async {
        let laminar = laminar
        let clock = ContinuousClock()
        let began = clock.now
        let work = Task { try await StatementRun(laminar, printer).run(script) }
        do {
            try await withTaskCancellationHandler {
                try await Interruption.taking({ work.cancel() }, resized: {}) { try await work.value }
            } onCancel: {
                work.cancel()
            }
        } catch is CancellationError {
            if !printer.isFollowed { tool.say("Cancelled.") }
        } catch {
            tool.report("\(error)")
        }
        if isTiming { tool.say("Time: \(Self.milliseconds(clock.now - began)) ms") }
        learnNames()
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .microseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Asks the catalog for what Tab may complete; what can't be read is left as it was, since nobody asked for it.
    private func learnNames() {
        if let found = try? laminar.catalogNames() { names.names = Completion.Names(found) }
    }
}

extension String {
    /// The text without blanks at its ends.
    fileprivate var trimmingBlanks: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
