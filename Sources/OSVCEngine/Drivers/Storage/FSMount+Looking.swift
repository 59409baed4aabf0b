extension FSMount {
    @EngineActor
    func look(
        _ host: any Host,
        for purpose: Purpose,
        into seen: inout Seen
    ) async throws(HostError) {
        let mounts = try host.mounts()
        var place = mountPoint
        var here = mounts.at(place)
        if here.isEmpty, let real = host.realPath(mountPoint), !real.isSame(mountPoint) {
            if let problem = host.problemOnTheWay(to: mountPoint) {
                seen.problem = "mount point: \(problem)"
                return
            }
            place = real
            here = mounts.at(place)
        }
        if let tag {
            let isNeeded = purpose != .status || !here.isEmpty
            seen.tagged = await tag.device(on: host, askingDisks: isNeeded)
            seen.commandDevice = seen.tagged ?? device
        }
        // When nothing is mounted there, the status is down, whatever the device is.
        if here.isEmpty, purpose == .status { return }
        let device = seen.tagged ?? device
        seen.source = try host.mountSource(device, kind: kind, mounts: mounts)
        let reachable = here.filter { mounts.hider(of: $0) == nil }
        // The first: osvc mounts nothing over another mount, so one that looks the same was mounted by somebody else.
        seen.mount =
            reachable.first { isOwn($0, device, seen.source, host) }
            ?? here.last { isOwn($0, device, seen.source, host) }
        if let mount = seen.mount {
            let above = reachable.drop { $0 != mount }
            seen.occupant = mounts.hider(of: mount) ?? above.last { !mount.isSameFileSystem($0) }
            // Its path leads elsewhere.
            guard seen.occupant == nil else { return }
            if kind == .bind, purpose == .action, let source = host.realPath(device) {
                seen.copies = mounts.copies(in: mount, of: source)
            }
            let writing = try await writing(mount, host)
            seen.isWritable = writing != .impossible
            if writing == .possible { seen.planted = planted(mount, host) }
            return
        }
        // An automounter's mount is there to be mounted over.
        seen.occupant = reachable.last { $0.type != "autofs" }
        seen.below = mounts.below(place)
        if kind == .disk { seen.elsewhere = mounts.filter { isOwn($0, device, seen.source, host) } }
        seen.mountPointExists = try host.fileInfo(mountPoint) != nil
    }

    /// Whether a mount is that of this file system. Mounts of other types may have the same word as source, and
    /// subvolumes have the same device.
    @EngineActor
    private func isOwn(
        _ entry: MountEntry,
        _ device: String,
        _ source: MountSource,
        _ host: any Host
    ) -> Bool {
        guard kind != .sourceless || entry.type == type else { return false }
        if kind == .disk, entry.type == "btrfs" {
            guard BtrfsSubvolume(options).isShown(by: entry) else { return false }
        }
        return host.shows(entry, device, source)
    }

    /// Whether the mount accepts writes. Read-only is correct when `ro` was asked for; otherwise the kernel has
    /// given up writing. File systems served by another machine or a program are not asked, because they may
    /// not answer; neither is a disk without an active path.
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

    /// A note about `.opensvc`, which earlier releases wrote. Anything there but a regular file is not touched
    /// and is reported, because those releases follow a link there and wait at a FIFO.
    @EngineActor
    private func planted(_ mount: MountEntry, _ host: any Host) -> String? {
        let path = "\(mount.mountPoint)/.opensvc"
        // Only a note: what cannot be looked at is ignored.
        let isLink = (try? host.readLink(path)) ?? nil != nil
        guard !isLink else { return "\(path) is a link; it is not used, and may be removed" }
        guard let info = (try? host.fileInfo(path)) ?? nil, info.kind != .file else { return nil }
        return "\(path) is not a regular file; it is not used, and may be removed"
    }
}

extension FSMount: DeviceHolding {
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        let path = tag?.linked(on: host) ?? device
        guard kind == .disk, let info = try host.fileInfo(path) else { return [] }
        switch info.kind {
        case .blockDevice: return [host.realPath(path) ?? path]
        case .file: return try host.loopDevices(of: device).map(\.path)
        case .directory, .other: return []
        }
    }
}

extension FSMount {
    /// A message when something is mounted there and nothing tells whether it is this file system, because its device or
    /// directory is no longer what it was when it was mounted; nil: that is known. Its umount could hit another one, and
    /// a stop without one would be no success.
    func doubt(_ seen: Seen) -> String? {
        guard seen.mount == nil, let occupant = seen.occupant else { return nil }
        let problem: String
        switch seen.source {
        case .missing: problem = "does not exist"
        // The file system that the directory was on may be unmounted, or another one mounted over it.
        case .inside(let number, _) where number != occupant.device:
            problem = "is on another file system"
        case .file(let loops) where loops.isEmpty && occupant.source.begins("/dev/loop"):
            problem = "is not the file of that device"
        default: return nil
        }
        return
            "\(occupant.source) (\(occupant.type)) is mounted on \(mountPoint), and may be this file"
            + " system: \(device) \(problem); umount \(ShellWord.quoted(mountPoint)) if it is"
    }
}
