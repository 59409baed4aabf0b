internal import CLinux
internal import Glibc

/// Mounts, interfaces and loop devices; the answers are kept until something acts.
extension LinuxHost {
    /// Reads `/proc/self/mountinfo` (proc(5)), unless the last answer is kept.
    public func mounts() throws(HostError) -> [MountEntry] {
        if let keptMounts { return keptMounts }
        let path = "/proc/self/mountinfo"
        guard let text = try FileReader.whole(path, limit: 64 << 20) else {
            throw .system(call: "open", subject: path, errno: ENOENT)
        }
        let mounts = try MountTable.parse(text)
        keptMounts = mounts
        return mounts
    }

    /// Asks the kernel by rtnetlink(7), unless the last answer is kept.
    public func interfaces() throws(HostError) -> [NetworkInterface] {
        if let keptInterfaces { return keptInterfaces }
        let interfaces = try Netlink.interfaces()
        keptInterfaces = interfaces
        return interfaces
    }

    /// Reads `/sys/block` and asks each bound device for its file, unless the last answer is kept.
    public func loopDevices() throws(HostError) -> [LoopDevice] {
        if let keptLoopDevices { return keptLoopDevices }
        let names = FileReader.names(in: "/sys/block") ?? []
        var devices: [(number: Int, device: LoopDevice)] = []
        for name in names where name.hasPrefix("loop") {
            // The directory exists while a file is bound.
            let path = "/sys/block/\(name)/loop/backing_file"
            guard let number = Int(name.dropFirst(4)),
                var file = try FileReader.whole(path, limit: 1 << 16)
            else { continue }
            if file.last == UInt8(ascii: "\n") { file.removeLast() }
            let text = String(decoding: file, as: UTF8.self)
            guard LoopControl.isBound("/dev/\(name)", to: text) != false else { continue }
            devices.append((number, LoopDevice(path: "/dev/\(name)", file: text)))
        }
        let sorted = devices.sorted { $0.number < $1.number }.map(\.device)
        keptLoopDevices = sorted
        return sorted
    }
}
