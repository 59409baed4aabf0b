extension Service {
    /// Why launchers in the service's directory are not run, as the directory is now: one message for each problem.
    @EngineActor
    public func launcherProblems(on host: any Host, scripts: any ScriptRunner) -> [String] {
        resources.compactMap { $0.driver as? Application }
            .flatMap { application in
                let contents = application.find(host, for: .status, scripts).contents
                let path = application.directory?.path ?? ""
                let isLink = contents.condition != .notLink
                return (isLink ? [] : [LauncherDirectory.Contents.Condition.notLink(path)])
                    + contents.entries.compactMap(\.problem)
            }
    }
}
