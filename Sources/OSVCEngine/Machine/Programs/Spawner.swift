internal import CLinux
internal import Glibc

/// Starts programs: in a session of their own, with every signal at its default and unblocked, and with no
/// descriptors except the three standard ones.
@EngineActor
final class Spawner {
    /// What a program is started with. The descriptors become its 0, 1 and 2.
    struct Request {
        var path: String
        var arguments: [String]
        /// Variables in addition to those of every program.
        var environment: [String: String]
        var directory: String
        var input: Int32
        var output: Int32
        var error: Int32
    }

    /// The environment that was made last; most programs get the same one.
    private struct KeptEnvironment: ~Copyable {
        let list: CStringList
        /// The index of the mark.
        let markIndex: Int
    }

    let nullDevice: Int32
    private var attributes = posix_spawnattr_t()
    private var common: KeptEnvironment?
    private static var lastMark: UInt32 = 0

    init() throws(HostError) {
        nullDevice = try Descriptor.open("/dev/null", O_RDWR).take()
        var signals = sigset_t()
        posix_spawnattr_init(&attributes)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        let flags = Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | osvc_spawn_setsid
        posix_spawnattr_setflags(&attributes, flags)
    }

    deinit {
        close(nullDevice)
    }

    func environmentChanged() { common = nil }

    /// A mark that no other run has.
    func newMark() -> CallMark {
        Spawner.lastMark &+= 1
        return CallMark(number: Spawner.lastMark)
    }

    /// Starts the program and returns its pid, or the errno of exec or chdir, which the C library reports from
    /// the child.
    ///
    /// Of `base`, `added` and the environment of the request the last takes precedence.
    func spawn(
        _ request: Request,
        _ base: [String: String],
        adding added: [String: String],
        mark: CallMark
    ) throws(HostError) -> Result<pid_t, SpawnFailure> {
        let arguments = try CStringList(request.arguments, subject: "an argument of a program")
        guard request.environment.isEmpty else {
            let own = try Spawner.makeEnvironment(
                base.merging(added) { _, own in own }
                    .merging(request.environment) { _, own in own }
            )
            return start(request, arguments, own, mark)
        }
        let kept =
            if let common = common.take() {
                common
            } else {
                try Spawner.makeEnvironment(base.merging(added) { _, own in own })
            }
        let result = start(request, arguments, kept, mark)
        common = consume kept
        return result
    }

    private func start(
        _ request: Request,
        _ arguments: borrowing CStringList,
        _ environment: borrowing KeptEnvironment,
        _ mark: CallMark
    ) -> Result<pid_t, SpawnFailure> {
        environment.list.replace(at: environment.markIndex, with: mark.assignment)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, request.input, 0)
        posix_spawn_file_actions_adddup2(&actions, request.output, 1)
        posix_spawn_file_actions_adddup2(&actions, request.error, 2)
        // Descriptors of osvc are closed on exec; this closes those that its caller left open.
        osvc_spawn_add_closefrom(&actions, 3)
        osvc_spawn_add_chdir(&actions, request.directory)
        var pid = pid_t()
        let problem = posix_spawn(
            &pid,
            request.path,
            &actions,
            &attributes,
            arguments.pointers,
            environment.list.pointers
        )
        return problem == 0 ? .success(pid) : .failure(SpawnFailure(errno: problem))
    }

    private static func makeEnvironment(_ values: [String: String]) throws(HostError)
        -> KeptEnvironment
    {
        var all = values
        all["PATH"] = values["PATH"] ?? LinuxHost.searchPath.joined(separator: ":")
        all["LANG"] = values["LANG"] ?? "C"
        all[CallMark.variable] = nil
        var strings = all.map { "\($0.key)=\($0.value)" }
        strings.append(CallMark.widest.assignment)
        return KeptEnvironment(
            list: try CStringList(strings, subject: "the environment of a program"),
            markIndex: strings.count - 1
        )
    }
}

/// Why exec, or a step before it in the child, failed.
struct SpawnFailure: Error {
    var errno: Int32
}
