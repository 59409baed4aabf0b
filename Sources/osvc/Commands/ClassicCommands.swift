import ArgumentParser
import OSVCEngine

/// `osvc svc NAME ACTION`: what `svcmgr -s NAME` does.
struct ServiceCommand: EngineCommand {
    static let configuration = CommandConfiguration(
        commandName: "svc",
        abstract: "Acts on a service of this node by its name.",
        usage: "osvc svc NAME[,NAME...] ACTION [options]",
        discussion: """
            The services of a node are the files ROOT/etc/NAME.env and
            ROOT/etc/NAME.lua. Actions and options are those of svcmgr:
            osvc svc NAME --help lists them.

            Examples:
              osvc svc web start
              osvc svc web print status
              osvc svc web set --param fs#0.optional --value true
            """
    )

    @Argument(parsing: .captureForPassthrough, help: "The service, the action, options.")
    var arguments: [String] = []

    func perform(_ context: ProcessContext) async -> Int32 {
        await Self.perform(arguments, context)
    }

    /// Goes round the command tree, which costs more than most answers.
    @EngineActor
    static func perform(_ arguments: [String], _ context: ProcessContext) async -> Int32 {
        guard let name = arguments.first, !name.hasPrefix("-"), !name.isEmpty else {
            if ["-h", "--help"].contains(arguments.first) {
                return await ClassicCommand.run(
                    .svcmgr,
                    program: "osvc svc NAME",
                    ["--help"],
                    context
                )
            }
            context.console.complain("osvc svc: name a service: osvc svc NAME ACTION\n")
            return Exit.usage
        }
        let program = "osvc svc \(name)"
        let rest = Array(arguments.dropFirst())
        // A single service that does not exist is reported by name.
        return name.contains(",")
            ? await ClassicCommand.run(.svcmgr, program: program, ["-s", name] + rest, context)
            : await ClassicCommand.run(.service(name), program: program, rest, context)
    }
}

/// `osvc node ACTION`: what `nodemgr` does, and the freezing of the node.
struct NodeTreeCommand: EngineCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Configures, freezes and thaws this node.",
        usage: "osvc node get|set|unset|freeze|thaw|frozen [options]",
        discussion: """
            Examples:
              osvc node get --param node.host_mode
              osvc node set --param node.host_mode --value PRD
              osvc node freeze
            """
    )

    @Argument(parsing: .captureForPassthrough, help: "The action and its options.")
    var arguments: [String] = []

    func perform(_ context: ProcessContext) async -> Int32 {
        await Self.perform(arguments, context)
    }

    /// Actions that the help lists besides those of nodemgr.
    private static let freezing: [NodeCommand.Entry] = [
        (name: "freeze", summary: "from now on refuse start and stop, of every service"),
        (name: "thaw", summary: "allow them again"),
        (name: "frozen", summary: "exit 1 when the node is frozen"),
    ]

    @EngineActor
    static func perform(_ arguments: [String], _ context: ProcessContext) async -> Int32 {
        let rest = Array(arguments.dropFirst())
        return switch arguments.first {
        case "freeze":
            await FreezeCommand.run(.freeze, program: "osvc node freeze", rest, context)
        case "thaw": await FreezeCommand.run(.thaw, program: "osvc node thaw", rest, context)
        case "frozen": await FreezeCommand.run(.ask, program: "osvc node frozen", rest, context)
        default:
            await NodeCommand.run(program: "osvc node", arguments, besides: freezing, context)
        }
    }
}

/// `osvc mon`: what `svcmon` does.
struct MonitorCommand: EngineCommand {
    static let configuration = CommandConfiguration(
        commandName: "mon",
        abstract: "Shows all services of this node in a table.",
        usage: "osvc mon [--service NAME,...] [--verbose]",
        discussion: "Options are those of svcmon: osvc mon --help lists them."
    )

    @Argument(parsing: .captureForPassthrough, help: "Options.")
    var arguments: [String] = []

    func perform(_ context: ProcessContext) async -> Int32 {
        await ServiceMonitor.run(program: "osvc mon", arguments, context)
    }
}
