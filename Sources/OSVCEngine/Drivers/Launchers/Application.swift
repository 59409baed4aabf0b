/// The launchers of a service (classic-resources.md section 5, lua-boundary.md section 4): its own and those of
/// its launcher directory. In their one sequence its own have the places that files `S10name` would have.
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

    /// The launchers of the service, with the section's limit and `on_error` where they have none of their own.
    public let launchers: [Launcher]
    /// Whether launchers with the same number start and stop at the same time (`parallel`).
    public let isParallel: Bool
    /// What a launcher whose start fails does, unless it has an `on_error` of its own.
    public let onError: Launcher.OnError
    /// The launcher directory; nil: this section has none. Only `app` has the default one.
    public let directory: LauncherDirectory?
    let limit: Duration?
    let probe: LauncherProbe
    let isClassic: Bool
    /// The directory in which the entries of the launcher directory run.
    private let workingDirectory: String
    /// The words after `.standby@` in the name of a launcher that mean this node.
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
    /// The pid files of its daemons, and those by which other launchers tell their status.
    public var claims: [Claim] {
        launchers.compactMap { launcher in
            if let file = launcher.daemon?.pidFile { return .pidFile(file) }
            guard case .check(.pidFile(let file, _)) = launcher.methods[.status] else { return nil }
            return .pidFile(file)
        }
    }
    public var footing: [String] { directory.map { [$0.path] } ?? [] }

    /// What the launchers reported and what their directory contains.
    public struct Seen: Sendable, Equatable {
        /// The answers of the launchers that have a status, in C order.
        public var answers: [LauncherAnswer]
        /// The contents of the launcher directory.
        public var directory: LauncherDirectory.Contents
        /// The launchers of the directory that are scripts.
        public var scripts: [Launcher]
        /// The command lines that set missing execute bits, so that the programs could be asked.
        public var mended: [String] = []
        /// What an interrupted action left running: `interrupted start still runs: …`; nil: nothing.
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

    /// Reads the launcher directory and asks each launcher for its status, unless the purpose is a plan.
    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        await observe(host, for: purpose, scripts: NoScripts())
    }

    public func observe(_ host: any Host, for purpose: Purpose, scripts: any ScriptRunner) async
        -> Seen
    {
        await observe(host, for: purpose, scripts, nil)
    }

    /// Asks every launcher when `questions` is nil.
    @EngineActor
    func observe(
        _ host: any Host,
        for purpose: Purpose,
        _ scripts: any ScriptRunner,
        _ questions: LauncherQuestions?
    ) async -> Seen {
        var seen = Seen()
        (seen.directory, seen.scripts) = find(host, for: purpose, scripts)
        if purpose == .planning {
            // A directory that is missing now may exist once the storage is up.
            if seen.directory.condition == .missing { seen.directory.condition = .absent }
            return seen
        }
        if purpose == .status {
            seen.mended = await mendPrograms(host, &seen.directory)
            seen.leftover = Leftovers.note(on: probe.resource, of: probe.service, host)
        }
        seen.answers = await answers(host, seen, for: purpose, scripts, questions)
        return seen
    }

    /// Starts, in S order, each launcher that does not report itself up. Fails instead when an entry of the
    /// directory may not be run.
    public func startSteps(_ seen: Seen) -> [Step] {
        steps(.start, seen, skipping: .up, word: "up")
    }

    /// Stops, in K order, each launcher that does not report itself down, and every daemon with a check of its own.
    public func stopSteps(_ seen: Seen) -> [Step] {
        steps(.stop, seen, skipping: .down, word: "down")
    }

    /// Whether there is a directory, whose entries may have `.standby@` in their names.
    public var hasStandbyPart: Bool { directory != nil }

    /// The launchers `S….standby@<node>`, `@nodes` or `@drpnodes`, which are started on a node where the
    /// service stays down (classic-resources.md section 5).
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

    /// A launcher that reports the wanted state is left alone. One without a status always runs, and so does
    /// the stop of a daemon with a check: a check may report down for a daemon that hangs.
    private func steps(
        _ action: LauncherAction,
        _ seen: Seen,
        skipping done: Status,
        word: String
    ) -> [Step] {
        let doneNames = Set(
            seen.answers.filter { $0.status == done && !$0.isUnsettled }.map(\.name)
        )
        let opening =
            directory.map { seen.directory.condition.steps(action, $0.path, isClassic: isClassic) }
            ?? []
        let entries = runnable(seen.directory).filter { $0.action == action }
        // By path, because two names with different bytes may be equal as text.
        let problems = Dictionary(
            entries.map { ($0.path, $0) },
            uniquingKeysWith: { first, other in first.problem == nil ? other : first }
        )
        let scripts = seen.directory.condition == .present ? seen.scripts : []
        let all = launchers + scripts + entries.compactMap { launcher(of: $0, limit: limit) }
        let groups = all.inOrder(of: action).map { launcher in
            let isSure = action == .start || !launcher.stopsWhateverItAnswers
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
        // When one launcher cannot be trusted, none is started.
        let refused = action == .start ? entries.compactMap(\.problem) : []
        guard refused.isEmpty else {
            return opening + refused.map { .fail($0) }
        }
        return opening + arranged(groups, action) + unstoppable(seen.directory, action)
    }

    /// Failures for scripts that cannot be read: they cannot be asked to stop.
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

    /// The entries that a start or stop runs; none of a directory in the wrong place.
    private func runnable(_ contents: LauncherDirectory.Contents) -> [LauncherDirectory.Entry] {
        contents.condition == .present ? contents.entries : []
    }

    /// The steps for one launcher; `entry` is its file in the directory.
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

    /// One launcher after the other; with `parallel` the service's own launchers of one number at the same time.
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
