/// The launchers of a service (classic-resources.md section 5, lua-api.md sections 3.2 to 3.7).
///
/// How the answers of several launchers make one status:
/// - Programs answer by exit code and count together, as ever: the sum of their codes is 0: up; it is
///   the number of programs: down; else warn, with `<path>, <path> returned errors`.
/// - Scripts, checks and daemons answer with a status each. These, and the one of all programs, add up:
///   n/a says nothing; all up is up, all down is down, a mixture or any warn is warn.
/// - Whatever could not be asked is warn, never down: a typo in a probe must not cause a failover.
/// - Without any launcher that has a status: n/a, `no checkup scripts`.
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
    private let probe: LauncherProbe

    public init(_ settings: Settings) throws(ConfigurationError) {
        let limit = settings.duration("timeout")
        let onError = settings.string("on_error").flatMap(Launcher.OnError.init) ?? .abort
        isParallel = settings.boolean("parallel")
        probe = LauncherProbe(
            resource: ResourceID(settings.owner),
            service: settings.service
        )
        launchers = settings.launchers.map { launcher in
            var launcher = launcher
            launcher.onError = launcher.onError ?? onError
            for action in [LauncherAction.start, .stop] {
                launcher.limits[action] = launcher.limits[action] ?? limit
            }
            return launcher
        }
    }

    public var label: String { "app" }

    public struct Seen: Sendable, Equatable {
        /// What each launcher that has a status said, in C order.
        public var answers: [LauncherAnswer]

        public init(answers: [LauncherAnswer] = []) {
            self.answers = answers
        }
    }

    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        guard purpose != .planning else { return Seen() }
        let asked = launchers.inOrder(of: .status)
        let probe = probe
        return Seen(
            answers: await concurrently(asked, atMost: 8) { await probe.ask($0, of: host) }
        )
    }

    public func status(_ seen: Seen) -> StatusReport {
        guard !seen.answers.isEmpty else {
            return StatusReport(.notApplicable, notes: ["no checkup scripts"])
        }
        var reports = seen.answers.compactMap(\.report)
        if let programs = programsReport(seen) { reports.append(programs) }
        let total = reports.map(\.status).reduce(Status.undefined) { $0.merged(with: $1) }
        return StatusReport(total, notes: reports.flatMap(\.notes) + mixture(seen, total))
    }

    private func programsReport(_ seen: Seen) -> StatusReport? {
        let codes = seen.answers.compactMap(\.exitCode)
        guard !codes.isEmpty else { return nil }
        switch codes.reduce(0, { $0 + Int($1) }) {
        case 0: return StatusReport(.up)
        case codes.count: return StatusReport(.down)
        default:
            let failed = seen.answers.filter { ($0.exitCode ?? 0) != 0 }.map(\.path)
            return StatusReport(.warn, notes: [failed.joined(separator: ", ") + " returned errors"])
        }
    }

    /// Who is down and why, when others are not; a service that is down as a whole needs no list.
    private func mixture(_ seen: Seen, _ total: Status) -> [String] {
        guard total == .warn else { return [] }
        return seen.answers.compactMap { answer in
            guard case .status(.down, _) = answer.verdict else { return nil }
            return "\(answer.name) is down" + (answer.reason.map { ": \($0)" } ?? "")
        }
    }

    public func startSteps(_ seen: Seen) -> [Step] {
        steps(.start, seen, skipping: .up, word: "up")
    }

    public func stopSteps(_ seen: Seen) -> [Step] {
        steps(.stop, seen, skipping: .down, word: "down")
    }

    /// A launcher that says it is where it shall go is left alone; one without a status always runs, and so
    /// does the stop of a daemon: a check that says down may speak of a daemon that hangs.
    private func steps(
        _ action: LauncherAction,
        _ seen: Seen,
        skipping done: Status,
        word: String
    ) -> [Step] {
        let doneNames = Set(seen.answers.filter { $0.status == done }.map(\.name))
        let groups = launchers.inOrder(of: action).map { launcher in
            let isSure =
                action == .start || launcher.daemon == nil
                || launcher.method(for: .status) == .daemon
            let step =
                isSure && doneNames.contains(launcher.name)
                ? Step.note(.info, "\(launcher.name) is already \(word)")
                : Step.launch(launcher, action)
            return (number: launcher.number(for: action), step: step)
        }
        guard isParallel else { return groups.map(\.step) }
        return Set(groups.map(\.number)).sorted { ($0 ?? 0) < ($1 ?? 0) }.map { number in
            let steps = groups.filter { $0.number == number }.map(\.step)
            return steps.count == 1 ? steps[0] : .together(steps)
        }
    }
}

extension Launcher {
    /// Its place in the sequence of an action: `S`, `K` or `C`; nil: it is not part of it.
    func number(for action: LauncherAction) -> Int? {
        switch action {
        case .start, .info: startOrder
        case .stop: stopOrder
        case .status: statusOrder
        }
    }

    /// How the action is done; what a daemon is not told otherwise osvc does itself.
    public func method(for action: LauncherAction) -> Method? {
        if let method = methods[action] { return method }
        return daemon != nil && action != .info ? .daemon : nil
    }
}

extension [Launcher] {
    /// Those that have a part in the action, by number, then name.
    func inOrder(of action: LauncherAction) -> [Launcher] {
        filter { $0.number(for: action) != nil && $0.method(for: action) != nil }
            .sorted {
                let numbers = ($0.number(for: action) ?? 0, $1.number(for: action) ?? 0)
                return numbers.0 == numbers.1 ? $0.name < $1.name : numbers.0 < numbers.1
            }
    }
}
