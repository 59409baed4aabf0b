extension HostFiles {
    /// The number of a user of this machine, given by name or number (passwd(5)). Throws `.unknownUser`.
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

    /// The name of a user of this machine; the number as text when the user has no name or passwd(5) cannot be read.
    func userName(of id: UInt32) -> String {
        let bytes = (try? readFile("/etc/passwd", limit: 16 << 20)) ?? nil
        return Account.parse(String(decoding: bytes ?? [], as: UTF8.self), name: "\(id)")?.name
            ?? "\(id)"
    }
}
