/// What a look before a start found about launchers: a rollback ends only what was not running by then.
public struct LaunchersBefore: Sendable, Equatable {
    /// The launchers that were neither up nor down, or could not be asked, by name. Whether they ran is not known.
    public var inDoubt: Set<String> = []
    /// The status of all entries of the launcher directory together, whose names do not say which status belongs
    /// to which start; n/a without a status.
    public var entries = Status.notApplicable
    /// The answers of the service's own launchers, by name.
    public var answers: [String: LauncherAnswer] = [:]

    public init(
        inDoubt: Set<String> = [],
        entries: Status = .notApplicable,
        answers: [String: LauncherAnswer] = [:]
    ) {
        self.inDoubt = inDoubt
        self.entries = entries
        self.answers = answers
    }

    /// Whether the launcher may have run. One without a status counts as down: its stop is all that is known of it.
    func mayHaveRun(_ launcher: Launcher) -> Bool {
        guard launcher.isEntry else { return inDoubt.contains(launcher.name) }
        return entries != .down && entries != .notApplicable
    }
}

extension Application {
    public func launchersBefore(_ seen: Seen) -> LaunchersBefore {
        let inDoubt = seen.answers.filter { answer in
            !answer.isEntry && !answer.status.isUp && answer.status != .down
                && answer.status != .notApplicable
        }
        let own = seen.answers.lazy.filter { !$0.isEntry }.map { ($0.name, $0) }
        return LaunchersBefore(
            inDoubt: Set(inDoubt.map(\.name)),
            entries: entries(seen),
            answers: Dictionary(own) { $1 }
        )
    }

    private func entries(_ seen: Seen) -> Status {
        // Nobody is asked until all have their execute bit.
        let isUnasked = seen.directory.entries.contains {
            $0.action == .status && $0.lacksExecuteBit
        }
        var entries = seen
        entries.answers.removeAll { !$0.isEntry }
        if isUnasked { return .warn }
        return entries.answers.isEmpty ? .notApplicable : sum(entries).status
    }
}
