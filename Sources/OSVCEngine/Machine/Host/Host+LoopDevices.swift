extension Host {
    /// The loop devices bound to a file, whichever path leads to it; the kernel names it without links, and
    /// says of one that is there no more that it was deleted.
    func loopDevices(of file: String) throws(HostError) -> [LoopDevice] {
        let target = try fileInfo(file) == nil ? "\(file) (deleted)" : realPath(file) ?? file
        return try loopDevices().filter { $0.file.isSame(target) || $0.file.isSame(file) }
    }
}
