internal import CSpawn
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
        /// Where the process records itself before it executes the program; nil: nowhere.
        var note: ProcessNote?
    }

    /// The environment that was made last; most programs get the same one.
    private struct KeptEnvironment: ~Copyable {
        let list: CStringList
        /// The index of the mark.
        let markIndex: Int
    }

    let nullDevice: Int32
    private var common: KeptEnvironment?
    private static var lastMark: UInt32 = 0

    init() throws(HostError) {
        nullDevice = try Descriptor.open("/dev/null", O_RDWR).take()
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

    /// Starts the program and returns its pid, or why its process could not become it.
    ///
    /// Of `base`, `added` and the environment of the request the last takes precedence. Without `base` the program
    /// gets only that of the request.
    func spawn(
        _ request: Request,
        _ base: [String: String]?,
        adding added: [String: String],
        mark: CallMark
    ) throws(HostError) -> Result<pid_t, SpawnFailure> {
        let arguments = try CStringList(request.arguments, subject: "an argument of a program")
        guard let base else {
            let own = try Spawner.makeEnvironment(request.environment)
            return start(request, arguments, own, mark)
        }
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
        let note = request.note
        let start = withStrings(request.path, request.directory, note?.start ?? "") {
            path,
            directory,
            recordStart in
            var program = osvc_program()
            program.path = path
            program.arguments = UnsafePointer(arguments.pointers)
            program.environment = UnsafePointer(environment.list.pointers)
            program.directory = directory
            (program.input, program.output) = (request.input, request.output)
            program.error = request.error
            program.record = note?.descriptor ?? -1
            program.record_start = recordStart
            program.must_record = note?.isRequired == true ? 1 : 0
            return osvc_start(&program)
        }
        if start.record_error != 0 {
            note?.failed(start.record_error)
            if note?.isRequired == true { return .failure(.notRecorded) }
        }
        return start.error == 0 ? .success(start.pid) : .failure(.system(errno: start.error))
    }

    private func withStrings<Result>(
        _ first: String,
        _ second: String,
        _ third: String,
        _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>) -> Result
    ) -> Result {
        first.withCString { first in
            second.withCString { second in third.withCString { body(first, second, $0) } }
        }
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

/// Why a process did not become its program.
enum SpawnFailure: Error {
    /// The errno of fork, chdir or exec.
    case system(errno: Int32)
    /// It could not record itself, and had to (`ProcessNote.isRequired`).
    case notRecorded
}
