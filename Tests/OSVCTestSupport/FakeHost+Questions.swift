public import OSVCEngine

/// What the engine asks of the machine.
extension FakeHost {
    public func mounts() throws(HostError) -> [MountEntry] {
        try check("mounts")
        let answer = kept.mounts ?? mountTable
        kept.mounts = answer
        return answer
    }

    public func interfaces() throws(HostError) -> [NetworkInterface] {
        try check("interfaces")
        let answer = kept.interfaces ?? networkInterfaces
        kept.interfaces = answer
        return answer
    }

    public func loopDevices() throws(HostError) -> [LoopDevice] {
        try check("loopDevices")
        let answer = kept.loops ?? loops
        kept.loops = answer
        return answer
    }

    public func fileInfo(_ path: String) throws(HostError) -> FileInfo? {
        try check("fileInfo", path)
        return followed(path)?.info
    }

    public func readFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        try check("readFile", path)
        guard let contents = followed(path)?.contents else { return nil }
        guard contents.count <= limit else { throw .tooLarge(path: path, limit: limit) }
        return contents
    }

    public func fileStart(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        try check("fileStart", path)
        return (followed(path)?.contents).map { Array($0.prefix(limit)) }
    }

    public func rootsFileStart(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        guard let info = followed(path)?.info, info.owner == 0, info.mode & 0o022 == 0 else {
            return nil
        }
        return try fileStart(path, limit: limit)
    }

    public func problemOnTheWay(to directory: String) -> String? { foreignLinks[directory] }

    public func readLink(_ path: String) throws(HostError) -> String? {
        try check("readLink", path)
        return links[path]
    }

    public func realPath(_ path: String) -> String? {
        let target = links[path] ?? path
        return files[target] == nil ? nil : target
    }

    public func directory(_ path: String) throws(HostError) -> [String]? {
        try check("directory", path)
        let target = links[path] ?? path
        let prefix = target.hasSuffix("/") ? target : target + "/"
        let below = (Array(files.keys) + Array(links.keys)).filter { $0.hasPrefix(prefix) }
        guard !below.isEmpty || files[target] != nil else { return nil }
        let names = below.map { $0.dropFirst(prefix.count).prefix { $0 != "/" } }
        return Set(names.map(String.init)).sorted()
    }

    public func processes() throws(HostError) -> [ProcessEntry] {
        try check("processes")
        return processTable
    }

    public func process(_ pid: Int32) throws(HostError) -> ProcessEntry? {
        try processes().first { $0.pid == pid }
    }

    public func ending(of pid: Int32) -> Int32? { endings[pid] }

    public func isWritable(below mountPoint: String) -> Bool { !readOnly.contains(mountPoint) }

    public func findProgram(_ name: String) -> String? {
        if name.contains("/") { return followed(name) == nil ? nil : name }
        return programs.contains(name) ? "/usr/sbin/\(name)" : nil
    }

    public func resolve(_ name: String) async throws(HostError) -> [IPAddress] {
        try check("resolve", name)
        if let address = IPAddress(name) { return [address] }
        return names[name] ?? []
    }

    public func answers(_ address: IPAddress, on device: String, within limit: Duration)
        async throws(HostError) -> Bool
    {
        try check("answers")
        return answering.contains(address)
    }

    public func connects(to address: String, port: Int, within limit: Duration)
        async throws(HostError) -> Bool
    {
        try check("connects")
        return listening.contains("\(address):\(port)")
    }

    public func now() -> Double { time }

    /// An hour, or as `ages` says and the time since.
    public func age(of process: ProcessEntry) -> Duration {
        ages[process.pid].map { $0 + uptime() } ?? .seconds(3600)
    }

    public func uptime() -> Duration { .seconds(time - 1_000_000_000) }

    /// What is at a path, or at the end of its link; a path below a link is not followed.
    private func followed(_ path: String) -> FakeFile? { files[links[path] ?? path] }
}
