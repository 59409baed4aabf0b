extension FSMount {
    @EngineActor
    func look(
        _ host: any Host,
        for purpose: Purpose,
        into seen: inout Seen
    ) async throws(HostError) {
        let mounts = try host.mounts()
        var here = mounts.at(mountPoint)
        if here.isEmpty, let real = host.realPath(mountPoint), !real.isSame(mountPoint) {
            if let problem = host.problemOnTheWay(to: mountPoint) {
                seen.problem = "mount point: \(problem)"
                return
            }
            here = mounts.at(real)
        }
        // Where nothing is mounted at all, it is down, whatever the device is.
        if here.isEmpty, purpose == .status { return }
        seen.source = try host.mountSource(device, kind: kind, mounts: mounts)
        seen.mount = here.last { host.shows($0, device, seen.source) }
        if let mount = seen.mount {
            if let top = here.last, top != mount { seen.occupant = top }
            let writing = try await writing(mount, host)
            seen.isWritable = writing != .impossible
            if writing == .possible { seen.planted = planted(mount, host) }
            return
        }
        // An automounter waits there to be mounted over.
        seen.occupant = here.last { $0.type != "autofs" }
        seen.mountPointExists = try host.fileInfo(mountPoint) != nil
    }

    /// Read-only is right where it was asked for; where it was not, the kernel has given up writing.
    /// What another machine or a program serves is not asked: it may not answer. Neither does a disk
    /// without a path.
    @EngineActor
    private func writing(
        _ mount: MountEntry,
        _ host: any Host
    ) async throws(HostError) -> Writing {
        guard kind != .network, !options.contains("ro") else { return .notAsked }
        guard !mount.isReadOnly, try await !host.isStalled(mount.device) else { return .impossible }
        let isServed =
            FileSystemKind(type: mount.type, options: []) == .network
            || mount.type.hasPrefix("fuse")
        guard !isServed else { return .notAsked }
        return host.isWritable(below: mount.mountPoint) ? .possible : .impossible
    }

    private enum Writing {
        case possible, impossible, notAsked
    }

    /// `.opensvc` was written by earlier releases. What else is there under that name is not touched, and is
    /// told, because those releases follow a link there and wait at a FIFO.
    @EngineActor
    private func planted(_ mount: MountEntry, _ host: any Host) -> String? {
        let path = "\(mount.mountPoint)/.opensvc"
        // Only told: what cannot be looked at is nothing.
        let isLink = (try? host.readLink(path)) ?? nil != nil
        guard !isLink else { return "\(path) is a link; it is not used, and may be removed" }
        guard let info = (try? host.fileInfo(path)) ?? nil, info.kind != .file else { return nil }
        return "\(path) is not a regular file; it is not used, and may be removed"
    }
}

extension FSMount: DeviceHolding {
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        guard kind == .disk, let info = try host.fileInfo(device) else { return [] }
        switch info.kind {
        case .blockDevice: return [host.realPath(device) ?? device]
        case .file: return try host.loopDevices(of: device).map(\.path)
        case .directory, .other: return []
        }
    }
}
