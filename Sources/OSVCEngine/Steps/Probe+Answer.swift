extension Probe {
    /// The answer of the machine at this moment; nothing is taken from an earlier look.
    ///
    /// Throws when the machine cannot be asked, and `.cancelled` on a signal.
    @EngineActor
    func holds(on host: any Host) async throws(HostError) -> Bool {
        host.forget()
        switch self {
        case .pathExists(let path):
            return try host.fileInfo(path) != nil
        case .loopDetached(let device, let file):
            return try !host.loopDevices(of: file).contains { $0.path == device }
        case .isDirectory(let path):
            return try host.fileInfo(path)?.kind == .directory
        case .addressFree(let address, let device, let limit):
            return try await !host.answers(address, on: device, within: limit)
        case .addressLocal(let address):
            return try Self.isLocal(address, on: host)
        case .interfaceUp(let name):
            return try host.interfaces().contains { $0.name == name && $0.isUp }
        case .mounted(let path):
            return try host.mounts().contains { $0.mountPoint.isSame(path) }
        case .volumeGroupDown(let name):
            return try !host.hasActiveVolumes(in: name)
        case .programExists(let name):
            return host.findProgram(name) != nil
        case .not(let probe):
            return try await !probe.holds(on: host)
        }
    }

    @EngineActor
    private static func isLocal(_ address: IPAddress, on host: any Host) throws(HostError) -> Bool {
        try host.interfaces().contains { $0.addresses.contains { $0.address == address } }
    }
}
