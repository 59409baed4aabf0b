/// Why an action, or one resource's part in it, ended early.
enum ActionFailure: Error, Sendable, Equatable {
    /// A step failed; what happened is in the log already.
    case step(ResourceID?)
    /// A step failed, and nobody has said so yet.
    case untold(ResourceID?, String)
    /// A resource would fight with another machine (classic-actions.md section 5).
    case conflict(ResourceID)
    /// A hook refused; `by` names it.
    case refused(by: String, String)
    /// A hook asked that this resource be left out.
    case skipped(by: String, String)
    case interrupted
}

extension ActionFailure {
    /// What follows `'start' action stopped on execution error`; nil: the log has said it.
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
