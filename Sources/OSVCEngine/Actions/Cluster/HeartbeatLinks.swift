/// The names by which cluster software calls a service, `etc/<service>.cluster` and `.stonith`: links to the
/// program, put right before the status of a heartbeat is looked at (classic-resources.md section 7).
///
/// Each node makes its own (decisions.md 35). Only a service whose file lies in the root's `etc` has them:
/// the cluster software finds it there by name, and one that is run from elsewhere leaves no trace. A `postsync`
/// evaluates no heartbeat, and must not call this.
@EngineActor
public struct HeartbeatLinks: SiteWork {
    public let site: Site

    private static let target = "../bin/svcmgr"

    public init(_ site: Site) {
        self.site = site
    }

    /// What is at the place of a link.
    enum State: Equatable {
        case good, absent, regularFile, brokenLink, linkElsewhere, somethingElse

        /// What the log says before it is put right; nil: it is left alone.
        var note: String? {
            switch self {
            case .good, .somethingElse: nil
            case .absent: "not regular file nor symlink. fix."
            case .regularFile: "regular file. fix."
            case .brokenLink: "broken link. fix."
            case .linkElsewhere: "symlink exists but points to wrong file. fix."
            }
        }
    }

    /// Looks at both links once for each heartbeat, and puts right what is wrong. What cannot be put right is
    /// a warning: the status is told all the same.
    public func mend() {
        let heartbeats = service.resources.filter { $0.type.group == "hb" && !$0.isDisabled }
        guard !heartbeats.isEmpty, isInEtc else { return }
        for heartbeat in heartbeats {
            for suffix in ["cluster", "stonith"] {
                mend("\(layout.root)/etc/\(service.name).\(suffix)", heartbeat.id)
            }
        }
    }

    private var isInEtc: Bool {
        guard let directory = service.definition.files.first?.folderAndName?.folder else {
            return false
        }
        let etc = "\(layout.root)/etc"
        if directory.isSame(etc) { return true }
        return host.realPath(etc)?.isSame(host.realPath(directory) ?? directory) == true
    }

    private func mend(_ path: String, _ heartbeat: ResourceID) {
        do throws(HostError) {
            let state = try state(path)
            guard let note = state.note else {
                if state == .somethingElse {
                    let text = "\(path): neither a regular file nor a symlink, left as it is"
                    log.write(.warning, text, about: heartbeat)
                }
                return
            }
            log.write(.info, "\(path): \(note)", about: heartbeat)
            if state != .absent { try host.removeFile(path) }
            try link(path)
        } catch {
            log.write(.warning, error.description, about: heartbeat)
        }
    }

    /// Another osvc that looks at the same time may have been first.
    private func link(_ path: String) throws(HostError) {
        do {
            try host.makeLink(to: Self.target, at: path)
        } catch {
            guard try state(path) == .good else { throw error }
        }
    }

    func state(_ path: String) throws(HostError) -> State {
        guard let target = try host.readLink(path) else {
            switch try host.fileInfo(path)?.kind {
            case nil: return .absent
            case .file: return .regularFile
            default: return .somethingElse
            }
        }
        // Where the program is not installed below the root, it is as good as it can be.
        if target == Self.target { return .good }
        guard let real = host.realPath(path) else { return .brokenLink }
        return real == host.realPath("\(layout.root)/bin/svcmgr") ? .good : .linkElsewhere
    }
}
