import ArgumentParser
import Glibc
import OSVCEngine

/// The command tree.
struct OSVC: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "osvc",
        abstract: "Starts and stops services in order, and reports their state.",
        usage: "osvc COMMAND ...",
        discussion: """
            A service is an ordered set of resources: an address, volume groups,
            file systems, programs. It is described in a file:

              osvc check web.lua              is the file right?
              osvc plan web.lua start         what would a start do?
              osvc run web.lua start          bring it up
              osvc run web.lua print status   what is it now?
              osvc doc fs                     what can be said of a file system?

            Services whose files lie in ROOT/etc are known by their names:

              osvc svc web print status       as osvc run ROOT/etc/web.env
              osvc mon                        all of them, in a table

            Logs, locks and journals are kept under one root: $OSVC_ROOT, else
            where osvc was installed, else /opt/opensvc; for an ordinary user
            $XDG_STATE_HOME/osvc.
            """,
        version: "osvc \(osvcVersion)",
        subcommands: [
            Run.self, PlanCommand.self, Check.self, Convert.self, Equiv.self, Trust.self,
            ServiceCommand.self, MonitorCommand.self, NodeTreeCommand.self, Doc.self,
        ]
    )

    /// Parses and runs; returns the exit code.
    @EngineActor
    static func run(_ arguments: [String], _ context: ProcessContext) async -> Int32 {
        let console = context.console
        if let complaint = complaint(about: arguments) {
            console.complain("osvc: \(complaint)\nTry 'osvc --help'.\n")
            return Exit.usage
        }
        do {
            var command = try parseAsRoot(arguments)
            if let command = command as? any EngineCommand {
                return await command.perform(context)
            }
            try command.run()
            return Exit.success
        } catch {
            let message = fullMessage(for: error)
            if exitCode(for: error) == .success {
                console.show(message.isEmpty ? "" : message + "\n")
                return Exit.success
            }
            console.complain(message + "\n")
            return Exit.usage
        }
    }

    /// What is wrong with a first word that is not a command.
    private static func complaint(about arguments: [String]) -> String? {
        let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
        var commands = configuration.subcommands
        var path = "osvc"
        for word in words where !commands.isEmpty {
            if word.hasPrefix("-") { return nil }
            if let command = commands.first(where: { $0._commandName == word }) {
                commands = command.configuration.subcommands
                path += " \(word)"
                continue
            }
            let names = commands.map { $0._commandName }
            if let near = nearest(to: word, in: names) {
                return "unknown command '\(word)' (did you mean '\(path) \(near)'?)"
            }
            if let action = nearest(to: word, in: Request.allNames) {
                return "unknown command '\(word)'; an action follows a service:"
                    + " osvc svc NAME \(action), or osvc run FILE \(action)"
            }
            return "unknown command '\(word)': there are \(names.joined(separator: ", "))"
        }
        return nil
    }
}
