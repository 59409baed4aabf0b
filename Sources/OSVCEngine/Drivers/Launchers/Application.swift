/// The launchers of a service (classic-resources.md section 5, lua-boundary.md section 4).
///
/// Launchers come from the service itself and from its launcher directory; both make one sequence, in
/// which a launcher of the service has the place that `S10name` would have.
public struct Application: Driver {
    public static let id = DriverID("app")
    public static let section = "app"
    public static let startOrder = StartPlace.application
    public static let summary = "The programs of the service, each with start, stop and status."
    public static let needsStorage = true
    public static let keywords = [
        Keyword(
            "timeout",
            .duration,
            summary: "How long a start or stop of one launcher may take; its own limit goes first.",
            example: "5m"
        ),
        Keyword(
            "on_error",
            .choice(["abort", "continue"]),
            default: .string("abort"),
            summary: "Whether a launcher that fails to start ends the start, or is only reported.",
            example: "continue"
        ),
        Keyword(
            "dir",
            .path,
            summary: "The launcher directory, S, K and C programs; else the link etc/SERVICE.d.",
            example: "/srv/web/init.d"
        ),
        Keyword(
            "parallel",
            .boolean,
            default: .boolean(false),
            scopable: false,
            summary: "Whether launchers with the same number start and stop together.",
            example: "true"
        ),
    ]

    /// With the section's limit and `on_error` where they have none of their own.
    public let launchers: [Launcher]
    public let isParallel: Bool
    /// What launchers do that say nothing else.
    public let onError: Launcher.OnError
    /// Nil: this is not the section that the directory belongs to.
    public let directory: LauncherDirectory?
    let limit: Duration?
    let probe: LauncherProbe
    let isClassic: Bool
    /// Where the entries of the directory are run.
    private let workingDirectory: String
    /// Whether a word after `.standby@` in the name of a launcher means this node.
    private let standbyWords: Set<String>

    public init(_ settings: Settings) throws(ConfigurationError) {
        let limit = settings.duration("timeout")
        let onError = settings.string("on_error").flatMap(Launcher.OnError.init) ?? .abort
        let path = settings.string("dir")
        self.limit = limit
        self.onError = onError
        isClassic = settings.service.isClassic
        workingDirectory = isClassic ? settings.service.workingDirectory : "/"
        let node = settings.service.node
        standbyWords = Set(
            [node, "nodes", "drpnodes"].filter { settings.service.groups.word($0, covers: node) }
        )
        directory =
            path != nil || settings.owner == "app"
            ? LauncherDirectory(of: settings.service, written: path) : nil
        isParallel = settings.boolean("parallel")
        probe = LauncherProbe(
            resource: ResourceID(settings.owner),
            service: settings.service
        )
        launchers = settings.launchers.map { $0.with(limit: limit, onError: onError) }
    }

    public var label: String { "app" }

    public struct Seen: Sendable, Equatable {
        /// What each launcher that has a status said, in C order.
        public var answers: [LauncherAnswer]
        public var directory: LauncherDirectory.Contents
        /// The launchers of the directory that are scripts.
        public var scripts: [Launcher]
        /// What was done to programs that lacked their execute bit, to ask them.
        public var mended: [String] = []
        /// What an action that was cut off left running, as `interrupted start still runs: …`.
        public var leftover: String?

        public init(
            answers: [LauncherAnswer] = [],
            directory: LauncherDirectory.Contents = .init(.absent),
            scripts: [Launcher] = []
        ) {
            self.answers = answers
            self.directory = directory
            self.scripts = scripts
        }
    }

    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        await observe(host, for: purpose, scripts: NoScripts())
    }

    public func observe(_ host: any Host, for purpose: Purpose, scripts: any ScriptRunner) async
        -> Seen
    {
        var seen = Seen()
        (seen.directory, seen.scripts) = find(host, for: purpose, scripts)
        if purpose == .planning {
            // What is missing now may be there once the storage is up.
            if seen.directory.condition == .missing { seen.directory.condition = .absent }
            return seen
        }
        if purpose == .status {
            seen.mended = await mendPrograms(host, &seen.directory)
            seen.leftover = Leftovers.note(on: probe.resource, of: probe.service, host)
        }
        seen.answers = await answers(host, seen, for: purpose, scripts)
        return seen
    }

    public func startSteps(_ seen: Seen) -> [Step] {
        steps(.start, seen, skipping: .up, word: "up")
    }

    public func stopSteps(_ seen: Seen) -> [Step] {
        steps(.stop, seen, skipping: .down, word: "down")
    }

    public var hasStandbyPart: Bool { directory != nil }

    /// On a node where the service stays down, its launchers `S….standby@<node>`, `@nodes` or
    /// `@drpnodes` are started nevertheless (classic-resources.md section 5).
    public func standbySteps(_ seen: Seen) -> [Step] {
        let entries = runnable(seen.directory).filter { entry in
            guard entry.action == .start, let word = entry.standbyWord else { return false }
            return standbyWords.contains(word)
        }
        let refused = entries.compactMap(\.problem)
        guard refused.isEmpty else { return refused.map { .fail($0) } }
        return entries.flatMap { entry in
            launcher(of: entry, limit: limit).map { steps($0, .start, entry) } ?? []
        }
    }

    /// A launcher that says it is where it shall go is left alone; one without a status always runs, and so
    /// does the stop of a daemon: a check that says down may speak of a daemon that hangs.
    private func steps(
        _ action: LauncherAction,
        _ seen: Seen,
        skipping done: Status,
        word: String
    ) -> [Step] {
        let doneNames = Set(seen.answers.filter { $0.status == done && !$0.isStray }.map(\.name))
        let opening =
            directory.map { seen.directory.condition.steps(action, $0.path, isClassic: isClassic) }
            ?? []
        let entries = runnable(seen.directory).filter { $0.action == action }
        // By path: two names whose bytes differ may be equal as text (accents, bytes that are not UTF-8).
        let problems = Dictionary(
            entries.map { ($0.path, $0) },
            uniquingKeysWith: { first, other in first.problem == nil ? other : first }
        )
        let scripts = seen.directory.condition == .present ? seen.scripts : []
        let all = launchers + scripts + entries.compactMap { launcher(of: $0, limit: limit) }
        let groups = all.inOrder(of: action).map { launcher in
            let isSure =
                action == .start || launcher.daemon == nil
                || launcher.method(for: .status) == .daemon
            let isDone = isSure && !launcher.isEntry && doneNames.contains(launcher.name)
            let steps =
                isDone
                ? [Step.note(.info, "\(launcher.name) is already \(word)")]
                : self.steps(
                    launcher,
                    action,
                    launcher.isEntry ? problems[launcher.position.file] : nil
                )
            return (launcher: launcher, steps: steps)
        }
        // Nothing is started beside a launcher that cannot be trusted.
        let refused = action == .start ? entries.compactMap(\.problem) : []
        guard refused.isEmpty else {
            return opening + refused.map { .fail($0) }
        }
        return opening + arranged(groups, action) + unstoppable(seen.directory, action)
    }

    /// A script that cannot be read cannot be asked to stop either.
    private func unstoppable(_ contents: LauncherDirectory.Contents, _ action: LauncherAction)
        -> [Step]
    {
        guard action == .stop else { return [] }
        return runnable(contents).filter { $0.isScript && $0.action != .status }
            .compactMap(\.problem).map { .fail($0) }
    }

    func launcher(of entry: LauncherDirectory.Entry, limit: Duration?) -> Launcher? {
        entry.launcher(limit: limit, onError: onError, directory: workingDirectory)
    }

    /// Those that a start or stop runs: none of a directory that is in the wrong place.
    private func runnable(_ contents: LauncherDirectory.Contents) -> [LauncherDirectory.Entry] {
        contents.condition == .present ? contents.entries : []
    }

    /// What is done for one launcher; `entry` is what is known of its file.
    private func steps(
        _ launcher: Launcher,
        _ action: LauncherAction,
        _ entry: LauncherDirectory.Entry?
    ) -> [Step] {
        if let problem = entry?.problem { return [.fail(problem)] }
        let mend =
            entry?.lacksExecuteBit == true
            ? [Step.run(Command(["chmod", "+x", entry?.path ?? ""]))] : []
        return mend + [.launch(launcher, action)]
    }

    /// One after the other; with `parallel` the service's own launchers of one number together.
    private func arranged(
        _ groups: [(launcher: Launcher, steps: [Step])],
        _ action: LauncherAction
    ) -> [Step] {
        guard isParallel else { return groups.flatMap(\.steps) }
        var arranged: [Step] = []
        var together: [Step] = []
        var number: Int?
        func close() {
            arranged += together.count > 1 ? [.together(together)] : together
            together = []
        }
        for group in groups {
            let next = group.launcher.isEntry ? nil : group.launcher.number(for: action)
            if next == nil || next != number { close() }
            number = next
            together += group.steps
            if next == nil {
                arranged += together
                together = []
            }
        }
        close()
        return arranged
    }
}

extension Application {
    /// Reads the directory, and of the scripts in it the launchers. A script that is wrong stays an entry
    /// that says so; without a script nothing of their language is begun.
    @EngineActor
    func find(_ host: any Host, for purpose: Purpose, _ runner: any ScriptRunner)
        -> (contents: LauncherDirectory.Contents, scripts: [Launcher])
    {
        guard let directory else { return (.init(.absent), []) }
        var contents = directory.read(host, for: purpose)
        var scripts: [Launcher] = []
        for (index, entry) in contents.entries.enumerated()
        where entry.isScript && entry.problem == nil {
            do throws(LauncherFileError) {
                let launcher = try runner.launcher(
                    in: entry.path,
                    number: entry.number,
                    of: probe.service.name
                )
                if let twin = (launchers + scripts).first(where: { $0.name == launcher.name }) {
                    throw LauncherFileError(
                        "\(launcher.position): launcher '\(launcher.name)' occurs twice, first at"
                            + " \(twin.position)"
                    )
                }
                scripts.append(launcher.with(limit: limit, onError: onError))
            } catch {
                contents.entries[index].problem = error.description
            }
        }
        return (contents, scripts)
    }
}

extension Launcher {
    /// With the limit of start and stop, and the `on_error`, of its section where it has none of its own.
    fileprivate func with(limit: Duration?, onError: OnError) -> Launcher {
        var launcher = self
        launcher.onError = self.onError ?? onError
        for action in [LauncherAction.start, .stop] {
            launcher.limits[action] = limits[action] ?? limit
        }
        return launcher
    }
}
