/// How the answers of several launchers make one status:
/// - The programs of the launcher directory answer by exit code and count together, as in the classic release. If
///   the sum of the codes is 0: up; if it is the number of programs: down; else warn, with `<path>, <path>
///   returned errors`.
/// - The service's own launchers answer with a status each; that of a program follows from its exit code
///   (`Status.init(exitCode:)`). These, and the one of the directory's programs, are summed: n/a does not count;
///   all up is up, all down is down, a mixture or any warn is warn.
/// - A launcher that could not be asked is warn, never down: a typo in a probe must not cause a failover.
/// - Programs that an interrupted action left running make it warn: their result is not known.
/// - Without any launcher that has a status: n/a, `no checkup scripts`.
extension Application {
    /// The status by the rules above, with a note about what an interrupted action left running.
    public func status(_ seen: Seen) -> StatusReport {
        var report = report(seen)
        report.mended = seen.mended
        if let leftover = seen.leftover {
            report.status = report.status.merged(with: .warn)
            report.notes.append(leftover)
        }
        return report
    }

    private func report(_ seen: Seen) -> StatusReport {
        let refusals = refusals(seen.directory)
        if case .unreadable(let problem) = seen.directory.condition {
            return StatusReport(.warn, notes: [problem])
        }
        guard !seen.answers.isEmpty else {
            if seen.directory.condition == .missing, let directory {
                let note = "\(directory.path) does not exist"
                return StatusReport(.notApplicable, notes: refusals, verboseNotes: [note])
            }
            return StatusReport(.notApplicable, notes: ["no checkup scripts"] + refusals)
        }
        var total = sum(seen)
        total.notes += mixture(seen, total.status) + refusals
        return total
    }

    /// The sum of all answers, of which there is at least one.
    func sum(_ seen: Seen) -> StatusReport {
        var reports = seen.answers.compactMap(\.report)
        if let programs = programsReport(seen) { reports.append(programs) }
        let total = reports.map(\.status).reduce(Status.undefined) { $0.merged(with: $1) }
        return StatusReport(total, notes: reports.flatMap(\.notes))
    }

    /// One note for all launchers that a start or stop would not run: they mostly share the cause.
    private func refusals(_ contents: LauncherDirectory.Contents) -> [String] {
        let problems = contents.entries.filter { $0.action != .status && !$0.isScript }
            .compactMap(\.problem)
        guard let first = problems.first else { return [] }
        return [problems.count == 1 ? first : "\(first) (and \(problems.count - 1) more)"]
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

    /// Notes about the launchers that are down, and why, when others are not. A service that is down as a whole
    /// needs none.
    private func mixture(_ seen: Seen, _ total: Status) -> [String] {
        guard total == .warn else { return [] }
        return seen.answers.compactMap { answer in
            guard case .status(.down, _) = answer.verdict else { return nil }
            return "\(answer.name) is down" + (answer.reason.map { ": \($0)" } ?? "")
        }
    }

    /// The answer of each launcher, in C order: the programs of the directory one after the other, as in the
    /// classic release, the others up to eight at once.
    @EngineActor
    func answers(
        _ host: any Host,
        _ seen: Seen,
        for purpose: Purpose,
        _ scripts: any ScriptRunner,
        _ questions: LauncherQuestions?
    ) async -> [LauncherAnswer] {
        let contents = seen.directory
        let probe = probe
        let own = (launchers + seen.scripts).inOrder(of: .status)
            .filter { questions?.include($0) ?? true }
        let ownAnswers = await concurrently(own, atMost: 8) {
            if let known = questions?.known[$0.name], $0.method(for: .status) != .daemon {
                return known
            }
            return await probe.ask($0, of: host, for: purpose, scripts, questions?.log)
        }
        var answers = zip(own.map { $0.place(for: .status) }, ownAnswers).map { ($0, $1) }
        // A program without its execute bit is corrected and logged first; until then no program is asked.
        let lackBits = contents.entries.contains { $0.action == .status && $0.lacksExecuteBit }
        for entry in contents.entries
        where entry.isScript
            || entry.action == .status && !lackBits
                && questions?.includeEntries ?? true
        {
            if var answer = await answer(of: entry, host, scripts, questions?.log) {
                answer.isEntry = true
                answers.append((entry.name, answer))
            }
        }
        return answers.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.map(\.1)
    }

    @EngineActor
    private func answer(
        of entry: LauncherDirectory.Entry,
        _ host: any Host,
        _ scripts: any ScriptRunner,
        _ log: (any Log)?
    ) async -> LauncherAnswer? {
        if let problem = entry.problem {
            return LauncherAnswer(name: entry.name, verdict: .status(.warn, note: problem))
        }
        guard let launcher = launcher(of: entry, limit: nil) else { return nil }
        return await probe.ask(launcher, of: host, for: .status, scripts, log)
    }

    /// Sets the missing execute bit of programs with a status. Returns the command lines.
    @EngineActor
    func mendPrograms(_ host: any Host, _ contents: inout LauncherDirectory.Contents) async
        -> [String]
    {
        var mended: [String] = []
        for (index, entry) in contents.entries.enumerated()
        where entry.action == .status && entry.lacksExecuteBit && entry.problem == nil {
            // On a frozen file system it survives KILL and is left, after 2 + 5 s.
            let mend = Command(
                ["chmod", "+x", entry.path],
                limit: .seconds(2),
                killAfter: .zero,
                logging: .quiet
            )
            // If that fails, running the launcher reports why.
            _ = try? await host.run(mend)
            contents.entries[index].lacksExecuteBit = false
            mended.append(mend.line)
        }
        return mended
    }
}
