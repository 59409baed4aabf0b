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
    /// What the service's file should hold; nil: what it holds.
    private let correction: Correction?

    private struct Correction {
        var path: String
        var bytes: [UInt8]
    }

    /// Loads the service of a file, as this node sees it.
    ///
    /// With `asManaged` a classic service that is of other nodes is refused, as the classic loader did.
    static func open(
        _ file: String,
        debug: Bool = false,
        trust: TrustPolicy = .strict,
        asManaged: Bool = true
    ) throws(SessionError) -> ServiceSession {
        let layout = Layout(root: Environment.root)
        let loaded = try ServiceFile.load(
            file,
            root: layout.root,
            trust: trust,
            node: asManaged ? Environment.nodeName : nil
        )
        let host: LinuxHost
        do {
            host = try LinuxHost(scripts: loaded.scripts)
            if loaded.definition.isClassic { try inheritEnvironment(host) }
        } catch {
            throw .host(error)
        }
        let facts = ServiceFacts(
            name: loaded.definition.name,
            node: host.nodeName,
            groups: loaded.definition.groups,
            root: layout.root
        )
        let service: Service
        do {
            service = try Service(loaded.definition, facts: facts, registry: .builtIn)
        } catch {
            throw .load(LoadError([loaded.diagnostic(error)]))
        }
        let logFile = ServiceLogFile(service: service.name, in: layout) {
            put("osvc: \($0)\n", to: 2)
        }
        let log = ConsoleLog(service: service.name, file: logFile, showsDebug: debug, host: host)
        loaded.attach(host)
        // Osvc must not itself hold a file system that it is to unmount.
        _ = chdir("/")
        for line in loaded.printed { put(line + "\n", to: 2) }
        for message in loaded.messages { log.write(message.level, message.description, about: nil) }
        let path = loaded.definition.files.first
        return ServiceSession(
            service: service,
            host: host,
            log: log,
            layout: layout,
            correction: path.flatMap { path in
                loaded.corrected.map { Correction(path: path, bytes: $0) }
            }
        )
    }

    /// Programs of a classic service see what its caller has in the environment, but for the language:
    /// what system programs say is read here (classic-resources.md section 5).
    private static func inheritEnvironment(_ host: LinuxHost) throws(HostError) {
        let bytes = try host.readFile("/proc/self/environ", limit: 4 << 20) ?? []
        var all: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            let text = String(decoding: entry, as: UTF8.self)
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].hasPrefix("LC_"), !parts[0].hasPrefix("LANG") else {
                continue
            }
            all[String(parts[0])] = String(parts[1])
        }
        host.childEnvironment = all
    }

    /// What a check finds beyond errors, one line each. Errors on any node of the service are thrown.
    static func check(
        _ file: String,
        root: String = Environment.root,
        trust: TrustPolicy = Environment.readingTrust
    ) throws(SessionError) -> [String] {
        let loaded = try ServiceFile.load(file, root: root, trust: trust, node: nil)
        for line in loaded.printed { put(line + "\n", to: 2) }
        do {
            let findings = try CrossChecks.findings(
                in: loaded.definition,
                on: Environment.nodeName,
                registry: .builtIn,
                root: root
            )
            return loaded.warnings() + findings.map(\.description)
                + (try launcherProblems(of: loaded, root))
        } catch {
            throw .load(LoadError([loaded.diagnostic(error)]))
        }
    }

    /// The launchers of this node that would not be run (decisions.md 28).
    private static func launcherProblems(
        of file: ServiceFile,
        _ root: String
    ) throws(ConfigurationError) -> [String] {
        // Without a host nothing of the machine can be told, and the file is judged all the same.
        guard let host = try? LinuxHost(scripts: file.scripts) else { return [] }
        let definition = file.definition
        let facts = ServiceFacts(
            name: definition.name,
            node: host.nodeName,
            groups: definition.groups,
            root: root
        )
        let service = try Service(definition, facts: facts, registry: .builtIn)
        return service.launcherProblems(on: host).map { "warning: \($0)" }
    }

    /// Does what `osvc run` was asked for; returns the exit code.
    func carryOut(_ request: Request, _ options: ActionOptions, dryRun: Bool) async -> Int32 {
        guard service.isManagedHere else {
            let groups = service.facts.groups
            let nodes = (groups.nodes + groups.drpnodes).joined(separator: ", ")
            let text =
                "service \(service.name) not managed here: \(service.facts.node) is not one of \(nodes)"
            log.write(.error, text, about: nil)
            return Exit.failure
        }
        if !dryRun { correctFile() }
        switch request {
        case .act(let action) where dryRun: return await showPlan(action, options, .text)
        case .act(let action): return await act(action, options)
        case .statusCode: return Int32(await status().overall.shown)
        case .printStatus:
            put(StatusTree(await status(), colours: Colours(for: 1)).text)
            return Exit.success
        case .jsonStatus:
            put(await status().json.prettyText + "\n")
            return Exit.success
        case .freeze: return await set(frozen: true, options, dryRun: dryRun)
        case .thaw: return await set(frozen: false, options, dryRun: dryRun)
        }
    }

    /// Writes `[default]` as it is to be, as ever at the first use (classic-env.md section 1).
    private func correctFile() {
        guard let correction else { return }
        do throws(HostError) {
            let mode = try host.fileInfo(correction.path)?.mode ?? 0o644
            try host.writeFile(correction.path, correction.bytes, mode: mode)
        } catch {
            log.write(.warning, "[default] is not put right: \(error)", about: nil)
        }
    }

    private func act(_ action: Action, _ options: ActionOptions) async -> Int32 {
        let runner = ServiceRunner(service, host: host, log: log)
        let task = Task { @EngineActor in await runner.perform(action, options) }
        // A terminal that goes away must not leave an action half done: it goes on, and is in the log.
        signal(SIGHUP, SIG_IGN)
        do {
            try EventLoop.shared.handleSignals([SIGINT, SIGTERM]) { _, count in
                if count > 1 {
                    host.killAll()
                    exit(Exit.killed)
                }
                task.cancel()
            }
        } catch {
            log.write(.warning, "signals will end osvc at once: \(error)", about: nil)
        }
        return await task.value
    }

    /// What the service is now. Says beforehand, in the log, what a crash left half done.
    private func status() async -> ServiceStatus {
        tellInterruption()
        await ServiceEnvironment(service).give(to: host, action: "status")
        return await Observer(service, host: host).status()
    }

    private func tellInterruption() {
        guard let interruption = Interruption.find(of: service.name, in: layout) else { return }
        if let holder = ServiceLock.holder(of: service.name, in: layout) {
            log.write(.info, "\(interruption.action) is under way: \(holder)", about: nil)
        } else {
            log.write(.warning, "\(interruption.text); start or stop goes on from here", about: nil)
        }
    }

    /// Prints the plan of an action, scripts rehearsed.
    func showPlan(_ action: Action, _ options: ActionOptions, _ format: OutputFormat) async -> Int32
    {
        await ServiceEnvironment(service).give(to: host, action: action.rawValue)
        let seen = await Observer(service, host: host).look(for: .action)
        let directions: [Action.Direction] =
            action == .restart ? [.down, .up] : [action.direction ?? .up]
        var values: [JSONValue] = []
        for direction in directions {
            let plan: Plan
            do {
                plan = try Planner.plan(
                    service,
                    seen,
                    action: action,
                    direction: direction,
                    options: options
                )
            } catch {
                log.write(.error, error.description, about: nil)
                return Exit.failure
            }
            let rehearsal = await Rehearsing(
                plan,
                of: service,
                direction: direction,
                host: host,
                log: log,
                options: options
            ).rehearse()
            switch format {
            case .text: put(PlanText(plan: plan, direction: direction, rehearsal: rehearsal).text)
            case .json:
                values.append(
                    PlanJSON(plan: plan, direction: direction, rehearsal: rehearsal).value
                )
            }
        }
        if format == .json {
            put((values.count == 1 ? values[0] : .array(values)).prettyText + "\n")
        }
        return Exit.success
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

/// Why a service could not be opened.
enum SessionError: Error {
    case load(LoadError)
    case configuration(ConfigurationError)
    case host(HostError)

    /// Says it on standard error, with the source line where it is known; of a classic service as the
    /// lines of its log.
    @EngineActor
    func tell(of file: String) {
        switch self {
        case .load(let error) where !error.classic.isEmpty: tell(error.classic, of: file)
        case .load, .configuration, .host: tellDiagnostics()
        }
    }

    /// Says it as a check does: every line with its place in the file.
    func tellDiagnostics() {
        switch self {
        case .load(let error): put("\(error)\n", to: 2)
        case .configuration(let error): put("\(error)\n", to: 2)
        case .host(let error): put("osvc: \(error)\n", to: 2)
        }
    }

    @EngineActor
    private func tell(_ messages: [EnvMessage], of file: String) {
        guard let host = try? LinuxHost() else {
            for message in messages { put("\(message)\n", to: 2) }
            return
        }
        for message in messages {
            let subject = message.subject ?? EnvService.name(of: file)
            let log = ConsoleLog(service: subject, file: nil, showsDebug: false, host: host)
            log.write(message.level, message.description, about: nil)
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
