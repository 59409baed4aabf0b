/// When a service file was last told to the collector: `var/<service>.push`, seconds since 1970
/// (classic-actions.md section 10, decisions.md 8).
///
/// osvc sends nothing: there is no collector. What remains are the stamp and the two lines that scripts
/// and people know.
@EngineActor
public struct PushStamp {
    private let service: String
    private let file: String
    private let modified: Double
    private let path: String
    private let host: any Host

    /// `file` is the service file, `modified` when it was last changed, in seconds since 1970.
    public init(
        of service: String,
        file: String,
        changedAt modified: Double,
        in layout: Layout,
        host: any Host
    ) {
        self.service = service
        self.file = file
        self.modified = modified
        self.host = host
        path = layout.pushStamp(of: service)
    }

    /// What a load does: refreshes the stamp when it is missing or older than the file. The lines that
    /// are to be shown; none the very first time.
    public func refreshIfNeeded() -> [String] {
        guard let stamp else {
            // If it cannot be written, the next load tries again; nothing is lost.
            _ = refresh(atLeast: modified)
            return []
        }
        return modified > stamp ? push().lines : []
    }

    /// What the action `push` does; the two lines, and whether the stamp was written.
    public func push() -> (lines: [String], isWritten: Bool) {
        let isWritten = refresh(atLeast: modified)
        let word = isWritten ? "OK" : "ERR"
        let lines = ["send \(file) to collector ... OK", "update \(path) timestamp ... \(word)"]
        return (lines, isWritten)
    }

    private var stamp: Double? {
        guard let text = Files.text(path, limit: 64) else { return nil }
        return Instant.read(String(Substring(text.utf8.prefix { $0 > 0x20 })))
    }

    /// A file from the future would be newer than the stamp for ever.
    private func refresh(atLeast modified: Double) -> Bool {
        let time = max(host.now(), modified.rounded(.up))
        do {
            try Files.makeParent(of: path)
            // A stamp that a power cut takes away costs two lines.
            let text = Array("\(time)\n".utf8)
            try FileReplacement.write(text, to: path, mode: 0o644, isSynced: false)
            return true
        } catch {
            return false
        }
    }
}
