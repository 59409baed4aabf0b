import OSVCEngine

/// `nodemgr`: the node's own configuration (classic-actions.md section 12). Everything that told a
/// collector, and what steers arrays and packages, is refused by name.
enum NodeCommand {
    /// The actions of the classic release that this one does not do.
    static let later: Set<String> = [
        "auto_rotate_root_pw", "checks", "dequeue_actions", "discover", "prkey", "provision",
        "push_appinfo", "pushasset", "pushbrocade", "pushdcs", "pushdisks", "pusheva", "pushhds",
        "pushibmds", "pushibmsvc", "pushnecism", "pushnsr", "pushpatch", "pushpkg",
        "pushservices", "pushstats", "pushsym", "pushvioserver", "reboot", "register",
        "rotate_root_pw", "scanscsi", "shutdown", "syncservices", "updatecomp", "updatepkg",
        "updateservices",
    ]

    typealias Entry = (name: String, summary: String)

    private static let entries: [Entry] = [
        (name: "get", summary: "read a value of node.conf"),
        (name: "set", summary: "write one"),
        (name: "unset", summary: "remove one"),
    ]

    static var actions: [String] { entries.map(\.name) }

    /// `others` are actions that its caller has for itself, to be listed.
    @EngineActor
    static func run(
        program: String,
        _ arguments: [String],
        besides others: [Entry] = [],
        _ context: ProcessContext
    ) async -> Int32 {
        let usage = ClassicUsage(program: program)
        let console = context.console
        do throws(ClassicOptions.Problem) {
            let options = try ClassicOptions(arguments, options: ClassicOptions.Option.nodemgr)
            if options.help {
                console.show(
                    usage.text(actions: entries + others, options: ClassicOptions.Option.nodemgr)
                )
                return Exit.success
            }
            if options.version {
                console.show("\(usage.name) \(osvcVersion)\n")
                return Exit.success
            }
            guard !options.words.isEmpty else { throw .init(text: "Missing action") }
            let action = Request.joined(options.words)
            guard
                actions.contains(action) || later.contains(action)
                    || ClassicAction.asksCollector(action)
            else {
                throw .init(
                    text: Request.refusal(
                        of: options.words,
                        among: (entries + others).map(\.name),
                        as: "unsupported action"
                    )
                )
            }
            if ClassicCommand.isTree(program) {
                if action != "get", context.user != 0 { return context.refuseToOrdinaryUser() }
            } else if !ClassicCommand.hasPrivileges([program] + arguments, context) {
                return Exit.failure
            }
            guard let action = NodeConfiguration.Action(rawValue: action) else {
                console.complain(
                    "nodemgr: action '\(action)' is not supported by this release\n"
                )
                return Exit.failure
            }
            return await edit(action, options, context.ofNode)
        } catch {
            console.complain(usage.complaint(error.text))
            return Exit.usage
        }
    }

    @EngineActor
    private static func edit(
        _ action: NodeConfiguration.Action,
        _ options: ClassicOptions,
        _ context: ProcessContext
    ) async -> Int32 {
        do throws(HostError) {
            let node = NodeConfiguration(
                layout: context.layout,
                host: try context.host(),
                output: ConfigurationOutput(console: context.console)
            )
            return await node.perform(action, parameter: options.parameter, value: options.value)
        } catch {
            context.console.complain("nodemgr: \(error)\n")
            return Exit.failure
        }
    }
}
