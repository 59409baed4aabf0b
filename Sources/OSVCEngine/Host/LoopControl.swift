internal import CLinux
internal import Glibc

/// Binds files to loop devices (loop(4)).
enum LoopControl {
    /// Others take free devices too; this often the next one is tried.
    private static let tries = 32

    /// A file that may only be read gives a read-only device.
    static func attach(_ file: String) throws(HostError) -> String {
        var isReadOnly = false
        let backing = try openBacking(file, &isReadOnly)
        let control = try Descriptor.open("/dev/loop-control", O_RDWR)
        for _ in 0..<tries {
            let number = ioctl(control.number, UInt(LOOP_CTL_GET_FREE), 0)
            guard number >= 0 else {
                throw .system(call: "LOOP_CTL_GET_FREE", subject: "/dev/loop-control", errno: errno)
            }
            let path = "/dev/loop\(number)"
            let device = try openDevice(path, number: number, isReadOnly: isReadOnly)
            let problem = bind(device, to: backing, named: file, isReadOnly: isReadOnly)
            if problem == 0 { return path }
            guard problem == EBUSY else {
                throw .system(call: "LOOP_SET_FD", subject: "\(path) \(file)", errno: problem)
            }
        }
        throw .system(call: "LOOP_SET_FD", subject: file, errno: EBUSY)
    }

    /// A device with no file behind it is left as it is. One that is in use goes when its last user does.
    static func detach(_ path: String) throws(HostError) {
        let device = try Descriptor.open(path, O_RDONLY)
        guard ioctl(device.number, UInt(LOOP_CLR_FD), 0) == 0 || errno == ENXIO else {
            throw .system(call: "LOOP_CLR_FD", subject: path, errno: errno)
        }
    }

    /// Whether the file behind a device is the one that has this path here: the kernel names it by a
    /// path that may be another's, seen from another mount namespace or hidden below a mount. Nil:
    /// it cannot be told.
    static func isBound(_ path: String, to file: String) -> Bool? {
        var info = stat()
        guard stat(file, &info) == 0,
            let device = try? Descriptor.openIfThere(path, O_RDONLY | O_NONBLOCK)
        else { return nil }
        var status = loop_info64()
        guard ioctl(device.number, UInt(LOOP_GET_STATUS64), &status) == 0 else { return nil }
        return status.lo_device == UInt64(info.st_dev) && status.lo_inode == UInt64(info.st_ino)
    }

    private static func openBacking(_ file: String, _ isReadOnly: inout Bool) throws(HostError)
        -> Descriptor
    {
        do {
            return try Descriptor.open(file, O_RDWR)
        } catch {
            guard case .system(_, _, let problem) = error, problem == EROFS || problem == EACCES
            else { throw error }
            isReadOnly = true
            return try Descriptor.open(file, O_RDONLY)
        }
    }

    /// Makes the node of a device that `/dev` lacks: a private `/dev` gets none from the kernel.
    private static func openDevice(_ path: String, number: Int32, isReadOnly: Bool)
        throws(HostError) -> Descriptor
    {
        let flags = isReadOnly ? O_RDONLY : O_RDWR
        if let device = try Descriptor.openIfThere(path, flags) { return device }
        let loopMajor: dev_t = 7
        let device = loopMajor << 8 | dev_t(number & 0xff) | dev_t(number & ~0xff) << 12
        guard mknod(path, S_IFBLK | 0o660, device) == 0 || errno == EEXIST else {
            throw .system(call: "mknod", subject: path, errno: errno)
        }
        return try Descriptor.open(path, flags)
    }

    /// The errno of what failed; 0: bound.
    private static func bind(
        _ device: borrowing Descriptor,
        to backing: borrowing Descriptor,
        named file: String,
        isReadOnly: Bool
    ) -> Int32 {
        var configuration = loop_config()
        configuration.fd = UInt32(bitPattern: backing.number)
        configuration.info.lo_flags = isReadOnly ? 1 : 0
        withUnsafeMutableBytes(of: &configuration.info.lo_file_name) { name in
            name.copyBytes(from: file.utf8.prefix(name.count - 1))
        }
        if ioctl(device.number, UInt(LOOP_CONFIGURE), &configuration) == 0 { return 0 }
        // Before Linux 5.8 the call is unknown.
        guard errno == EINVAL || errno == ENOTTY else { return errno }
        guard ioctl(device.number, UInt(LOOP_SET_FD), backing.number) == 0 else { return errno }
        guard ioctl(device.number, UInt(LOOP_SET_STATUS64), &configuration.info) == 0 else {
            let problem = errno
            _ = ioctl(device.number, UInt(LOOP_CLR_FD), 0)
            return problem
        }
        return 0
    }
}
