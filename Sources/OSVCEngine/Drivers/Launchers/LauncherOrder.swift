extension Launcher {
    /// The place in the sequence of an action, `S`, `K` or `C`; nil: the action does not concern it.
    func number(for action: LauncherAction) -> Int? {
        switch action {
        case .start, .info: startOrder
        case .stop: stopOrder
        case .status: statusOrder
        }
    }

    /// The place as the name of a file in a launcher directory: `S10web`.
    func place(for action: LauncherAction) -> String {
        guard !isEntry else { return name }
        let letter =
            switch action {
            case .start, .info: "S"
            case .stop: "K"
            case .status: "C"
            }
        let number = number(for: action) ?? 0
        return "\(letter)\(number < 10 ? "0" : "")\(number)\(name)"
    }

    /// How the action is carried out; nil: it does nothing. What the file does not write for a daemon, osvc
    /// does itself.
    public func method(for action: LauncherAction) -> Method? {
        if let method = methods[action] { return method }
        return daemon != nil && action != .info ? .daemon : nil
    }

    /// How long its daemon must live for a start to succeed.
    var minimumLife: Duration {
        daemon?.life ?? (method(for: .status) == .daemon ? .seconds(1) : .zero)
    }
}

extension [Launcher] {
    /// The launchers that take part in the action, by number, then name.
    func inOrder(of action: LauncherAction) -> [Launcher] {
        filter { $0.number(for: action) != nil && $0.method(for: action) != nil }
            .map { (place: $0.place(for: action), launcher: $0) }
            .sorted { $0.place.utf8.lexicographicallyPrecedes($1.place.utf8) }
            .map(\.launcher)
    }
}
