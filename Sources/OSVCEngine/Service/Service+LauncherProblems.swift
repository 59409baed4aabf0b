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
                    + contents.dangling.filter { !isBelowMount($0.target) }.map(\.problem)
            }
    }

    /// Whether a path lies below a mount point of the service, where it may be missing while that is not mounted.
    private func isBelowMount(_ path: String) -> Bool {
        resources.flatMap(\.driver.claims).contains {
            $0.isMountPoint && path.begins($0.name.withoutFinalSlash + "/")
        }
    }
}
