internal import Glibc

extension Host {
    /// Looks first, for machines of tests. `LinuxHost` lets the kernel decide.
    public func createBriefFile(_ path: String, _ contents: [UInt8], mode: UInt32)
        throws(HostError)
    {
        guard try fileInfo(path) == nil else {
            throw .system(call: "link", subject: path, errno: EEXIST)
        }
        try writeBriefFile(path, contents, mode: mode)
    }

    public func writeBriefFile(_ path: String, _ contents: [UInt8], mode: UInt32)
        throws(HostError)
    {
        try writeFile(path, contents, mode: mode)
    }

    public func nodeSettings(in layout: Layout) throws(HostError) -> NodeSettings {
        try readNodeSettings(in: layout)
    }

    public func keep(_ settings: NodeSettings, in layout: Layout) {}

    /// Reads the file; who may write it is judged before.
    func readNodeSettings(in layout: Layout) throws(HostError) -> NodeSettings {
        let path = layout.nodeConfiguration
        // What cannot be looked at is not trusted.
        let info = try? fileInfo(path)
        guard let bytes = try readFile(path, limit: EnvFile.sizeLimit) else {
            return NodeSettings()
        }
        let isTrusted =
            info.map { ($0.owner == 0 || $0.owner == userID) && $0.mode & 0o022 == 0 } ?? false
        return NodeSettings(bytes, path: path, isTrusted: isTrusted)
    }
}
