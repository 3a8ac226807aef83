internal import LaminarSQL

/// A command line that was understood.
struct Invocation {
    let command: Command
    let operands: [String]
    fileprivate let values: [String: [String]]

    /// Whether a flag without a value was given.
    func has(_ flag: String) -> Bool { values[flag] != nil }

    /// The value of a flag, nil where it wasn't given.
    func value(_ flag: String) -> String? { values[flag]?.first }

    /// All values of a flag that may be given several times.
    func values(_ flag: String) -> [String] { values[flag] ?? [] }

    /// The value of a flag that takes a whole number above zero.
    func positiveNumber(_ flag: String) throws(UsageError) -> Int? {
        guard let text = value(flag) else { return nil }
        guard let number = Int(text), number > 0 else {
            throw UsageError("\(flag) takes a whole number above zero, not \"\(text)\".", command: command)
        }
        return number
    }
}

/// What a command line asks for.
enum Request {
    case run(Invocation)
    case help(Command?)
}

/// A command line that isn't understood, with the way out; the exit code is 2.
struct UsageError: Error, CustomStringConvertible {
    let message: String
    /// Whose help is worth a look; nil = the tool's.
    let command: Command?

    init(_ message: String, command: Command? = nil) {
        self.message = message
        self.command = command
    }

    var description: String {
        let help = (["laminar"] + (command.map { [$0.name] } ?? []) + ["--help"]).joined(separator: " ")
        return "\(message)\nSee: \(help)"
    }
}

extension Request {
    /// Reads a command line.
    ///
    ///     try Request(parsing: ["consume", "orders", "--limit=5"])
    ///
    /// Flags stand anywhere, `--flag value` or `--flag=value`; those that every command takes may also stand before the
    /// command. After `--` nothing is a flag.
    ///
    /// - Parameter arguments: without the program's own name.
    /// - Throws: ``UsageError``, with what was probably meant.
    init(parsing arguments: [String]) throws(UsageError) {
        var scanner = ArgumentScanner(arguments: arguments)
        try scanner.run()
        guard let command = scanner.command else {
            if let family = scanner.family {
                guard scanner.wantsHelp else {
                    let names = Command.all.map(\.name).filter { $0.hasPrefix("\(family) ") }
                    throw UsageError("\(family) isn't a whole command: there are \(names.joined(separator: ", ")).")
                }
                self = .help(nil)
                return
            }
            self = scanner.wantsHelp ? .help(nil) : .run(scanner.invocation(of: .shell))
            return
        }
        if scanner.wantsHelp {
            self = .help(command)
            return
        }
        let required = command.operands.filter(\.isRequired)
        if let missing = required.dropFirst(scanner.operands.count).first {
            throw UsageError("\(command.name) needs \(missing.name): \(missing.summary).", command: command)
        }
        if let extra = scanner.operands.dropFirst(command.operands.count).first {
            let reason =
                command.operands.isEmpty
                ? "\(command.name) takes no \"\(extra)\"."
                : "\(command.name) takes only one \(command.operands.map(\.name).joined(separator: " ")); "
                    + "\"\(extra)\" is too many. Are quotes missing?"
            throw UsageError(reason, command: command)
        }
        let invocation = scanner.invocation(of: command)
        if let missing = command.flags.first(where: { command.required.contains($0.name) && !invocation.has($0.name) })
        {
            throw UsageError("\(command.name) needs \(missing.usage): \(missing.summary).", command: command)
        }
        self = .run(invocation)
    }
}

/// Walks over the arguments from left to right.
private struct ArgumentScanner {
    private var rest: ArraySlice<String>
    private(set) var command: Command?
    /// The first word of a command that has two.
    private(set) var family: String?
    private(set) var operands: [String] = []
    private(set) var wantsHelp = false
    private var values: [String: [String]] = [:]

    init(arguments: [String]) { rest = arguments[...] }

    func invocation(of command: Command) -> Invocation {
        Invocation(command: command, operands: operands, values: values)
    }

    mutating func run() throws(UsageError) {
        while let argument = rest.popFirst() {
            if argument == "--" {
                for operand in rest { try take(operand) }
                return
            }
            if argument.hasPrefix("-"), argument != "-" {
                try flag(argument)
            } else {
                try take(argument)
            }
        }
    }

    private mutating func take(_ word: String) throws(UsageError) {
        if command != nil {
            operands.append(word)
            return
        }
        if word == "help" {
            wantsHelp = true
            return
        }
        let name = family.map { "\($0) \(word)" } ?? word
        if family == nil, Command.all.contains(where: { $0.name.hasPrefix("\(word) ") }) {
            family = word
            return
        }
        guard let found = Command.all.first(where: { $0.name == name }) else {
            let suggestion = SQL.suggestion(for: name, among: Command.all.map(\.name))
            throw UsageError("There is no command \"\(name)\"." + (suggestion.map { " Did you mean \($0)?" } ?? ""))
        }
        command = found
    }

    private mutating func flag(_ argument: String) throws(UsageError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let isLong = argument.hasPrefix("--")
        let written = isLong ? String(parts[0]) : argument
        if !isLong || parts.count == 1, written == "--version", command == nil {
            command = .version
            return
        }
        let known = command?.allFlags ?? Flag.common
        guard let flag = known.first(where: { $0.name == written || $0.short == written }) else {
            throw unknown(written, among: known)
        }
        if flag == .help {
            wantsHelp = true
            return
        }
        var value = isLong && parts.count == 2 ? String(parts[1]) : nil
        if let name = flag.value {
            value = value ?? rest.popFirst()
            guard let value else {
                throw UsageError("\(flag.name) needs a value: \(name).", command: command)
            }
            guard flag.choices.isEmpty || flag.choices.contains(value) else {
                let suggestion = SQL.suggestion(for: value, among: flag.choices)
                throw UsageError(
                    "\(flag.name) takes \(flag.choices.joined(separator: ", ")), not \"\(value)\"."
                        + (suggestion.map { " Did you mean \($0)?" } ?? ""), command: command)
            }
        } else if let value {
            throw UsageError("\(flag.name) takes no value, but got \"\(value)\".", command: command)
        }
        guard values[flag.name] == nil || flag.isRepeatable else {
            throw UsageError("\(flag.name) is given twice.", command: command)
        }
        values[flag.name, default: []].append(value ?? "")
    }

    private func unknown(_ written: String, among known: [Flag]) -> UsageError {
        if command == nil, let owner = Command.all.first(where: { $0.flags.contains { $0.name == written } }) {
            return UsageError("\(written) belongs after its command: laminar \(owner.name) … \(written)")
        }
        let suggestion = SQL.suggestion(for: written, among: known.map(\.name))
        let place = command.map { " of \($0.name)" } ?? ""
        return UsageError(
            "There is no flag \(written)\(place)." + (suggestion.map { " Did you mean \($0)?" } ?? ""),
            command: command)
    }
}
