extension Host {
    /// The loop devices bound to a file, by whichever path it is named. The kernel names the file without
    /// links, and adds ` (deleted)` to one that no longer exists.
    func loopDevices(of file: String) throws(HostError) -> [LoopDevice] {
        let target = try fileInfo(file) == nil ? "\(file) (deleted)" : realPath(file) ?? file
        return try loopDevices().filter { $0.file.isSame(target) || $0.file.isSame(file) }
    }
}
