internal import CLinux
internal import Glibc

/// The processes that keep a mount busy by their working directory, root directory, program, open files, mapped
/// files or sockets in the file system.
///
/// A mount is identified by its number, which another mount of the same file system does not have. Kernels
/// before 5.8 do not report the number; then the device is compared, which identifies the mount only if the
/// file system is mounted once.
struct MountUsers {
    private let devices: Set<DeviceNumber>
    /// The number of the mount. Nil: the device is compared. 0: nothing identifies the mount, and no user is found.
    private let mount: UInt64?
    /// The sockets bound to a path below the mount point, as links in `/proc/PID/fd` name them.
    private let sockets: Set<String>

    init(of mount: MountEntry, among mounts: [MountEntry]) {
        let place = MountUsers.place(of: mount.mountPoint)
        // Files in btrfs subvolumes have device numbers that no mount table shows.
        devices = place.map { [mount.device, $0.device] } ?? [mount.device]
        let number = place?.mount ?? 0
        let isAlone = mounts.count(where: { $0.device == mount.device }) == 1 && mount.root == "/"
        self.mount = number == 0 && isAlone ? nil : number
        let table = (try? FileReader.whole("/proc/net/unix", limit: 16 << 20)) ?? nil
        sockets = MountUsers.sockets(table ?? [], below: mount.mountPoint)
    }

    func isUsed(by pid: pid_t) -> Bool {
        let base = "/proc/\(pid)"
        if ["cwd", "root", "exe"].contains(where: { isInside("\(base)/\($0)") }) { return true }
        return anyIsInside("\(base)/fd") || anyIsInside("\(base)/map_files")
            || hasSocket("\(base)/fd")
    }

    private func anyIsInside(_ folder: String) -> Bool {
        (FileReader.names(in: folder) ?? []).contains { isInside("\(folder)/\($0)") }
    }

    private func hasSocket(_ folder: String) -> Bool {
        guard !sockets.isEmpty else { return false }
        return (FileReader.names(in: folder) ?? []).contains { name in
            FileReader.link("\(folder)/\(name)").map(sockets.contains) ?? false
        }
    }

    /// Parses `/proc/net/unix` (proc(5)): the inode is the seventh field, the path the rest of the line.
    static func sockets(_ table: [UInt8], below place: String) -> Set<String> {
        let lines = table.split(separator: UInt8(ascii: "\n"))
        return Set(
            lines.compactMap { line in
                let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 7)
                guard fields.count == 8,
                    String(decoding: fields[7], as: UTF8.self).isAtOrBelow(place)
                else { return nil }
                return "socket:[\(String(decoding: fields[6], as: UTF8.self))]"
            }
        )
    }

    private func isInside(_ path: String) -> Bool {
        guard let place = MountUsers.place(of: path) else { return false }
        guard let mount else { return devices.contains(place.device) }
        return mount != 0 && place.mount == mount
    }

    private static func place(of path: String) -> (device: DeviceNumber, mount: UInt64)? {
        var place = osvc_place()
        guard osvc_place_of(path, &place) == 0 else { return nil }
        let device = DeviceNumber(major: Int(place.major), minor: Int(place.minor))
        return (device, place.mask & osvc_place_has_mount != 0 ? place.mount : 0)
    }
}
