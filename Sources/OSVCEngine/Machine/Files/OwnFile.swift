extension Host {
    /// A file that nobody else could have written: root or the caller owns it, and neither group nor others
    /// may write to it. Nil: there is none. What osvc believes of its own state is read this way.
    func readOwnFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        guard let info = try fileInfo(path), info.owner == 0 || info.owner == userID,
            info.mode & 0o022 == 0
        else { return nil }
        return try readFile(path, limit: limit)
    }
}
