/// Freezes the node, and with it every service, by the flag `var/FROZEN` (classic-actions.md section 11).
@EngineActor
public struct NodeFreezing {
    private let layout: Layout
    private let host: any Host

    public init(_ layout: Layout, host: any Host) {
        self.layout = layout
        self.host = host
    }

    /// Whether the flag of the node exists. Throws when it cannot be looked at.
    public var isFrozen: Bool {
        get throws(HostError) { try host.fileInfo(layout.frozenNodeFlag) != nil }
    }

    /// Creates the flag, if it does not exist. Throws `.malformed`, with the correction, when others may change
    /// osvc's directories.
    public func freeze() throws(HostError) {
        try judge("freeze")
        guard try !isFrozen else { return }
        try host.makeDirectory(layout.stateRoot)
        try host.writeFile(layout.frozenNodeFlag, [], mode: 0o644)
    }

    /// Throws when a flag could be created or removed by others: such a flag freezes nothing.
    private func judge(_ action: String) throws(HostError) {
        let problems = StateTrust(layout, service: nil, host: host).problems()
        guard !problems.isEmpty else { return }
        let text = problems.joined(separator: "; ")
        throw .malformed(subject: action, problem: "\(text); nothing was done")
    }

    /// Removes the flag of the node and those of all services. Throws as `freeze` does.
    public func thaw() throws(HostError) {
        try judge("thaw")
        let folder = layout.stateRoot
        for name in try host.directory(folder) ?? []
        where name.isSame("FROZEN") || name.begins("FROZEN.") {
            try host.removeFile("\(folder)/\(name)")
        }
    }
}
