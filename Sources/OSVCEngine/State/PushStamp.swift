/// The time when a service file was last sent to the collector: `var/<service>.push`, in seconds since 1970
/// (classic-actions.md section 10, decisions.md 8).
///
/// osvc sends nothing, because there is no collector. It keeps the stamp and prints the two lines that scripts
/// and people know.
@EngineActor
public struct PushStamp {
    private let service: String
    private let file: String
    private let modified: Double
    private let path: String
    private let host: any Host

    /// `file` is the service file; `modified` is when it was last changed, in seconds since 1970.
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

    /// Refreshes the stamp if it is missing or older than the file, as a load does. Returns the lines to print;
    /// none when the stamp was missing.
    public func refreshIfNeeded() -> [String] {
        guard let stamp else {
            // If it cannot be written, the next load tries again.
            _ = refresh(atLeast: modified)
            return []
        }
        return modified > stamp ? push().lines : []
    }

    /// Refreshes the stamp, as the action `push` does. Returns the two lines to print, and whether the stamp
    /// was written.
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

    /// Never earlier than the file: a file from the future would stay newer than the stamp.
    private func refresh(atLeast modified: Double) -> Bool {
        let time = max(host.now(), modified.rounded(.up))
        do {
            try Files.makeParent(of: path)
            // Not synced: a stamp that a power cut loses costs two lines.
            let text = Array("\(time)\n".utf8)
            try FileReplacement.write(text, to: path, mode: 0o644, isSynced: false)
            return true
        } catch {
            return false
        }
    }
}
