/// Why an action, or one resource's part of it, ended early.
enum ActionFailure: Error, Sendable, Equatable {
    /// A step failed, and the log already says why.
    case step(ResourceID?)
    /// A step failed, and the log does not yet say why.
    case untold(ResourceID?, String)
    /// Another machine uses what the resource needs (classic-actions.md section 5).
    case conflict(ResourceID)
    /// A hook refused the action; `by` is the name of the hook.
    case refused(by: String, String)
    /// A hook asked to leave this resource out; `by` is the name of the hook.
    case skipped(by: String, String)
    case interrupted
}

extension ActionFailure {
    /// The text after `'start' action stopped on execution error`; nil when the log already says why.
    func reason(of action: String) -> String? {
        switch self {
        case .step: nil
        case .untold(let resource, let text): resource.map { "\($0): \(text)" } ?? text
        case .conflict(let resource): "\(action) aborted due to resource \(resource) conflict"
        case .refused(let hook, let text): "refused by \(hook): \(text)"
        case .skipped(let hook, let text): "skipped by \(hook): \(text)"
        case .interrupted: "interrupted by signal"
        }
    }
}
