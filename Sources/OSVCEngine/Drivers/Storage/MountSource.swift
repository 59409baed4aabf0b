/// What the `dev` of a file system is, and how it appears in the mount table (classic-resources.md section 4,
/// the mounted test).
public enum MountSource: Sendable, Equatable {
    /// A word, an export or a data set, which appears in the mount table as written.
    case word
    /// Nothing exists at the path.
    case missing
    /// A block device, with its number and its path without links.
    case block(DeviceNumber, path: String)
    /// A regular file, with the loop devices bound to it.
    case file(loops: [LoopDevice])
    /// A directory or file of a mounted file system, with its path from the root of that file system.
    case inside(DeviceNumber, root: String)
    /// Something that cannot be mounted, such as a character device.
    case unusable
}

extension Host {
    /// What is at `device` for a file system of this kind, given the mount table.
    func mountSource(
        _ device: String,
        kind: FileSystemKind,
        mounts: [MountEntry]
    ) throws(HostError) -> MountSource {
        switch kind {
        case .network, .sourceless: return .word
        case .bind:
            guard let path = realPath(device) else { return .missing }
            return mounts.place(of: path)
        case .disk:
            guard let info = try fileInfo(device) else {
                let loops = try loopDevices(of: device)
                return loops.isEmpty ? .missing : .file(loops: loops)
            }
            switch info.kind {
            case .blockDevice:
                return .block(info.device, path: realPath(device) ?? device)
            case .file: return .file(loops: try loopDevices(of: device))
            case .directory, .other: return .unusable
            }
        }
    }

    /// Whether a mount is that of `device`, which is `source`.
    func shows(_ entry: MountEntry, _ device: String, _ source: MountSource) -> Bool {
        switch source {
        case .inside(let number, let root): return entry.device == number && entry.root == root
        case .word: return entry.source.withoutFinalSlash.isSame(device.withoutFinalSlash)
        default: break
        }
        guard entry.root == "/" || entry.type == "btrfs" else { return false }
        if entry.source == device || entry.source == VolumeGroupName.mapperPath(device) {
            return true
        }
        switch source {
        case .block(let number, let path):
            return entry.device == number || realPath(entry.source)?.isSame(path) == true
        case .file(let loops): return loops.contains { $0.path == entry.source }
        // The link to a lost disk disappears with it, and its mount stays.
        case .missing: return isGone(entry.device)
        default: return false
        }
    }
}

extension Host {
    /// Whether the block device with this number has disappeared.
    private func isGone(_ device: DeviceNumber) -> Bool {
        let folder = "/sys/dev/block"
        return device.major != 0 && realPath(folder) != nil
            && realPath("\(folder)/\(device.major):\(device.minor)") == nil
    }
}

extension [MountEntry] {
    /// The mounts at a mount point, in mount order.
    func at(_ mountPoint: String) -> [MountEntry] {
        // By index: copying an entry is expensive, and nearly all entries are others.
        indices.filter { self[$0].mountPoint.isSame(mountPoint) }.map { self[$0] }
    }

    /// The mount on a directory above its mount point that hides `mount`; nil: it can be reached, or that is not known.
    ///
    /// A mount that existed before on that directory would be its parent. One on the root directory of this process hides
    /// nothing: the kernel begins every absolute path below it.
    func hider(of mount: MountEntry) -> MountEntry? {
        guard mount.id != 0 else { return nil }
        var inner = mount
        // No chain of parents is longer.
        for _ in indices {
            let found = last {
                $0.parent == inner.parent && $0.id != inner.id && !$0.mountPoint.isSame("/")
                    && inner.mountPoint.isAtOrBelow($0.mountPoint)
            }
            if let found { return found }
            guard let parent = first(where: { $0.id == inner.parent }), parent.id != inner.id else {
                return nil
            }
            inner = parent
        }
        return nil
    }

    /// The mounts that give access to the file system of `mount`; of a btrfs those that show nothing but its subvolume.
    func showing(_ mount: MountEntry) -> [MountEntry] {
        filter {
            $0.device == mount.device && $0.type == mount.type
                && (mount.type != "btrfs" || $0.root.isAtOrBelow(mount.root))
        }
    }

    /// The mounts inside `mount`, in mount order: on its directories, and on theirs.
    func inside(_ mount: MountEntry) -> [MountEntry] {
        guard mount.id != 0 else {
            return filter {
                $0.mountPoint.isAtOrBelow(mount.mountPoint)
                    && !$0.mountPoint.isSame(mount.mountPoint)
            }
        }
        var known: Set<UInt32> = [mount.id]
        // A mount that was moved may stand before its parent.
        while true {
            let more = filter { known.contains($0.parent) && !known.contains($0.id) }
            if more.isEmpty { break }
            known.formUnion(more.map(\.id))
        }
        return filter { $0.id != mount.id && known.contains($0.id) }
    }

    /// The mounts inside a bind mount of a directory that are at the same place of that directory, too.
    func copies(in mount: MountEntry, of directory: String) -> [MountEntry] {
        inside(mount).filter { inner in
            let rest = inner.mountPoint.withoutFirst(bytes: mount.mountPoint.utf8.count)
            let place = directory.isSame("/") ? rest : directory + rest
            return contains {
                $0 != inner && $0.mountPoint.isSame(place) && $0.isSameFileSystem(inner)
            }
        }
    }

    /// The mount points below a directory that a mount on it would hide.
    func below(_ directory: String) -> [String] {
        filter {
            $0.type != "autofs" && !$0.mountPoint.isSame(directory)
                && $0.mountPoint.isAtOrBelow(directory) && hider(of: $0) == nil
        }
        .map(\.mountPoint)
    }

    /// The file system that contains a path without links, and the path from its root.
    func place(of path: String) -> MountSource {
        let holding = filter { path.isAtOrBelow($0.mountPoint) }
        guard let length = holding.map(\.mountPoint.utf8.count).max(),
            let mount = holding.last(where: { $0.mountPoint.utf8.count == length })
        else { return .unusable }
        let rest =
            mount.mountPoint.isSame("/")
            ? path : path.withoutFirst(bytes: mount.mountPoint.utf8.count)
        let root = mount.root == "/" ? rest : mount.root + (rest == "/" ? "" : rest)
        return .inside(mount.device, root: root.isEmpty ? "/" : root)
    }
}
