extension Step {
    /// One line that describes the step; for a program its exact command line.
    public var summary: String {
        switch self {
        case .note(_, let text): "note: \(text)"
        case .require(let probe, _): "require \(probe)"
        case .fail(let text): "fail: \(text)"
        case .run(let command), .runBeside(let command): command.line
        case .retry(let command, let times, _, let probe, _):
            "\(command.line) (up to \(times) times, until \(probe))"
        case .makeDirectory(let path): "mkdir -p \(path)"
        case .makeMountPoint(let path): "create missing mountpoint \(path)"
        case .writeFile(let path, _): "write \(path)"
        case .removeFile(let path): "rm -f \(path)"
        case .announce(let address, let device): "announce \(address) on \(device)"
        case .tellLoop(let file): "log which loop device shows \(file)"
        case .unmount(let mountPoint, _, _): "umount \(mountPoint)"
        case .launch(let launcher, let action): "\(action.rawValue) \(launcher.name)"
        case .together(let steps): steps.map(\.summary).joined(separator: " & ")
        case .waitUntil(let probe, _, let limit, _): "wait until \(probe), up to \(limit.text)"
        }
    }

    /// The program and arguments that the step runs; nil when it runs none, or more than one.
    public var arguments: [String]? {
        switch self {
        case .run(let command), .runBeside(let command), .retry(let command, _, _, _, _):
            command.arguments
        case .unmount(let mountPoint, _, _): ["umount", mountPoint]
        case .launch(let launcher, let action): launcher.arguments(for: action)
        default: nil
        }
    }
}

extension Launcher {
    /// The program and arguments of an action; nil when it is a script's function or has no method.
    public func arguments(for action: LauncherAction) -> [String]? {
        switch methods[action] {
        case .program(let arguments): arguments
        case .daemon where action == .start: daemon?.command
        default: nil
        }
    }
}

extension Probe: CustomStringConvertible {
    public var description: String {
        switch self {
        case .pathExists(let path): "\(path) exists"
        case .loopDetached(let device, let file): "\(device) no longer shows \(file)"
        case .isDirectory(let path): "\(path) is a directory"
        case .addressFree(let address, let device, _): "\(address) is free on \(device)"
        case .addressLocal(let address): "\(address) is here"
        case .not(.addressLocal(let address)): "\(address) is gone"
        case .interfaceUp(let name): "\(name) is up"
        case .mounted(let path): "\(path) is mounted"
        case .not(.mounted(let path)): "\(path) is not mounted"
        case .volumeGroupDown(let name): "\(name) is inactive"
        case .programExists(let name): "\(name) is installed"
        case .not(let probe): "not: \(probe)"
        }
    }
}
