extension FSMount {
    func deviceSteps(_ seen: Seen) -> [Step] {
        guard needsDevice else { return [] }
        let path = seen.tagged ?? device
        return [.require(.pathExists(path), orFail: "device does not exist \(device)")]
    }

    /// Whether the source must exist. Sourceless types need none, unless it is a path. A classic file must name
    /// something that exists, `/dev/null` for tmpfs (classic-resources.md section 4, Start).
    private var needsDevice: Bool {
        switch kind {
        case .disk, .bind: true
        case .network: false
        case .sourceless: type != "zfs" && type != "advfs" && (isClassic || device.isAbsolutePath)
        }
    }

    /// Scans every disk of the machine. It fails when one vanishes meanwhile, as another service's loop device does
    /// when that is stopped, so its exit code does not count: `mount` reports whether this file system has its disks.
    private static let scan = Command(
        ["btrfs", "device", "scan"],
        limit: .seconds(60),
        accepting: Set(0...255),
        logging: .exactlyWarn
    )

    /// `e2fsck -p` may exit with 1 (repaired) or 32 (cancelled). As in the classic release, every type without
    /// a check is reported, even where there is nothing to check.
    func checkSteps(_ seen: Seen) -> [Step] {
        var steps: [Step] = []
        if type == "btrfs" {
            steps.append(
                seen.programs.contains("btrfs")
                    ? .run(Self.scan) : .note(.warning, "btrfs not found. bypass.")
            )
        }
        guard kind != .bind, let type, let checker = FileSystemKind.checker(of: type) else {
            return steps + [.note(.info, "fsck not implemented for \(type ?? "")")]
        }
        guard seen.programs.contains(checker) else {
            return steps + [.note(.warning, "\(type) not found. bypass.")]
        }
        let words = [checker, "-p", source(seen)]
        return steps + [.run(Command(words, accepting: [0, 1, 32, 33], logging: .exactly))]
    }

    func mountStep(_ seen: Seen) -> Step {
        var words = ["mount"]
        var options = options
        if type == "bind" && !options.contains("bind") && !options.contains("rbind") {
            options.insert("bind", at: 0)
        } else if let type {
            words += ["-t", type]
        }
        if source(seen) != seen.commandDevice {
            options.removeAll { $0 == "loop" || $0.hasPrefix("loop=") }
        }
        if !options.isEmpty { words += ["-o", options.joined(separator: ",")] }
        return .run(Command(words + [source(seen), mountPoint]))
    }

    /// What is checked and mounted: for a file that is already bound to a loop device, that device.
    private func source(_ seen: Seen) -> String {
        if case .file(let loops) = seen.source, let loop = loops.first { return loop.path }
        return seen.commandDevice
    }
}

extension FSMount {
    /// Takes off what came into a bind mount with the directory that it shows, by `rbind` or by propagation. Where
    /// mounts propagate, that would take it off there, too: their propagation ends first.
    func copySteps(_ seen: Seen) -> [Step] {
        guard let mount = seen.mount else { return [] }
        let parents = Set(seen.copies.map(\.parent))
        let separated = ([mount] + seen.copies).filter { $0.isShared && parents.contains($0.id) }
        return separated.map { .run(Command(["mount", "--make-private", $0.mountPoint])) }
            + seen.copies.reversed().map { .unmount($0.mountPoint, whenBusy: whenBusy) }
    }
}
