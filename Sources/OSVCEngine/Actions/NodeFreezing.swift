/// Freezes the node, and with it every service, by the flag `var/FROZEN` (classic-actions.md section 11).
@EngineActor
public struct NodeFreezing {
    private let layout: Layout
    private let host: any Host

    public init(_ layout: Layout, host: any Host) {
        self.layout = layout
        self.host = host
    }

    public var isFrozen: Bool {
        get throws(HostError) { try host.fileInfo(layout.frozenNodeFlag) != nil }
    }

    public func freeze() throws(HostError) {
        try judge("freeze")
        guard try !isFrozen else { return }
        try host.makeDirectory("\(layout.root)/var")
        try host.writeFile(layout.frozenNodeFlag, [], mode: 0o644)
    }

    /// A flag that others may remove, or plant, freezes nothing.
    private func judge(_ action: String) throws(HostError) {
        let problems = StateTrust(layout, service: nil, host: host).problems()
        guard !problems.isEmpty else { return }
        let text = problems.joined(separator: "; ")
        throw .malformed(subject: action, problem: "\(text); nothing was done")
    }

    /// Takes away the flags of all services, too: whoever thaws a node wants it to work.
    public func thaw() throws(HostError) {
        try judge("thaw")
        let folder = "\(layout.root)/var"
        for name in try host.directory(folder) ?? []
        where name.isSame("FROZEN") || name.begins("FROZEN.") {
            try host.removeFile("\(folder)/\(name)")
        }
    }
}
