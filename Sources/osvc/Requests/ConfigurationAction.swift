/// The actions that edit the file of a classic service (classic-actions.md section 9).
enum ConfigurationAction: String, CaseIterable {
    case get, set, unset, enable, disable, delete, update, create, install

    /// The summary for a help.
    var summary: String {
        switch self {
        case .get: "print a value of the service file"
        case .set: "write one: --param S.K --value V"
        case .unset: "remove one"
        case .enable: "let the resources of --rid, or all, take part"
        case .disable: "leave them out of actions and status"
        case .delete: "remove the resources of --rid from the file"
        case .update: "add or change resources: --resource JSON"
        case .create: "make a service: --resource JSON, or -i"
        case .install: "take a service file over: --envfile FILE"
        }
    }

    /// The message that refuses the action for several services at once; nil: it is allowed.
    func refusal(ofServices count: Int) -> String? {
        guard self == .create || self == .install, count != 1 else { return nil }
        return "you must specify a single service name with the '\(rawValue)' action"
    }
}
