import ArgumentParser
import Glibc
import OSVCEngine

/// `osvc run FILE ACTION`
struct Run: EngineCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts, stops or shows the service of a file.",
        usage: "osvc run FILE ACTION [options]",
        discussion: """
            ACTION is one of
              start         bring up, in order, what is not up; when a step
                            fails, what this start brought up goes down again
              stop          bring down, in reverse order, what is not down
              restart       stop, then start
              startstandby  bring up only what stays up on this node
                            (always_on)
              print status  show the tree of resources and what each is
              json status   the same for programs
              status        print nothing; the exit code is the status:
                            0 up, 1 down, 2 warn, 3 n/a, 5 undef,
                            6 stdby up, 7 stdby down; 64 when it cannot
                            be told
              freeze        from now on refuse start and stop
              thaw          allow them again

            A second start finds nothing to do and succeeds. Ctrl-C once ends
            the action in order, twice at once.

            Examples:
              osvc run web.lua start
              osvc run web.lua stop --rid app
              osvc run web.lua start --dry-run

            Exit codes: 0 success, 1 failure, 2 the command line is wrong,
            130 ended by a second signal; osvc doc exit has all of them.
            """
    )

    @Argument(help: "The service file.")
    var file: String

    @Argument(help: "What to do: one of the actions above.")
    var action: [String]

    @OptionGroup
    var selection: SelectionOptions

    @Flag(name: .shortAndLong, help: "Stop standby resources too; tell hooks to insist.")
    var force = false

    @Flag(help: "Leave what a failed start brought up as it is.")
    var disableRollback = false

    @Option(help: ArgumentHelp("Time to wait for another osvc.", valueName: "seconds"))
    var waitlock: Int = 60

    @Option(help: ArgumentHelp("Launchers at once, at most.", valueName: "number"))
    var jobs: Int = 16

    @Flag(name: .shortAndLong, help: "Tell hooks that a cluster engine asks, not a person.")
    var cluster = false

    @Flag(help: "Show what would be done; do nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("--dry-run, printsvc: as that node.", valueName: "name"))
    var node: String?

    @Flag(help: "Log more, to search for a fault.")
    var debug = false

    func validate() throws {
        try selection.judge()
        guard waitlock >= 0 else { throw ValidationError("--waitlock takes 0 or more seconds") }
        guard jobs >= 1 else { throw ValidationError("--jobs takes 1 or more") }
        guard node == nil || dryRun || Request(words: action) == .printService else {
            throw ValidationError(SessionUse.nodeRefusal)
        }
    }

    func perform(_ context: ProcessContext) async -> Int32 {
        // Not among the validations: those come before a word is known to belong to a mistyped option.
        guard let request = Request(words: action) else {
            let refusal = Request.refusal(of: action)
            context.console.complain("osvc run: \(refusal)\nTry 'osvc run --help'.\n")
            return Exit.usage
        }
        return await Self.perform(
            request,
            on: file,
            options,
            dryRun: dryRun,
            node: node,
            debug: debug,
            context
        )
    }

    /// `osvc run FILE ACTION` without options, as cron and cluster software ask it all day, needs no
    /// command tree, which costs more than the answer. Nil: this is not that form.
    @EngineActor
    static func plain(_ arguments: [String], _ context: ProcessContext) async -> Int32? {
        guard arguments.count > 2, arguments[0] == "run",
            !arguments.contains(where: { $0.hasPrefix("-") }),
            let request = Request(words: Array(arguments[2...]))
        else { return nil }
        return await perform(
            request,
            on: arguments[1],
            ActionOptions(),
            dryRun: false,
            debug: false,
            context
        )
    }

    @EngineActor
    private static func perform(
        _ request: Request,
        on file: String,
        _ options: ActionOptions,
        dryRun: Bool,
        node: String? = nil,
        debug: Bool,
        _ context: ProcessContext
    ) async -> Int32 {
        let context = context.of(file)
        if context.isReadOnly, request.needsRoot, !dryRun {
            return context.refuseToOrdinaryUser(request)
        }
        if request.acts, !dryRun { Streams.standard.beginAction() }
        do throws(SessionError) {
            let use = dryRun || node != nil ? SessionUse.plan(on: node) : .work
            let session = try ServiceSession.open(file, context, debug: debug, for: use)
            return await session.requests.carryOut(request, options, dryRun: dryRun)
        } catch {
            error.tell(of: file, context)
            return request.failureCode
        }
    }

    private var options: ActionOptions {
        ActionOptions(
            rids: selection.rids,
            tags: selection.tagList,
            force: force,
            disableRollback: disableRollback,
            lockLimit: .limited(seconds: waitlock),
            jobs: jobs,
            reason: cluster ? .cluster : .user
        )
    }
}
