extension Application {
    /// Looks at the launchers, and asks only those that `questions` include and do not know.
    @EngineActor
    func look(
        _ host: any Host,
        for purpose: Purpose,
        scripts: any ScriptRunner,
        _ questions: LauncherQuestions
    ) async -> Observation {
        observation(of: await observe(host, for: purpose, scripts, questions), for: purpose)
    }

    /// Reads the directory, and the launchers of its scripts. A script with an error stays an entry with that
    /// problem. Without a script no interpreter is started.
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
    /// The launcher with the limit of start and stop and the `on_error` of its section, where it has none of its own.
    func with(limit: Duration?, onError: OnError) -> Launcher {
        var launcher = self
        launcher.onError = self.onError ?? onError
        for action in [LauncherAction.start, .stop] {
            launcher.limits[action] = limits[action] ?? limit
        }
        return launcher
    }
}
