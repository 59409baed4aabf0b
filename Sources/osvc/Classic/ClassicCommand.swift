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
    private let work: Work

    var console: Console { context.console }

    /// What is to be done with the services.
    private enum Work {
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
            guard hasPrivileges([program] + arguments, context) else { return Exit.failure }
            let command = try ClassicCommand(name, program, options, context)
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
        if let word = options.status, Status(classic: word) == nil {
            throw .init(
                text: "option --status: '\(word)' is not a status: up, down, warn, n/a, ..."
            )
        }
    }

    // MARK: Services

    private func perform() async -> Int32 {
        if case .request(let request) = work, request.acts { Streams.standard.beginAction() }
        do throws(SessionError) {
            let services = try NodeServices(context, debug: options.debug)
            if case .configure(let action) = work { return try await configure(action, services) }
            let strangers = tellStrangers(services)
            let (sessions, refusals) = await chosen(try names(services), services)
            guard !sessions.isEmpty || !isNamed else {
                // A refused service is told; that nothing ran must show in the exit code, too
                // (decisions.md 36).
                if name == .svcmgr { console.complain(Self.noService) }
                return Exit.failure
            }
            services.letGo()
            context.leaveDirectory()
            let code = await options.parallel ? inParallel(sessions) : inTurn(sessions)
            // Nothing was done for what cannot be loaded (decisions.md 36 and 55). Of services that are
            // named, the tables of the classic release pass it over.
            let isWhole = refusals + strangers == 0 || isNamed && !isActing
            return isWhole ? code : max(code, Exit.failure)
        } catch {
            error.tellDiagnostics(console)
            return Exit.failure
        }
    }

    private var isActing: Bool {
        if case .request(let request) = work { return request.acts }
        return false
    }

    /// Tells which of the names that an action was asked for are no services; how many they are.
    private func tellStrangers(_ services: NodeServices) -> Int32 {
        guard isActing, name == .svcmgr else { return 0 }
        let strangers = options.services.distinctByBytes()
            .filter { !services.exists($0) }
        for name in strangers {
            console.complain("there is no service '\(name)' in \(services.layout.etc)\n")
        }
        return Int32(clamping: strangers.count)
    }

    /// Whether the services were named, so that finding none of them is a failure.
    private var isNamed: Bool {
        if case .all = name { return false }
        return true
    }

    func names(_ services: NodeServices) throws(SessionError) -> [String] {
        switch name {
        case .service(let name), .cluster(let name), .stonith(let name): return [name]
        case .svcmgr where !options.services.isEmpty:
            return options.services.distinctByBytes().filter(services.exists)
        case .svcmgr where filter.isOpen: return []
        default: return try services.names()
        }
    }

    var filter: ServiceFilter {
        if case .all(let filter) = name { return filter }
        let place: ServiceFilter.Place? =
            options.onlyPrimary ? .primary : options.onlySecondary ? .secondary : nil
        return ServiceFilter(
            statuses: options.status.flatMap(Status.init(classic:)).map { [$0] },
            place: place
        )
    }

    /// The services that the action is for, and how many cannot be loaded.
    func chosen(
        _ names: [String],
        _ services: NodeServices
    ) async -> (sessions: [ServiceSession], refusals: Int32) {
        var chosen: [ServiceSession] = []
        var refusals: Int32 = 0
        for name in names {
            let opening = services.open(name, sharesHost: !options.parallel)
            guard let session = opening.session else {
                if case .refused = opening {
                    refusals += 1
                    if !isNamed, case .request(.printStatus) = work {
                        // Among the trees of all there is one that says that it cannot be told.
                        console.show(StatusTree.unknown(name, "cannot be loaded"))
                    }
                }
                continue
            }
            if case .request(let request) = work {
                session.requests.pushIfChanged(isSilent: request.isForPrograms || request == .push)
            }
            if filter.isOpen {
                chosen.append(session)
            } else if await filter.admits(session) {
                chosen.append(session)
            }
        }
        return (chosen, refusals)
    }

    static let noService = """
        No service specified. Try:
         allservices
         allupservices
         alldownservices
         allprimaryservices
         allsecondaryservices
         svcmgr -s svcname,...
         svcname

        """

    // MARK: Actions

    /// The exit code is the sum of the services' codes, as far as one can tell it.
    private func inTurn(_ sessions: [ServiceSession]) async -> Int32 {
        var codes: [Int32] = []
        for session in sessions { codes.append(await act(on: session)) }
        return Exit.sum(codes)
    }

    private func inParallel(_ sessions: [ServiceSession]) async -> Int32 {
        let tasks = sessions.map { session in
            Task { @EngineActor in await act(on: session) }
        }
        var codes: [Int32] = []
        for task in tasks { codes.append(await task.value) }
        return Exit.sum(codes)
    }

    private func act(on session: ServiceSession) async -> Int32 {
        switch work {
        case .configure:
            preconditionFailure("files are edited without being loaded")
        case .request(let request):
            return await session.requests.carryOut(
                request,
                actionOptions,
                destination: options.destination
            )
        case .later(let word):
            let text = "action '\(word)' is not supported by this release"
            session.log.write(.error, text, about: nil)
            return Exit.failure
        }
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
