internal import LaminarKafka

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What the shell sees.
enum ExitCode: Int32 {
    /// Done.
    case done = 0
    /// Something failed; standard error says what.
    case failed = 1
    /// The command line wasn't understood.
    case usage = 2
}

/// The `laminar` executable: reads a command line, runs its command, turns errors into sentences and exit codes.
struct CommandLineTool: Sendable {
    let environment: [String: String]
    /// Results.
    let output: any TextOutput
    /// Everything else.
    let errors: any TextOutput
    /// What is known about `output`.
    let outputTerminal: Terminal
    /// What is known about `errors`.
    let errorTerminal: Terminal

    /// The process's own streams.
    static var standard: CommandLineTool {
        let environment = ProcessInfo.processInfo.environment
        return CommandLineTool(
            environment: environment, output: DescriptorOutput(1), errors: DescriptorOutput(2),
            outputTerminal: Terminal(descriptor: 1, environment: environment),
            errorTerminal: Terminal(descriptor: 2, environment: environment))
    }

    /// Runs a command line.
    ///
    /// - Parameter arguments: without the program's own name.
    func run(_ arguments: [String]) async -> ExitCode {
        let request: Request
        do throws(UsageError) {
            request = try Request(parsing: arguments)
        } catch {
            report(error.description)
            return .usage
        }
        switch request {
        case .help(let command):
            let width = min(outputTerminal.width ?? 80, 100)
            let text = command.map { HelpText.command($0, width: width) } ?? HelpText.tool(width: width)
            return await finish { try output.line(text) }
        case .run(let invocation):
            return await finish { try await perform(invocation) }
        }
    }

    private func perform(_ invocation: Invocation) async throws {
        switch invocation.command.name {
        case Command.shell.name: try await ShellCommand(invocation, tool: self).run()
        case Command.sql.name: try await SQLCommand(invocation, tool: self).run()
        case Command.run.name: try await RunCommand(invocation, tool: self).run()
        case Command.consume.name: try await ConsumeCommand(invocation, tool: self).run()
        case Command.produce.name: try await ProduceCommand(invocation, tool: self).run()
        case Command.generate.name: try await GenerateCommand(invocation, tool: self).run()
        case _ where Command.kafka.contains { $0.name == invocation.command.name }:
            try await KafkaCommand(invocation, tool: self).run()
        case Command.export.name: try await ExportCommand(invocation, tool: self).run()
        case Command.import.name: try await ImportCommand(invocation, tool: self).run()
        case Command.demo.name: try await DemoCommand(tool: self).run()
        case Command.completions.name: try printCompletions(invocation)
        case Command.manual.name: try output.line(ManualPage.text(version: Laminar.version))
        default: try VersionCommand(tool: self).run()
        }
    }

    private func printCompletions(_ invocation: Invocation) throws {
        let shell = invocation.operands[0]
        guard let completions = ShellCompletions(rawValue: shell) else {
            let names = ShellCompletions.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("There are completions for \(names), not for \"\(shell)\".", command: .completions)
        }
        try output.text(completions.script)
    }

    /// Runs a command and hands on what it has written; says what failed.
    private func finish(_ body: () async throws -> Void) async -> ExitCode {
        do {
            try await body()
            try output.flush()
            return .done
        } catch is BrokenPipe {
            return .done
        } catch let error as UsageError {
            try? output.flush()
            report(error.description)
            return .usage
        } catch is CancellationError {
            try? output.flush()
            report("Interrupted.")
            return .failed
        } catch {
            try? output.flush()
            report("\(error)")
            return .failed
        }
    }

    /// Says that something failed.
    func report(_ text: String) {
        say(errorTerminal.colour ? "\u{1b}[31m\(text)\u{1b}[0m" : text)
    }

    /// A line for a person, on standard error.
    func say(_ text: String) {
        // Where standard error can't be written there is nobody left to tell.
        try? errors.line(text)
        try? errors.flush()
    }

    /// A piece of a line for a person that is drawn over: progress.
    func draw(_ text: String) {
        try? errors.text(text)
        try? errors.flush()
    }

    /// Where the catalog is: `--database`, else `$LAMINAR_DATABASE`, else `./laminar.db`.
    func database(_ invocation: Invocation) -> DatabaseLocation {
        if let path = invocation.value(Flag.database.name) { return .file(path) }
        return Laminar.defaultDatabase(environment: environment)
    }

    /// Opens the catalog; its notices go to standard error.
    func open(_ invocation: Invocation) async throws -> Laminar {
        let laminar = try await Laminar(database: database(invocation))
        for notice in laminar.notices { say("Notice: \(notice)") }
        return laminar
    }

    /// The output format of `--format`, a table unless told otherwise.
    func format(_ invocation: Invocation) -> OutputFormat {
        invocation.value(Flag.format.name).flatMap(OutputFormat.init) ?? .table
    }
}
