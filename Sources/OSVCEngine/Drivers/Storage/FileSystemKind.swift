/// What osvc knows about a file system type: what its source is, and which program checks it.
enum FileSystemKind: Sendable, Equatable {
    /// A file system on a block device or in an image file.
    case disk
    /// A directory mounted at a second place.
    case bind
    /// A file system in memory or made of others; its source is only a word.
    case sourceless
    /// A file system of another machine or a program, which may not answer.
    case network

    private static let networkTypes: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "9pfs", "gpfs", "afs", "ncpfs", "ceph",
        "glusterfs", "lustre",
    ]

    private static let sourcelessTypes: Set<String> = [
        "tmpfs", "ramfs", "proc", "sysfs", "devpts", "devtmpfs", "overlay", "hugetlbfs", "mqueue",
        "cgroup2", "configfs", "debugfs", "tracefs", "securityfs", "bpf", "zfs", "advfs",
    ]

    init(type: String?, options: [String]) {
        let type = type ?? ""
        if type == "bind" || options.contains("bind") || options.contains("rbind") {
            self = .bind
        } else if Self.networkTypes.contains(type) || type == "fuse" || type.hasPrefix("fuse.") {
            self = .network
        } else if Self.sourcelessTypes.contains(type) {
            self = .sourceless
        } else {
            self = .disk
        }
    }

    private static let freshTypes: Set<String> = ["tmpfs", "ramfs", "overlay", "zfs"]

    /// Whether a mount of this kind and type has a device that belongs to it alone. The source of a bind stays mounted
    /// where it is, exports are mounted at several places, and the kernel has one file system of types such as proc.
    func isOwnDevice(of type: String?) -> Bool {
        switch self {
        case .disk: true
        case .sourceless: Self.freshTypes.contains(type ?? "")
        case .bind, .network: false
        }
    }

    /// The program that checks a type before it is mounted; nil: osvc runs none.
    static func checker(of type: String) -> String? {
        ["ext2", "ext3", "ext4"].contains(type) ? "e2fsck" : nil
    }
}
