/// What a session is for.
enum SessionUse: Equatable {
    /// Looks and actions on this node.
    case work
    /// Plans and questions about the file: nothing is written, not even the log. Nil: this node.
    case plan(on: String?)

    /// Why `--node` is refused.
    static let nodeRefusal = "--node is for plans (--dry-run) and printsvc"

    /// The node that the session is about when it is not this one.
    func node(besides own: String) -> String? {
        guard case .plan(let node?) = self, node.lowercased() != own else { return nil }
        return node.lowercased()
    }
}
