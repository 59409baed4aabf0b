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
        besides others: [Entry] = []
    ) async -> Int32 {
        let usage = ClassicUsage(program: program)
        do throws(ClassicOptions.Problem) {
            let options = try ClassicOptions(arguments, options: ClassicOptions.Option.nodemgr)
            if options.help {
                put(usage.text(actions: entries + others, options: ClassicOptions.Option.nodemgr))
                return Exit.success
            }
            if options.version {
                put("\(usage.name) \(osvcVersion)\n")
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
            guard ClassicCommand.hasPrivileges([program] + arguments) else { return Exit.failure }
            guard let action = NodeConfiguration.Action(rawValue: action) else {
                put("nodemgr: action '\(action)' is not supported by this release\n", to: 2)
                return Exit.failure
            }
            return await edit(action, options)
        } catch {
            put(usage.complaint(error.text), to: 2)
            return Exit.usage
        }
    }

    @EngineActor
    private static func edit(_ action: NodeConfiguration.Action, _ options: ClassicOptions) async
        -> Int32
    {
        do throws(HostError) {
            let node = NodeConfiguration(
                layout: Layout(root: Environment.root),
                host: try LinuxHost()
            )
            return await node.perform(action, parameter: options.parameter, value: options.value)
        } catch {
            put("nodemgr: \(error)\n", to: 2)
            return Exit.failure
        }
    }
}
