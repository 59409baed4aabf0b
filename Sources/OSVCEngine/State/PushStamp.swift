/// When a service file was last told to the collector: `var/<service>.push`, seconds since 1970
/// (classic-actions.md section 10, decisions.md 8).
///
/// There is no collector to tell anything to; what remains are the stamp and the two lines that scripts
/// and people know.
@EngineActor
public struct PushStamp {
    private let service: String
    private let file: String
    private let path: String
    private let host: any Host

    /// `file` is the service file.
    public init(of service: String, file: String, in layout: Layout, host: any Host) {
        self.service = service
        self.file = file
        self.host = host
        path = layout.pushStamp(of: service)
    }

    /// What a load does: refreshes the stamp when the file is newer, or when there is none. The lines that
    /// are to be shown; none the very first time.
    public func refreshIfNeeded() -> [String] {
        guard let modified = (try? host.fileInfo(file))??.modified else { return [] }
        guard let stamp else {
            // Where it cannot be written there is none the next time either, and nothing is lost.
            _ = refresh(atLeast: modified)
            return []
        }
        return modified > stamp ? push() : []
    }

    /// What the action `push` does; the two lines.
    public func push() -> [String] {
        let modified = (try? host.fileInfo(file))??.modified ?? 0
        let word = refresh(atLeast: modified) ? "OK" : "ERR"
        return [
            "send \(file) to collector ... OK", "update \(path) timestamp ... \(word)",
        ]
    }

    private var stamp: Double? {
        Files.text(path, limit: 64).flatMap { Double($0.filter { !$0.isWhitespace }) }
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
