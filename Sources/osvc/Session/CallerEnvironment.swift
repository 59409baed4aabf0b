import OSVCEngine

/// The environment that programs of a classic service get from that of osvc: all of it except the language,
/// because osvc reads messages of system programs, and with the system's directories in PATH
/// (classic-resources.md section 5, classic-actions.md section 1).
@EngineActor
final class CallerEnvironment {
    private var kept: [String: String]?

    private static let directories =
        "/usr/kerberos/sbin:/usr/kerberos/bin:/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin"
        + ":/usr/bin:/root/bin"

    /// The language, what the Swift runtime obeys before the program begins, and what leads root's tools to files that
    /// name programs (`CStart`).
    private static let dropped = ["LC_", "LANG", "SWIFT_", "LVM_", "CURL_HOME"]

    private static func isDropped(_ name: String) -> Bool {
        dropped.contains { name.utf8.starts(with: $0.utf8) }
    }

    /// Read once: it does not change.
    func variables(_ host: any Host) throws(HostError) -> [String: String] {
        if let kept { return kept }
        var all = try whole(host).filter { !Self.isDropped($0.key) }
        // The caller's directories first: cron gives few.
        let path = all["PATH"].flatMap { $0.isEmpty ? nil : "\($0):" } ?? ""
        all["PATH"] = path + Self.directories
        kept = all
        return all
    }

    /// All that osvc was called with.
    func whole(_ host: any Host) throws(HostError) -> [String: String] {
        let bytes = try host.readFile("/proc/self/environ", limit: 4 << 20) ?? []
        var all: [String: String] = [:]
        all.reserveCapacity(64)
        for entry in bytes.split(separator: 0) {
            guard let end = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<end], as: UTF8.self)
            all[name] = String(decoding: entry[(end + 1)...], as: UTF8.self)
        }
        return all
    }
}
