extension Layout {
    /// The directories that services of this node may use for their state. Some may not exist.
    @EngineActor
    func stateFolders(on host: any Host) throws(HostError) -> [String] {
        let apart = "\(stateRoot)/\(Self.apart)"
        let names = try host.directory(stateRoot) ?? []
        // A directory that cannot be read contains no state.
        let others = (try? host.directory(apart)) ?? []
        return names.map { "\(stateRoot)/\($0)" } + others.map { "\(apart)/\($0)" }
    }
}
