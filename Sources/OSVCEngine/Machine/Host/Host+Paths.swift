extension HostFiles {
    /// The path without links, as far as it exists: of `/data/new` with a link `/data` to `/srv` it is `/srv/new`.
    func realPathSoFar(_ path: String) -> String {
        var rest = ""
        var existing = path
        while existing.isAbsolutePath, !existing.isSame("/") {
            if let real = realPath(existing) { return real + rest }
            guard let (folder, name) = existing.folderAndName else { break }
            rest = "/\(name)\(rest)"
            existing = folder
        }
        return existing.isSame("/") && !rest.isEmpty ? rest : existing + rest
    }
}
