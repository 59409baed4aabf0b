extension Host {
    /// The number of a user of this machine, or a number as it is.
    func userID(of name: String) throws(HostError) -> UInt32 {
        if let number = UInt32(name) { return number }
        let bytes = try readFile("/etc/passwd", limit: 4 << 20) ?? []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count > 2, fields[0].isSame(name), let number = UInt32(fields[2]) {
                return number
            }
        }
        throw .unknownUser(name)
    }
}
