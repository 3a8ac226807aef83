/// Completion scripts for shells, made of the declared table.
///
///     laminar completions bash > /etc/bash_completion.d/laminar
enum ShellCompletions: String, CaseIterable {
    case bash, zsh, fish

    var script: String {
        switch self {
        case .bash: Self.bashScript
        case .zsh: "#compdef laminar\nautoload -U +X bashcompinit && bashcompinit\n" + Self.bashScript
        case .fish: Self.fishScript
        }
    }

    /// The first words of commands, and the second ones of those that have two.
    private static var families: [(name: String, members: [Command])] {
        var families: [(name: String, members: [Command])] = []
        for command in Command.all {
            let family = String(command.name.prefix { $0 != " " })
            if let index = families.firstIndex(where: { $0.name == family }) {
                families[index].members.append(command)
            } else {
                families.append((family, [command]))
            }
        }
        return families
    }

    /// What flags take, over all commands.
    private static var choicesByFlag: [String: [String]] {
        var all: [String: [String]] = [:]
        for flag in Command.all.flatMap(\.flags) where !flag.choices.isEmpty {
            all[flag.name, default: []] += flag.choices.filter { all[flag.name]?.contains($0) != true }
        }
        return all
    }

    private static var bashScript: String {
        var cases = ""
        for command in Command.all {
            let flags = command.allFlags.map(\.name).joined(separator: " ")
            cases += "        \"\(command.name)\"*) words=\"\(flags)\" ;;\n"
        }
        var second = ""
        for family in families where family.members[0].name.contains(" ") {
            let words = family.members.map { $0.name.dropFirst(family.name.count + 1) }.joined(separator: " ")
            second += "        \(family.name)) words=\"\(words)\" ;;\n"
        }
        var values = ""
        for (name, choices) in choicesByFlag.sorted(by: { $0.key < $1.key }) {
            values += "        \(name)) words=\"\(choices.joined(separator: " "))\" ;;\n"
        }
        return """
            _laminar() {
                local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words=""
                if [ "$COMP_CWORD" -eq 1 ]; then
                    words="\(families.map(\.name).joined(separator: " ")) \(Flag.common.map(\.name).joined(separator: " "))"
                else
                    case "${COMP_WORDS[*]:1}" in
            \(cases)        esac
                    if [ "$COMP_CWORD" -eq 2 ]; then
                        case "$before" in
            \(second)        esac
                    fi
                    case "$before" in
                    --file|-f|--database) COMPREPLY=($(compgen -f -- "$word")); return ;;
            \(values)        esac
                fi
                COMPREPLY=($(compgen -W "$words" -- "$word"))
            }
            complete -o default -F _laminar laminar

            """
    }

    private static var fishScript: String {
        var lines = ["complete -c laminar -f"]
        for family in families {
            let summary = family.members.count == 1 ? family.members[0].summary : "Commands of \(family.name)"
            lines.append(
                "complete -c laminar -n __fish_use_subcommand -a \(family.name) -d \(quoted(summary))")
            for command in family.members {
                let rest = command.name.dropFirst(family.name.count).drop { $0 == " " }
                let condition = "'__fish_seen_subcommand_from \(rest.isEmpty ? Substring(family.name) : rest)'"
                if !rest.isEmpty {
                    lines.append(
                        "complete -c laminar -n '__fish_seen_subcommand_from \(family.name)' -a \(rest) -d "
                            + quoted(command.summary))
                }
                for flag in command.flags {
                    var line =
                        "complete -c laminar -n \(condition) -l \(flag.name.dropFirst(2)) -d \(quoted(flag.summary))"
                    if let short = flag.short { line += " -s \(short.dropFirst())" }
                    if flag.value != nil { line += " -r" }
                    if !flag.choices.isEmpty { line += " -a '\(flag.choices.joined(separator: " "))'" }
                    lines.append(line)
                }
            }
        }
        for flag in Flag.common {
            lines.append(
                "complete -c laminar -l \(flag.name.dropFirst(2)) -d \(quoted(flag.summary))"
                    + (flag.value == nil ? "" : " -r -F"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "\\'") + "'" }
}
