internal import CLinux
internal import Glibc

/// Who keeps a mount busy, as `fuser -m` finds out: by what a process works in, has as root, executes,
/// has open or maps.
///
/// A file system that is mounted once is told by its device, which also finds processes that see a copy
/// of the mount in a mount namespace of their own: those keep it busy too. One that is mounted at
/// several places, as with bind mounts, is told by the mount, or else all who use the other places
/// would be found.
struct MountUsers {
    private let devices: Set<DeviceNumber>
    /// The number of the mount, when the device does not tell it from others.
    private let mount: UInt64?

    init(of mount: MountEntry, among mounts: [MountEntry]) {
        let place = MountUsers.place(of: mount.mountPoint)
        // Files of btrfs subvolumes have device numbers that no mount table shows.
        devices = place.map { [mount.device, $0.device] } ?? [mount.device]
        let isShared = mounts.contains {
            $0.device == mount.device && $0.mountPoint != mount.mountPoint
        }
        self.mount = isShared || mount.root != "/" ? place?.mount ?? 0 : nil
    }

    func isUsed(by pid: pid_t) -> Bool {
        let base = "/proc/\(pid)"
        if ["cwd", "root", "exe"].contains(where: { isInside("\(base)/\($0)") }) { return true }
        return anyIsInside("\(base)/fd") || anyIsInside("\(base)/map_files")
    }

    private func anyIsInside(_ folder: String) -> Bool {
        (FileReader.names(in: folder) ?? []).contains { isInside("\(folder)/\($0)") }
    }

    private func isInside(_ path: String) -> Bool {
        guard let place = MountUsers.place(of: path), devices.contains(place.device) else {
            return false
        }
        guard let mount else { return true }
        // 0 is what a kernel says that does not know: then nobody is found.
        return mount != 0 && place.mount == mount
    }

    private static func place(of path: String) -> (device: DeviceNumber, mount: UInt64)? {
        var place = osvc_place()
        guard osvc_place_of(path, &place) == 0 else { return nil }
        let device = DeviceNumber(major: Int(place.major), minor: Int(place.minor))
        return (device, place.mask & osvc_place_has_mount != 0 ? place.mount : 0)
    }
}
