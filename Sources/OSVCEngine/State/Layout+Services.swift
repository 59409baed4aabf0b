extension Layout {
    /// The directories in which services of this node may have their state. Not every one need be there.
    @EngineActor
    func stateFolders(on host: any Host) throws(HostError) -> [String] {
        let state = "\(root)/var"
        let apart = "\(state)/\(Self.apart)"
        let names = try host.directory(state) ?? []
        // Where it cannot be looked into nothing is recorded.
        let others = (try? host.directory(apart)) ?? []
        return names.map { "\(state)/\($0)" } + others.map { "\(apart)/\($0)" }
    }
}
