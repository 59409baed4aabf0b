extension Launcher {
    /// Its place in the sequence of an action: `S`, `K` or `C`; nil: it is not part of it.
    func number(for action: LauncherAction) -> Int? {
        switch action {
        case .start, .info: startOrder
        case .stop: stopOrder
        case .status: statusOrder
        }
    }

    /// Its place as the name that it has, or would have, in a launcher directory: `S10web`.
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

    /// How the action is done; what a daemon is not told otherwise osvc does itself.
    public func method(for action: LauncherAction) -> Method? {
        if let method = methods[action] { return method }
        return daemon != nil && action != .info ? .daemon : nil
    }
}

extension [Launcher] {
    /// Those that have a part in the action, by number, then name.
    func inOrder(of action: LauncherAction) -> [Launcher] {
        filter { $0.number(for: action) != nil && $0.method(for: action) != nil }
            .map { (place: $0.place(for: action), launcher: $0) }
            .sorted { $0.place.utf8.lexicographicallyPrecedes($1.place.utf8) }
            .map(\.launcher)
    }
}
