import ArgumentParser
import OSVCEngine

/// osvc(1), in the language of man: from the command tree and the registry.
struct ManualPage {
    /// The command tree.
    let root: any ParsableCommand.Type

    /// The commands that do something, each with its words: `trust fix`.
    private var commands: [(name: String, type: any ParsableCommand.Type)] {
        root.configuration.subcommands.flatMap { command in
            let name = command._commandName
            let below = command.configuration.subcommands
            return below.isEmpty
                ? [(name, command)] : below.map { ("\(name) \($0._commandName)", $0) }
        }
    }

    var text: String {
        var lines = [
            ".\\\" Made by make docs from the command tree and the keyword registry.",
            ".TH OSVC 1 \"\" \"osvc \(osvcVersion)\" \"osvc\"",
            ".SH NAME", "osvc \\- bring services up and down in order, and say what they are",
            ".SH SYNOPSIS",
        ]
        for command in commands {
            lines += [
                ".br", ".B osvc \(command.name)",
                Self.escaped(arguments(of: command.type, named: command.name)),
            ]
        }
        lines += [".SH DESCRIPTION"] + block(root.configuration.discussion)
        lines.append(".SH COMMANDS")
        for command in commands {
            let configuration = command.type.configuration
            lines += [".SS osvc \(command.name)", Self.escaped(configuration.abstract)]
            if !configuration.discussion.isEmpty { lines += block(configuration.discussion) }
            lines += block(options(of: command.type))
        }
        lines.append(".SH RESOURCES")
        for type in DriverRegistry.builtIn.drivers {
            lines += [".TP", ".B \(Self.escaped(type.section))", Self.escaped(type.summary)]
            lines.append(
                Self.escaped("Keywords: \(type.keywords.map(\.name).joined(separator: ", ")).")
            )
        }
        lines += [".P", Self.escaped("osvc doc RESOURCE explains the keywords."), ".SH FILES"]
        lines += Self.files.flatMap {
            [".TP", ".I \(Self.escaped($0.path))", Self.escaped($0.what)]
        }
        lines += Self.exitStatus + Self.signals
        lines.append(".SH ENVIRONMENT")
        lines += Self.variables.flatMap { [".TP", ".B \($0.name)", Self.escaped($0.what)] }
        return lines.map { $0 + "\n" }.joined()
    }

    private static let exitStatus =
        [".SH EXIT STATUS"]
        + ExitCodeText.all.flatMap { [".TP", ".B \(escaped($0.code))", escaped($0.meaning)] }

    private static let signals = [
        ".SH SIGNALS",
        ".TP", ".B INT, TERM",
        escaped(
            "The first ends an action in order, without a rollback unless the service says rollback_on_signal;"
                + " the exit code is 1. The second ends it at once, exit code 130. Neither waits for a reader of"
                + " osvc's output."
        ),
        ".TP", ".B HUP",
        escaped(
            "An action ignores it on purpose: a lost terminal or a broken ssh connection does not leave a"
                + " start half done. What it prints then is lost; the log file has all of it."
        ),
        ".TP", ".B PIPE",
        escaped("Ignored: when nobody reads any more, the action goes on."),
        ".P",
        escaped(
            "What only looks (print status, plan, check, osvc mon) waits for the reader of its output. While it"
                + " waits, INT, TERM and HUP have their default effect and end it at once: a shell shows 130, 143"
                + " or 129."
        ),
    ]

    static let files = [
        (
            path: "ROOT/etc/node.conf",
            what: "What holds for the node: osvc doc node.conf. Written by osvc node set."
        ),
        (path: "ROOT/etc/site.d/*.lua", what: "Hooks for every service of the site."),
        (path: "ROOT/etc/lib", what: "Modules that service files may require."),
        (path: "ROOT/log/SERVICE.log", what: "What was done, rotated at 5 MiB."),
        (path: "ROOT/tmp/svc_SERVICE_LAUNCHER.log", what: "The output of a launcher's last run."),
        (path: "ROOT/var/SERVICE/journal", what: "The last action, step by step."),
        (
            path: "ROOT/var/SERVICE/LAUNCHER.pid",
            what: "The process of a daemon without a pidfile of its own: pid and start time."
        ),
        (path: "ROOT/var/SERVICE/last_node", what: "Where the service was last started."),
        (path: "ROOT/var/lock/SERVICE", what: "Who acts on the service: pid and action."),
        (path: "ROOT/var/FROZEN.SERVICE", what: "There while the service is frozen."),
    ]

    private static let variables = [
        (
            name: "OSVC_ROOT",
            what: "The ROOT of the files above; else where osvc was installed, else /opt/opensvc."
        ),
        (
            name: "XDG_STATE_HOME",
            what: "For an ordinary user without OSVC_ROOT, ROOT is osvc below this directory."
        ),
        (name: "NO_COLOR", what: "Keeps terminals without colours."),
    ]

    /// What follows `USAGE: osvc run` in the help, on one line.
    private func arguments(of command: any ParsableCommand.Type, named name: String) -> String {
        let usage = root.usageString(for: command, includeHidden: false)
        let words = usage.split(whereSeparator: \.isWhitespace)
        return words.dropFirst(1 + name.split(separator: " ").count).joined(separator: " ")
    }

    /// The help from ARGUMENTS on.
    private func options(of command: any ParsableCommand.Type) -> String {
        let lines = root.helpMessage(for: command, columns: 76)
            .split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { $0 != "ARGUMENTS:" && $0 != "OPTIONS:" }.joined(separator: "\n")
    }

    /// Text whose lines stay as they are.
    private func block(_ text: String) -> [String] {
        [".P", ".nf"]
            + text.split(separator: "\n", omittingEmptySubsequences: false).map {
                Self.escaped(String($0))
            } + [".fi"]
    }

    /// Text that man shows as it is: a backslash, a hyphen, and a dot or quote at the start mean
    /// something there.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for letter in text {
            switch letter {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            default: escaped.append(letter)
            }
        }
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
}
