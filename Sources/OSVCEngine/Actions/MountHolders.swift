/// What keeps a mount busy at this moment.
@EngineActor
struct MountHolders {
    private let mountPoint: String
    /// What is no process, each with the command that ends it.
    private let things: [String]
    private let use: MountUse
    private let isOfTheSystem: Bool
    private let name: (ProcessEntry) -> String

    private static let neverEndedFor: Set<String> = [
        "/", "/usr", "/var", "/sys", "/proc", "/tmp", "/opt", "/dev", "/dev/pts", "/home", "/boot",
        "/dev/shm",
    ]

    /// `gone` are mount points that count as unmounted.
    init(
        of mount: MountEntry,
        on host: any Host,
        without gone: Set<String> = []
    ) throws(HostError) {
        mountPoint = mount.mountPoint
        things = try Self.things(in: mount, host, without: gone)
        use = things.isEmpty ? try host.users(of: mount.mountPoint) : MountUse()
        isOfTheSystem = Self.neverEndedFor.contains(mount.mountPoint)
        name = { $0.nameAndUser(on: host) }
    }

    /// Why no process is to be ended; nil: those of `usersText` are.
    var obstacle: String? {
        if !things.isEmpty {
            return "\(mountPoint) is kept busy: \(things.joined(separator: ", "))"
        }
        if !use.callers.isEmpty {
            return "\(mountPoint) is used by osvc or what called it: \(names(use.callers)):"
                + " call osvc from elsewhere"
        }
        if use.others.isEmpty {
            return "\(mountPoint) is busy, and no process is found that uses it:"
                + " lsof +f -- \(ShellWord.quoted(mountPoint)) may tell more"
        }
        return isOfTheSystem ? "\(usersText): nobody is ended for a directory of the system" : nil
    }

    /// The processes that use it.
    var usersText: String { "\(mountPoint) is used by \(names(use.others))" }

    /// Whether something is found that keeps it busy.
    var isEmpty: Bool { things.isEmpty && use.callers.isEmpty && use.others.isEmpty }

    private func names(_ processes: [ProcessEntry]) -> String {
        processes.map(name).joined(separator: ", ")
    }

    private static func things(
        in mount: MountEntry,
        _ host: any Host,
        without gone: Set<String>
    ) throws(HostError) -> [String] {
        let place = mount.mountPoint
        let mounts = try host.mounts().inside(mount).map(\.mountPoint)
            .filter { !gone.contains($0) }
            .map { "\($0) is mounted below it (umount \(ShellWord.quoted($0)))" }
        let loops = try host.loopDevices().filter { $0.file.isAtOrBelow(place) }.map {
            "\($0.path) is bound to \($0.file) (losetup -d \($0.path))"
        }
        let swaps = firstWords(of: "/proc/swaps", below: place, host).map {
            "the machine swaps to \($0) (swapoff \(ShellWord.quoted($0)))"
        }
        let exports = firstWords(of: "/proc/fs/nfsd/exports", below: place, host).map {
            "the NFS server exports \($0) (exportfs -u, then exportfs -f)"
        }
        return mounts + loops + swaps + exports
    }

    /// The first word of each line, when it is a path at or below `place`; empty also when the file cannot be read.
    private static func firstWords(
        of file: String,
        below place: String,
        _ host: any Host
    ) -> [String] {
        let bytes = (try? host.readFile(file, limit: 1 << 20)) ?? nil
        return String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n")
            .compactMap { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) }
            .filter { $0.isAtOrBelow(place) }
    }
}

extension ProcessEntry {
    /// `/usr/bin/sleep (pid 66, user root)`
    @EngineActor
    func nameAndUser(on host: any Host) -> String {
        let program = executable ?? arguments.first ?? "?"
        return "\(program) (pid \(pid), user \(host.userName(of: user)))"
    }
}
