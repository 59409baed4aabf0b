import Glibc
import OSVCEngine
import OSVCLuaBridge

/// One command's work on one service: the file loaded, the host and the log made, the action done.
@EngineActor
struct ServiceSession {
    let service: Service
    let host: LinuxHost
    let log: ConsoleLog
    private let layout: Layout
    /// What a load told, and the log repeats.
    private let messages: [EnvMessage]
    /// Whether its file says `[default]`, which is put right at its first use.
    private let needsCorrection: Bool
    /// When the file of a classic service was last changed: seconds since 1970.
    private let modified: Double?
    /// What programs of the service find in their environment before the service adds to it.
    private let environment: [String: String]

    /// Loads the service of a file, as this node sees it, and tells what the load has to tell.
    ///
    /// With `asManaged` a classic service that is of other nodes is refused, as the classic loader did.
    static func open(
        _ file: String,
        debug: Bool = false,
        trust: TrustPolicy = .strict,
        asManaged: Bool = true
    ) throws(SessionError) -> ServiceSession {
        let root = Environment.root
        let node = asManaged ? Environment.nodeName : nil
        let loaded = try ServiceFile.load(file, root: root, trust: trust, node: node)
        let session = try ServiceSession(loaded, root: root, debug: debug, sharing: nil)
        Environment.leaveDirectory()
        for line in loaded.printed { put(line + "\n", to: 2) }
        session.tellMessages()
        return session
    }

    /// The session of a service that is loaded. Services without scripts may share a host, which then
    /// reads the machine once for all of them.
    init(
        _ loaded: ServiceFile,
        root: String,
        debug: Bool,
        sharing shared: SharedHost?
    ) throws(SessionError) {
        layout = Layout(root: root)
        do {
            if let scripts = loaded.shareable, let shared {
                host = shared.host
                shared.scripts.add(scripts, on: shared.host)
            } else {
                host = try LinuxHost(scripts: loaded.scripts)
                loaded.attach(host)
            }
            environment =
                loaded.definition.isClassic ? try CallerEnvironment.variables(host) : [:]
        } catch {
            throw .host(error)
        }
        let facts = ServiceFacts(
            name: loaded.definition.name,
            node: host.nodeName,
            groups: loaded.definition.groups,
            root: layout.root,
            workingDirectory: Environment.directory
        )
        do {
            service = try Service(loaded.definition, facts: facts, registry: .builtIn)
        } catch {
            let message = EnvMessage(.error, error.message, at: error.position)
            throw .load(
                LoadError(
                    [loaded.diagnostic(error)],
                    classic: loaded.modified == nil ? [] : loaded.messages + [message]
                )
            )
        }
        let logFile = ServiceLogFile(service: service.name, in: layout, showsDebug: debug) {
            put("osvc: \($0)\n", to: 2)
        }
        log = ConsoleLog(service: service.name, file: logFile, showsDebug: debug, host: host)
        messages = loaded.messages
        modified = loaded.modified
        needsCorrection = loaded.needsCorrection
    }

    /// Says what the load found, warnings and lost resources, in the log.
    func tellMessages() {
        for message in messages { log.write(message.level, message.description, about: nil) }
    }

    /// Does what was asked for; returns the exit code. `destination` is the node of a switch.
    func carryOut(
        _ request: Request,
        _ options: ActionOptions,
        dryRun: Bool = false,
        destination: String? = nil
    ) async -> Int32 {
        guard service.isManagedHere else {
            let groups = service.facts.groups
            let nodes = (groups.nodes + groups.drpnodes).joined(separator: ", ")
            let text =
                "service \(service.name) not managed here: \(service.facts.node) is not one of \(nodes)"
            log.write(.error, text, about: nil)
            return Exit.failure
        }
        if !dryRun { correctFile() }
        let guardian = ActionGuard(service, host: host)
        if request.isGuarded,
            let refusal = guardian.refusal(options, isClusterAllowed: request.isClusterAllowed)
        {
            log.write(.info, refusal, about: nil)
            return Exit.failure
        }
        if request.isGuarded || request == .freeze || request == .thaw,
            let mistake = guardian.mistake(in: options)
        {
            log.write(.error, mistake, about: nil)
            return Exit.failure
        }
        switch request {
        case .act(let action) where dryRun: return await showPlan(action, options, .text)
        case .act(let action): return await act(action, options)
        case .statusCode: return Int32(await status().overall.shown)
        case .printStatus:
            await printStatus()
            return Exit.success
        case .jsonStatus:
            put(await status().json.prettyText + "\n")
            return Exit.success
        case .freeze: return await set(frozen: true, options, dryRun: dryRun)
        case .thaw: return await set(frozen: false, options, dryRun: dryRun)
        case .frozen:
            return ActionGuard(service, host: host).isFrozen ? Exit.failure : Exit.success
        case .push: return push()
        case .printModified: return printModified()
        case .printService:
            put(ServiceDump(service).text)
            return Exit.success
        case .switchOver: return switchOver(to: destination)
        case .sync, .stonith, .monitorResources:
            return await actBeside(request, options, dryRun: dryRun)
        case .list(let what, let asJSON): return list(what, asJSON: asJSON)
        }
    }

    /// The tree; on a terminal its first line comes before what the look logs (classic-status.md section 5).
    private func printStatus() async {
        let showsNameFirst = isatty(1) == 1
        if showsNameFirst { put(service.name + "\n") }
        let text = StatusTree(await status(), colours: Colours(for: 1)).text
        put(showsNameFirst ? String(text.dropFirst(service.name.count + 1)) : text)
    }

    /// What acts, and drives no resource as a start or stop does.
    private func actBeside(
        _ request: Request,
        _ options: ActionOptions,
        dryRun: Bool
    ) async -> Int32 {
        guard !dryRun else {
            log.write(.error, "--dry-run is not supported for this action", about: nil)
            return Exit.failure
        }
        giveEnvironment()
        switch request {
        case .sync(let action):
            let syncing = Syncing(service, host: host, log: log)
            return await interruptibly { await syncing.perform(action, options) }
        case .stonith:
            let stonith = Stonith(service, host: host, log: log)
            return await interruptibly { await stonith.perform(options) }
        case .monitorResources:
            let monitor = ResourceMonitor(service, host: host, log: log)
            return await interruptibly { await monitor.perform(options) }
        default: preconditionFailure("\(request) is done elsewhere")
        }
    }

    private func list(_ what: Request.DeviceList, asJSON: Bool) -> Int32 {
        do throws(HostError) {
            let lists = DeviceLists(service, host: host)
            let names = what == .disks ? try lists.disks() : try lists.devices()
            put(
                asJSON
                    ? JSONValue.array(names.map(JSONValue.string)).prettyText + "\n"
                    : names.map { "\($0)\n" }.joined()
            )
            return Exit.success
        } catch {
            log.write(.error, error.description, about: nil)
            return Exit.failure
        }
    }

    private func printModified() -> Int32 {
        do throws(HostError) {
            guard let path = service.definition.files.first, let info = try host.fileInfo(path)
            else { return Exit.failure }
            // Hundredths, as the classic release had them.
            put("\((info.modified * 100).rounded() / 100)\n")
            return Exit.success
        } catch {
            log.write(.error, error.description, about: nil)
            return Exit.failure
        }
    }

    /// Refuses before anything is stopped; another node cannot be told to start yet.
    private func switchOver(to destination: String?) -> Int32 {
        let words = "'switch' action stopped on execution error"
        guard let destination else {
            let text = "a destination node must be provided for the switch action"
            log.write(.error, "\(words): \(text)", about: nil)
            return Exit.failure
        }
        guard service.facts.groups.nodes.contains(destination) else {
            let text = "destination node \(destination) is not in service node list"
            log.write(.error, text, about: nil)
            log.write(.error, words, about: nil)
            return Exit.failure
        }
        let text = "starting on another node is not supported by this release"
        log.write(.error, "\(words): \(text)", about: nil)
        return Exit.failure
    }

    // MARK: The collector's stamp

    private var stamp: PushStamp? {
        guard let modified, let file = service.definition.files.first else { return nil }
        return PushStamp(of: service.name, file: file, changedAt: modified, in: layout, host: host)
    }

    /// What every classic program does with every service that it loads (classic-actions.md section 10).
    func pushIfChanged(isSilent: Bool = false) {
        guard let lines = stamp?.refreshIfNeeded(), !isSilent else { return }
        tell(lines)
    }

    private func push() -> Int32 {
        guard let pushed = stamp?.push() else { return Exit.success }
        tell(pushed.lines)
        return pushed.isWritten ? Exit.success : Exit.failure
    }

    private func tell(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        for line in lines { put(line + "\n") }
        // Scripts and people know the lines; what is true is for who asks (decisions.md 8).
        log.write(.debug, "nothing is sent: there is no collector", about: nil)
    }

    /// Writes `[default]` as it is to be, as ever at the first use (classic-env.md section 1).
    private func correctFile() {
        guard needsCorrection, let path = service.definition.files.first else { return }
        do throws(HostError) {
            // As it is now: somebody may have edited it since it was loaded.
            guard let file = try EditedFile.read(path), let right = EnvFile.corrected(file.bytes)
            else { return }
            try file.replace(with: right)
        } catch {
            log.write(.warning, "[default] is not put right: \(error)", about: nil)
        }
    }

    private func act(_ action: Action, _ options: ActionOptions) async -> Int32 {
        giveEnvironment()
        let runner = ServiceRunner(service, host: host, log: log)
        return await interruptibly { await runner.perform(action, options) }
    }

    private func interruptibly(_ work: @escaping @EngineActor @Sendable () async -> Int32) async
        -> Int32
    {
        await Interruptions.shared.action(host, log, work)
    }

    /// What the service is now. Says beforehand, in the log, what a crash left half done.
    private func status() async -> ServiceStatus {
        tellInterruption()
        return await observe()
    }

    /// What the service is now.
    func observe() async -> ServiceStatus {
        log.waiting(for: "status of \(service.name)")
        defer { log.waiting(for: nil) }
        let status = await Interruptions.shared.look(host, log) {
            giveEnvironment()
            await ServiceEnvironment(service).give(to: host, action: "status")
            HeartbeatLinks(service, host: host, log: log).mend()
            return await Observer(service, host: host).status()
        }
        for line in status.lines {
            for mend in line.report.mended { log.write(.info, mend, about: line.id) }
        }
        return status
    }

    /// Another service that shares the host may show its programs less of the caller's.
    func giveEnvironment() {
        host.childEnvironment = environment
    }

    /// Whether the service has a flag of its own; that of the node concerns all.
    var isFrozenAlone: Bool { ActionGuard(service, host: host).isFrozenAlone }

    private func tellInterruption() {
        guard let interruption = Interruption.find(of: service.name, in: layout) else { return }
        if let holder = ServiceLock.holder(of: service.name, in: layout) {
            log.write(.info, "\(interruption.action) is under way: \(holder)", about: nil)
        } else {
            let running = Leftovers.running(after: interruption, on: host)
            let more = running.isEmpty ? "" : "; still running: \(running.joined(separator: ", "))"
            let text = "\(interruption.text)\(more); start or stop goes on from here"
            log.write(.warning, text, about: nil)
        }
    }

    private func set(frozen: Bool, _ options: ActionOptions, dryRun: Bool) async -> Int32 {
        let freezing = Freezing(service, host: host, log: log)
        guard dryRun else { return await freezing.set(frozen: frozen, options) }
        do {
            let word = frozen ? "freeze" : "thaw"
            put("plan: \(word) \(service.name) on \(service.facts.node)\n")
            for step in try freezing.steps(to: frozen) { put("        \(step.planLine)\n") }
            return Exit.success
        } catch {
            log.write(.error, error.description, about: nil)
            return Exit.failure
        }
    }
}

extension Status {
    /// The number as an exit code: what users are shown, without the internal sums.
    fileprivate var shown: Int {
        switch self {
        case .standbyUpWithUp: Status.up.rawValue
        case .standbyUpWithDown: Status.standbyUp.rawValue
        default: rawValue
        }
    }
}
