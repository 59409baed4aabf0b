import Glibc
import OSVCEngine

/// `svcmgr`, `allservices` and its relatives, and the links named like services (classic-actions.md
/// section 2).
///
/// They are asked all day long, and their dialect of options is not that of the command tree: they go
/// round it.
@EngineActor
struct ClassicCommand {
    let name: ClassicName
    /// `argv[0]`, for messages.
    let program: String
    let options: ClassicOptions
    let context: ProcessContext
    let work: Work

    var console: Console { context.console }

    /// What is to be done with the services.
    enum Work {
        case request(Request)
        case configure(ConfigurationAction)
        case later(String)
    }

    /// Runs the program; returns the exit code.
    static func run(
        _ name: ClassicName,
        program: String,
        _ arguments: [String],
        _ context: ProcessContext
    ) async -> Int32 {
        let console = context.console
        let usage = ClassicUsage(program: program)
        do throws(ClassicOptions.Problem) {
            let options = try ClassicOptions(
                words(arguments, of: name),
                options: table(of: name)
            )
            if options.help {
                console.show(usage.text(actions: actions, options: table(of: name)))
                return Exit.success
            }
            if options.version {
                console.show("\(usage.name) \(osvcVersion)\n")
                return Exit.success
            }
            guard isTree(program) || hasPrivileges([program] + arguments, context) else {
                return Request(words: options.words)?.failureCode ?? Exit.failure
            }
            let command = try ClassicCommand(name, program, options, context.ofNode)
            if command.needsRoot, command.context.isReadOnly {
                return context.refuseToOrdinaryUser(command.request)
            }
            return await command.perform()
        } catch {
            console.complain(usage.complaint(error.text))
            return Exit.usage
        }
    }

    /// Everything that `svcmgr` does, with what a help says of it.
    nonisolated static var actions: [(name: String, summary: String)] {
        Request.entries.map { ($0.name, $0.summary) }
            + ConfigurationAction.allCases.map { ($0.rawValue, $0.summary) }
    }

    /// The link for stonith has one action, whatever arguments the cluster software passes.
    private static func words(_ arguments: [String], of name: ClassicName) -> [String] {
        if case .stonith = name { return ["stonith"] }
        return arguments
    }

    private static func table(of name: ClassicName) -> [ClassicOptions.Option] {
        switch name {
        case .svcmgr: ClassicOptions.Option.svcmgr
        default: ClassicOptions.Option.named
        }
    }

    /// Whether it is called as a command of `osvc`, whose answers need not be those of the classic release.
    static func isTree(_ program: String) -> Bool { program.hasPrefix("osvc ") }

    /// The classic programs are root's, but for their help.
    static func hasPrivileges(_ arguments: [String], _ context: ProcessContext) -> Bool {
        guard context.user != 0 else { return true }
        let program = arguments.first.map { [Environment.path(ofProgram: $0)] } ?? []
        let words = (program + arguments.dropFirst()).map(ShellWord.quoted).joined(separator: " ")
        context.console.show("Insufficient privileges. Try:\n sudo \(words)\n")
        return false
    }

    private init(
        _ name: ClassicName,
        _ program: String,
        _ options: ClassicOptions,
        _ context: ProcessContext
    ) throws(ClassicOptions.Problem) {
        self.context = context
        self.name = name
        self.program = program
        self.options = options
        guard !options.words.isEmpty else { throw .init(text: "Missing action") }
        if let request = Request(words: options.words) {
            work = .request(request)
        } else if let action = ConfigurationAction(rawValue: Request.joined(options.words)) {
            work = .configure(action)
        } else if ClassicAction.isLater(Request.joined(options.words)) {
            work = .later(options.words.joined(separator: " "))
        } else {
            let known = Self.actions.map(\.name)
            throw .init(
                text: Request.refusal(of: options.words, among: known, as: "unsupported action")
            )
        }
        if case .configure = work, options.dryRun {
            throw .init(text: "--dry-run is not supported for this action")
        }
        guard
            options.node == nil || options.dryRun || Request(words: options.words) == .printService
        else { throw .init(text: SessionUse.nodeRefusal) }
        if let word = options.status, Status(classic: word) == nil {
            throw .init(
                text: "option --status: '\(word)' is not a status: up, down, warn, n/a, ..."
            )
        }
    }

    // MARK: Actions

    /// The exit code for all services.
    func total(_ codes: [Int32]) -> Int32 {
        isStatus ? Exit.worst(codes) : Exit.sum(codes)
    }

    func inTurn(_ sessions: [ServiceSession]) async -> [Int32] {
        var codes: [Int32] = []
        for session in sessions { codes.append(await act(on: session)) }
        return codes
    }

    func inParallel(_ sessions: [ServiceSession]) async -> [Int32] {
        let tasks = sessions.map { session in
            Task { @EngineActor in await act(on: session) }
        }
        var codes: [Int32] = []
        for task in tasks { codes.append(await task.value) }
        return codes
    }

    private func act(on session: ServiceSession) async -> Int32 {
        switch work {
        case .configure:
            // `perform` hands it to `configure` before there is a session.
            preconditionFailure("files are edited without being loaded")
        case .request(let request):
            return await session.requests.carryOut(
                request,
                actionOptions,
                dryRun: options.dryRun,
                destination: options.destination
            )
        case .later(let word):
            let text = "action '\(word)' is not supported by this release"
            session.log.write(.error, text, about: nil)
            return Exit.failure
        }
    }

    var use: SessionUse {
        options.dryRun || options.node != nil ? .plan(on: options.node) : .work
    }

    private var actionOptions: ActionOptions {
        var all = ActionOptions(
            rids: options.rids.map(ResourceID.init),
            tags: options.tags,
            force: options.force,
            disableRollback: options.disableRollback,
            lockLimit: .limited(seconds: options.waitlock),
            reason: isCluster ? .cluster : isBoot ? .autostart : .user
        )
        all.isCron = options.cron
        return all
    }

    private var isBoot: Bool {
        if case .request(.act(.boot)) = work { return true }
        return false
    }

    private var isCluster: Bool {
        switch name {
        case .cluster, .stonith: true
        default: options.cluster
        }
    }
}
