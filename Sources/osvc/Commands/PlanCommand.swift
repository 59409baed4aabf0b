import ArgumentParser
import OSVCEngine

/// `osvc plan FILE ACTION`
struct PlanCommand: EngineCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows what an action would do; does nothing.",
        usage: "osvc plan FILE ACTION [options]",
        discussion: """
            ACTION is start, stop, restart or startstandby.

            For each resource: where it was written, whether it has a part in the
            action or why not, and the exact commands. Hooks and launchers that
            are scripts are rehearsed: what they read is real, what they would
            change is listed.

            Examples:
              osvc plan web.lua start
              osvc plan web.lua stop -o json
            """
    )

    @Argument(help: "The service file.")
    var file: String

    @Argument(help: "start, stop, restart or startstandby.")
    var action: String

    @OptionGroup
    var selection: SelectionOptions

    @Flag(name: .shortAndLong, help: "Plan what --force would do.")
    var force = false

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("How to write it.", valueName: "form")
    )
    var output: OutputFormat = .text

    func validate() throws {
        try selection.judge()
        guard let action = Action(rawValue: action), action != .status else {
            throw ValidationError(
                "'\(action)' cannot be planned: start, stop, restart, startstandby"
            )
        }
    }

    func perform(_ context: ProcessContext) async -> Int32 {
        guard let action = Action(rawValue: action) else { return Exit.usage }
        let context = context.of(file)
        let options = ActionOptions(rids: selection.rids, tags: selection.tagList, force: force)
        do throws(SessionError) {
            let session = try ServiceSession.open(
                file,
                context,
                trust: context.readingTrust,
                asManaged: false
            )
            FileCheck.tellObjection(to: file, context)
            return await session.requests.showPlan(action, options, output)
        } catch {
            error.tell(of: file, context)
            return Exit.failure
        }
    }
}
