import OSVCEngine

/// What programs of a classic service see of the environment that osvc was called with: all of it but the
/// language, for what system programs say is read here, and with the system's directories in PATH
/// (classic-resources.md section 5, classic-actions.md section 1).
@EngineActor
enum CallerEnvironment {
    private static var kept: [String: String]?

    private static let directories = [
        "/usr/local/sbin", "/usr/local/bin", "/sbin", "/bin", "/usr/sbin", "/usr/bin", "/root/bin",
    ]

    /// Read once: it does not change.
    static func variables(_ host: LinuxHost) throws(HostError) -> [String: String] {
        if let kept { return kept }
        let bytes = try host.readFile("/proc/self/environ", limit: 4 << 20) ?? []
        var all: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            let text = String(decoding: entry, as: UTF8.self)
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].hasPrefix("LC_"), !parts[0].hasPrefix("LANG") else {
                continue
            }
            all[String(parts[0])] = String(parts[1])
        }
        all["PATH"] = completed(all["PATH"] ?? "")
        kept = all
        return all
    }

    /// The caller's directories first, then those of the system that are missing: cron gives few.
    private static func completed(_ path: String) -> String {
        var words = path.split(separator: ":").map(String.init)
        words += directories.filter { !words.contains($0) }
        return words.joined(separator: ":")
    }
}
