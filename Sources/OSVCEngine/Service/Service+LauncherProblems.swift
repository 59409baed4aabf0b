extension Service {
    /// Why launchers in the service's directory are not run, as the directory is now.
    @EngineActor
    public func launcherProblems(on host: any Host) -> [String] {
        resources.compactMap { $0.driver as? Application }
            .flatMap { $0.find(host, for: .status).contents.entries.compactMap(\.problem) }
    }
}
