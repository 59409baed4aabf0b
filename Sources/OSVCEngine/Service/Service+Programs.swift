extension Service {
    /// Every program that the service names: those of triggers, stonith resources, launchers and checks.
    var programs: [Command] {
        var all = triggers.compactMap(\.program)
        for resource in resources {
            all += resource.triggers.compactMap(\.program)
            if let callout = resource.driver as? StonithCallout {
                all.append(Command(callout.arguments))
            }
            guard let application = resource.driver as? Application else { continue }
            all += application.launchers.flatMap(\.programs)
        }
        return all
    }

    /// Messages about programs that other users may change, each once, for `osvc check`.
    @EngineActor
    public func programProblems(on host: any Host) -> [String] {
        let trust = ProgramTrust(host, in: Layout(root: facts.root), isStarting: false) { _ in }
        var seen: Set<String> = []
        return programs.flatMap { trust.problems(of: $0) }.filter { seen.insert($0).inserted }
    }
}

extension Trigger {
    fileprivate var program: Command? {
        guard case .program(let arguments) = work else { return nil }
        return Command(arguments)
    }
}

extension Launcher {
    fileprivate var programs: [Command] {
        var lists = daemon.map { [$0.command] } ?? []
        for method in methods.values {
            switch method {
            case .program(let arguments): lists.append(arguments)
            case .check(let check): lists += check.programs
            case .script, .daemon: break
            }
        }
        return lists.map { Command($0, directory: directory ?? "/", user: user, group: group) }
    }
}

extension Check {
    fileprivate var programs: [[String]] {
        switch self {
        case .program(let arguments, _): [arguments]
        case .all(let checks), .any(let checks): checks.flatMap(\.programs)
        default: []
        }
    }
}
