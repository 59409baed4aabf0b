/// One thing done to the machine. A closed list: what is not here, osvc cannot do.
///
/// Steps are data. The same steps make the dry run, the plan that is printed, the journal and the
/// action itself. Only `StepPerformer` gives them effect.
public indirect enum Step: Sendable, Equatable {
    /// Says something in the log: `vgsvc1 is already up`.
    case note(LogLevel, String)
    /// Goes on only when the question is answered yes; else fails with the text.
    case require(Probe, orFail: String)
    /// Fails with the text: a driver knows already when it plans that it cannot go on.
    case fail(String)
    /// Runs a program, without a shell; exits outside `command.accepting` fail.
    case run(Command)
    /// Runs a program again, with a pause, until the question is answered yes; then or after the last
    /// try goes on, or fails with the text.
    case retry(Command, times: Int, pause: Duration, until: Probe, orFail: String)
    /// Runs a program beside the steps that follow; it is awaited before the action ends, and its
    /// result ignored. Its output goes to osvc's own.
    case runBeside(Command)
    /// Makes a directory and its parents, mode 0755.
    case makeDirectory(String)
    /// The same for a directory to mount on. A failure is only logged: `mount` fails next and says why.
    case makeMountPoint(String)
    /// Writes a file whole, or not at all.
    case writeFile(String, contents: String)
    case removeFile(String)
    /// Tells the neighbours on the link that the address is here now (ARP or neighbour advertisement).
    case announce(IPAddress, device: String)
    /// Says in the log to which loop devices the file is bound now.
    case tellLoop(file: String)
    /// Unmounts, and deals with the processes that use it when it is busy.
    case unmount(String, whenBusy: BusyMount)
    /// Asks one thing of a launcher, within its limit.
    case launch(Launcher, LauncherAction)
    /// Steps that may overlap.
    case together([Step])
    /// Waits until the question is answered yes, asking anew after each pause.
    case waitUntil(Probe, every: Duration, limit: Duration, orFail: String)
}

extension Step {
    /// Whether the step can change the machine; the others only say or ask something.
    public var changesMachine: Bool {
        switch self {
        case .note, .require, .fail, .waitUntil, .tellLoop: false
        case .together(let steps): steps.contains(where: \.changesMachine)
        default: true
        }
    }
}
