import ArgumentParser
import OSVCEngine

/// `osvc plan FILE ACTION`, `osvc plan NAME ACTION`
struct PlanCommand: EngineCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows what an action would do; does nothing.",
        usage: "osvc plan FILE|NAME ACTION [options]",
        discussion: """
            ACTION is start, stop, restart or startstandby. A NAME is that of a
            service in ROOT/etc.

            For each resource: where it was written, whether it has a part in the
            action or why not, and the exact commands. Hooks and launchers that
            are scripts are rehearsed: what they read is real, what they would
            change is listed.

            What is required is asked: 'ok', 'NOT MET: reason', or 'unknown until
            fs#0 is up' when it depends on an earlier part of the plan. The last
            line is the verdict: would succeed, would succeed if, would fail at.

            With --node the plan is that of another node, of which nothing is
            known but the file.

            Examples:
              osvc plan web.lua start
              osvc plan web stop -o json
              osvc plan web start --node node2

            Exit codes: 0 the action would succeed, as far as that is known,
            1 it would fail.
            """
    )

    @Argument(help: "The service file, or the name of a service.")
    var file: String

    @Argument(help: "start, stop, restart or startstandby.")
    var action: String

    @OptionGroup
    var selection: SelectionOptions

    @Flag(name: .shortAndLong, help: "Plan what --force would do.")
    var force = false

    @Option(help: ArgumentHelp("Plan what this node would do.", valueName: "name"))
    var node: String?

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
                try NodeServices.file(file, context),
                context,
                trust: context.readingTrust,
                for: .plan(on: node)
            )
            FileCheck.tellObjection(to: file, context)
            return await session.requests.showPlan(action, options, output)
        } catch {
            error.tell(of: file, context)
            return Exit.failure
        }
    }
}
