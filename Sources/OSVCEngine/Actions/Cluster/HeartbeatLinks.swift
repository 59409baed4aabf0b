/// The names by which cluster software calls a service, `etc/<service>.cluster` and `.stonith`: links to the
/// program, corrected before the status of a heartbeat is looked at (classic-resources.md section 7).
///
/// Each node makes its own (decisions.md 35). Only a service whose file is in the root's `etc` has them: the
/// cluster software finds it there by name, and a service run from elsewhere leaves no trace. A `postsync`
/// looks at no heartbeat and must not call this.
@EngineActor
public struct HeartbeatLinks: SiteWork {
    /// The service whose links are looked at.
    public let site: Site

    private static let target = "../bin/svcmgr"

    public init(_ site: Site) {
        self.site = site
    }

    /// What is at the path of a link.
    enum State: Equatable {
        case good, absent, regularFile, brokenLink, linkElsewhere, somethingElse

        /// The log line before the link is corrected; nil: the path is left as it is.
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

    /// Looks at both links once for each heartbeat and corrects what is wrong. What cannot be corrected is a
    /// warning: the status is reported in any case.
    public func mend() {
        let heartbeats = service.resources.filter { $0.type.group == .hb && !$0.isDisabled }
        guard !heartbeats.isEmpty, isInEtc else { return }
        for heartbeat in heartbeats {
            for path in layout.heartbeatLinks(of: service.name) { mend(path, heartbeat.id) }
        }
    }

    private var isInEtc: Bool {
        guard let directory = service.definition.files.first?.folderAndName?.folder else {
            return false
        }
        if directory.isSame(layout.etc) { return true }
        return host.realPath(layout.etc)?.isSame(host.realPath(directory) ?? directory) == true
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

    /// Another osvc that looks at the same time may have made the link first; that is no error.
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
        // The target need not exist: the program may be installed elsewhere.
        if target == Self.target { return .good }
        guard let real = host.realPath(path) else { return .brokenLink }
        return real == host.realPath(layout.program) ? .good : .linkElsewhere
    }
}
