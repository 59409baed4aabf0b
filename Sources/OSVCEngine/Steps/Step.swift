/// One change of the machine, or one question about it. The list is closed: osvc can do nothing else.
///
/// Steps are data. The dry run, the printed plan, the journal and the action itself are made from the same steps. Only
/// `StepPerformer` carries them out.
public indirect enum Step: Sendable, Equatable {
    /// Logs a line: `vgsvc1 is already up`.
    case note(LogLevel, String)
    /// Continues if the answer is yes, else fails with the text.
    case require(Probe, orFail: String)
    /// Fails with the text. For a driver that knows when it plans that it cannot continue.
    case fail(String)
    /// Runs a program without a shell; an exit code outside `command.accepting` fails.
    case run(Command)
    /// Runs a program up to `times` times, with a pause between, until the answer is yes; fails with the text
    /// when it never is.
    case retry(Command, times: Int, pause: Duration, until: Probe, orFail: String)
    /// Runs a program while the next steps run. It is awaited before the action ends. Its result is ignored,
    /// and its output goes to that of osvc.
    case runBeside(Command)
    /// Makes a directory and its parents, mode 0755.
    case makeDirectory(String)
    /// Makes a mount point and its parents. A failure is only logged: `mount` fails next and says why.
    case makeMountPoint(String)
    /// Replaces a file as a whole, mode 0644: a crash leaves the old or the new contents.
    case writeFile(String, contents: String)
    /// Removes a file; one that does not exist is no error.
    case removeFile(String)
    /// Announces the address to the neighbours on the link, by ARP or neighbour advertisement.
    case announce(IPAddress, device: String)
    /// Logs which loop devices are bound to the file now.
    case tellLoop(file: String)
    /// Unmounts, and ends the processes that use the mount as `whenBusy` allows. With `freesDevice` it fails when the
    /// file system is then still mounted at another place of this mount namespace (docs/spec/decisions.md 53).
    case unmount(String, whenBusy: BusyMount, freesDevice: Bool = false)
    /// Carries out an action of a launcher, within its limit.
    case launch(Launcher, LauncherAction)
    /// Steps that may run at the same time, at most `ActionOptions.jobs` at once.
    case together([Step])
    /// Waits until the answer is yes, asking again after each pause; fails with the text when `limit` has passed.
    case waitUntil(Probe, every: Duration, limit: Duration, orFail: String)
}

extension Step {
    /// Whether the step can change the machine. The others only log, wait or ask.
    public var changesMachine: Bool {
        switch self {
        case .note, .require, .fail, .waitUntil, .tellLoop: false
        case .together(let steps): steps.contains(where: \.changesMachine)
        default: true
        }
    }
}
