/// Which launchers a look of an action asks for their status, and what it knows already.
///
/// A status may take its whole limit. So an action asks each launcher at most once before its start or stop and at
/// most once after it, and never where the answer decides nothing (decisions.md 47). Only a launcher that does not
/// answer as wanted yet is asked again, while its time to settle lasts.
public struct LauncherQuestions: Sendable {
    /// The direction in which the look decides; nil: every answer counts, as for a status.
    var action: LauncherAction?
    /// The answers of launchers that have not been started or stopped since, by name.
    var known: [String: LauncherAnswer] = [:]
    /// The log that says which answer is waited for.
    var log: any Log

    /// Whether the answers of the launcher directory's programs decide anything. Their starts and stops run in any
    /// case; a rollback leaves what was up before a start.
    var includeEntries: Bool { action != .stop }

    /// Whether the answer of the launcher decides if it is started or stopped.
    func include(_ launcher: Launcher) -> Bool {
        switch action {
        case .start: launcher.method(for: .start) != nil && launcher.startOrder != nil
        case .stop: launcher.method(for: .stop) != nil && !launcher.stopsWhateverItAnswers
        default: true
        }
    }
}

extension Launcher {
    /// Whether its stop runs though it answers "down": the check of a daemon may do that for one that hangs.
    var stopsWhateverItAnswers: Bool { daemon != nil && method(for: .status) != .daemon }
}

/// Logs what is waited for, once that takes a second.
@EngineActor
struct WaitNotice {
    private let task: Task<Void, Never>?

    /// Without a log nothing is said.
    init(_ text: String, _ log: (any Log)?, about resource: ResourceID) {
        task = log.map { log in
            Task { @EngineActor in
                // A cancelled sleep ends the notice.
                guard (try? await EventLoop.shared.sleep(for: .seconds(1))) != nil else { return }
                log.write(.info, text, about: resource)
            }
        }
    }

    func end() { task?.cancel() }
}
