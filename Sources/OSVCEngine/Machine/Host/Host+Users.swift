extension HostFiles {
    /// The number of a user of this machine, by name or number (passwd(5)). Throws `.unknownUser`.
    func userID(of name: String) throws(HostError) -> UInt32 {
        let text = String(
            decoding: try readFile("/etc/passwd", limit: 16 << 20) ?? [],
            as: UTF8.self
        )
        guard let id = Account.parse(text, name: name)?.id ?? UInt32(name) else {
            throw .unknownUser(name)
        }
        return id
    }
}
