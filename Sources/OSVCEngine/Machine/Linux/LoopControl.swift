internal import CLinux
internal import Glibc

/// Questions to loop devices (loop(4)).
enum LoopControl {
    /// Whether the file behind a device is the one at this path. The kernel names it by a path that may belong to
    /// another file, seen from another mount namespace or hidden below a mount. Nil: that cannot be determined.
    static func isBound(_ path: String, to file: String) -> Bool? {
        var info = stat()
        guard stat(file, &info) == 0,
            let device = try? Descriptor.openIfThere(path, O_RDONLY | O_NONBLOCK)
        else { return nil }
        var status = loop_info64()
        guard ioctl(device.number, UInt(LOOP_GET_STATUS64), &status) == 0 else { return nil }
        return status.lo_device == UInt64(info.st_dev) && status.lo_inode == UInt64(info.st_ino)
    }
}
